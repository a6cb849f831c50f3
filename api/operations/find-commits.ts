import type { CommitInfo } from '../../domain/event-sourcing/event-store.ts'
import type { BranchName, CommitId } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { Database } from '../database.ts'

/** Commits that one call may take. */
const commitsMax = 1000

/**
 * The commits that revisions and ranges name, in their order, those of a range newest first or oldest first.
 * @param branch  what an end that is left out means, `A..` or `..B`
 */
export const findCommits = async (
  database: Database,
  revisions: readonly string[],
  { branch, order }: { readonly branch: BranchName; readonly order: 'oldest-first' | 'newest-first' },
): Promise<Result<readonly CommitInfo[]>> => {
  const found: CommitInfo[] = []
  if (revisions.length === 0) return invalid('say which commits: revisions, or ranges like main~3..main')
  for (const text of revisions) {
    const ends = text.split('..')
    if (ends.length > 2 || text.includes('...')) return invalid(`"${text}" names no commits: say a revision, or a range A..B`)
    const tip = await resolveCommit(database, ends[1] ?? ends[0] ?? '', branch)
    if (!tip.ok) return tip
    const without = ends.length === 2 ? await resolveCommit(database, ends[0] ?? '', branch) : ok(undefined)
    if (!without.ok) return without
    const commits = await listRange(database, tip.value, without.value)
    if (!commits.ok) return commits
    found.push(...(order === 'oldest-first' ? commits.value : [...commits.value].reverse()))
    if (found.length > commitsMax) return tooMany(found.length)
  }
  return ok(found)
}

/** What one commit descends from and another does not, oldest first; without another, the commit alone. */
export const listRange = async (database: Database, tip: CommitId, without: CommitId | undefined): Promise<Result<readonly CommitInfo[]>> => {
  const commits: CommitInfo[] = []
  for await (const commit of database.listCommits(tip, without === undefined ? { isAlone: true } : { without })) {
    commits.push(commit)
    if (commits.length > commitsMax) return tooMany(commits.length)
  }
  return ok(commits.reverse())
}

const tooMany = (actual: number) => fail({ kind: 'limit-exceeded', what: 'the range', limit: commitsMax, actual, unit: 'commits' } as const)

const resolveCommit = async (database: Database, at: string, branch: BranchName): Promise<Result<CommitId>> => {
  const commit = await database.resolve(at === '' ? { branch } : { at, branch })
  if (!commit.ok) return commit
  return commit.value === undefined ? fail({ kind: 'not-found', what: 'commit', id: at === '' ? branch : at }) : ok(commit.value)
}

const invalid = (message: string) => fail({ kind: 'invalid-input', issues: [{ rule: 'revision', message }] } as const)
