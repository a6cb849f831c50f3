import { AsyncLocalStorage } from 'node:async_hooks'
import { type CommitId, uncommitted } from '../domain/ids.ts'
import { fail, type Result } from '../domain/result.ts'
import { emptySnapshot, openSnapshot } from '../projections/open-snapshot.ts'
import type { ReadModel } from '../projections/read-model.ts'
import { readPosition } from '../projections/record-versions/lanes.ts'
import type { Snapshot } from '../projections/snapshot.ts'
import type { Question, Where } from './database.ts'
import type { OpenWorkTree } from './open-work-tree.ts'
import type { RefsNow } from './resolve-moment.ts'

export interface WorkTreeSources {
  readonly refs: RefsNow
  openWorkTree(): Promise<Result<OpenWorkTree>>
}

/**
 * Asks a question about the files as they are. Without edits that is the head, which is as quick as `git status`; with edits their rows are made
 * for this question alone, in a transaction that is taken back.
 */
export const askWorkTree = async <T>(
  { refs, openWorkTree }: WorkTreeSources,
  readModel: ReadModel,
  { where, question }: { readonly where: Where; readonly question: Question<T> },
): Promise<Result<T>> => {
  const branch = refs.readCurrentBranch()
  if (where.branch !== undefined && where.branch !== branch)
    return fail({
      kind: 'unsupported',
      what: `--at worktree of branch ${where.branch}`,
      why: `the files are those of ${branch ?? 'a detached HEAD'}`,
    })
  const opened = await openWorkTree()
  if (!opened.ok) return opened
  await using workTree = opened.value
  const { head, commit, store } = workTree
  if (head !== undefined) await readModel.ensureProjected(head, branch)
  if (commit === undefined) return await question(emptySnapshot)
  if (commit === head) return await question({ ...openSnapshot(readModel, head), isWorkTree: true })
  for (let attempt = 1; ; attempt++) {
    try {
      return await readModel.askUnseen(store, commit, (source) =>
        asking.run(true, async () => question(presentUncommitted(openSnapshot(source, commit), head))),
      )
    } catch (error) {
      if (!(error instanceof NotProjectedYet) || attempt >= attemptsMax) throw error
      await readModel.ensureProjected(error.commit, undefined)
    }
  }
}

/** Other commits that one question may turn out to need. */
const attemptsMax = 10

/** Whether a question about edited files is being answered, which has the turn to write. */
const asking = new AsyncLocalStorage<true>()

class NotProjectedYet extends Error {
  readonly commit: CommitId
  constructor(commit: CommitId) {
    super(`commit ${commit} is not projected, and the turn to write is taken by the question that needs it`)
    this.commit = commit
  }
}

/**
 * The read model for another moment that a question asks about. Inside a question about edited files nothing can be projected, since that question
 * has the turn: it is given up, and asked again when the commit is there.
 */
export const readModelInQuestion = (readModel: ReadModel): ReadModel =>
  asking.getStore() === undefined
    ? readModel
    : {
        ...readModel,
        ensureProjected: async (tip) => {
          if (readPosition(readModel.reader, tip) === undefined) throw new NotProjectedYet(tip)
        },
      }

/** Answers name the commit that the files are edits of, and nobody sees the one that was made of them. */
const presentUncommitted = (snapshot: Snapshot, head: CommitId | undefined): Snapshot => {
  const hide = <Entry extends { readonly commit: CommitId }>(entry: Entry): Entry =>
    entry.commit === snapshot.commit ? { ...entry, commit: uncommitted } : entry
  return {
    ...snapshot,
    commit: head,
    isWorkTree: true,
    readHistory: (...asked) => snapshot.readHistory(...asked).map(hide),
    readBlame: (...asked) => snapshot.readBlame(...asked)?.map(hide),
    readLastChanges: (...asked) => snapshot.readLastChanges(...asked).map(hide),
    readLog: (...asked) => snapshot.readLog(...asked).map(hide),
  }
}
