import type { CommitInfo } from '../../domain/event-sourcing/event-store.ts'
import type { CommitId } from '../../domain/ids.ts'
import type { ReplayStep } from '../../domain/merge/replay-commits.ts'
import { fail, ok, type Result } from '../../domain/result.ts'

/** A commit that is taken again, or back. */
export interface Replayed {
  readonly commit: CommitInfo
  readonly step: ReplayStep
}

export const subjectOf = ({ message }: Pick<CommitInfo, 'message'>): string => message.split('\n')[0] ?? ''

/** The change of a commit, with its author and message, and a line that says where it is from, as git writes it. */
export const pickStep = (commit: CommitInfo, mainline: number | undefined): Result<Replayed> => {
  const parent = findParent(commit, mainline)
  if (!parent.ok) return parent
  const { oid, author, authorTime } = commit
  const message = `${withoutOurTrailers(commit.message)}\n\n(cherry picked from commit ${oid})`
  return ok({ commit, step: { base: parent.value ?? null, theirs: oid, author, authorTime, message } })
}

/** The opposite of a commit, by whoever takes it back. */
export const revertStep = (commit: CommitInfo, mainline: number | undefined): Result<Replayed> => {
  const parent = findParent(commit, mainline)
  if (!parent.ok) return parent
  const { oid } = commit
  if (parent.value === undefined)
    return fail({ kind: 'unsupported', what: `taking back ${oid.slice(0, 12)}`, why: 'it is the first commit, and nothing was before it' })
  const isMerge = commit.parents.length > 1
  const body = isMerge ? `This reverts commit ${oid}, reversing\nchanges made to ${parent.value}.` : `This reverts commit ${oid}.`
  return ok({ commit, step: { base: oid, theirs: parent.value, message: `${revertSubject(subjectOf(commit))}\n\n${body}` } })
}

/** What was taken back is applied again when that is taken back. */
const revertSubject = (subject: string): string => {
  const [, verb, inner] = /^(revert|reapply) "(.*)"$/i.exec(subject) ?? []
  if (verb === undefined || inner === undefined) return `revert "${subject}"`
  return verb.toLowerCase() === 'revert' ? `reapply "${inner}"` : `revert "${inner}"`
}

/** What the change of a commit is compared with. `undefined`: it has no parent. */
const findParent = ({ oid, parents }: CommitInfo, mainline: number | undefined): Result<CommitId | undefined> => {
  const invalid = (message: string) => fail({ kind: 'invalid-input', issues: [{ rule: 'mainline', field: '/mainline', message }] } as const)
  const name = oid.slice(0, 12)
  if (parents.length < 2)
    return mainline === undefined || mainline === 1 ? ok(parents[0]) : invalid(`${name} is no merge: it has no parent ${mainline}`)
  if (mainline === undefined)
    return invalid(`${name} is a merge: say which parent its change is compared with, --mainline 1 for the branch that was merged into`)
  return mainline > parents.length ? invalid(`${name} has ${parents.length} parents, there is no parent ${mainline}`) : ok(parents[mainline - 1])
}

/** A request is answered once, on the branch that it was made on; conflicts were settled in another merge. */
const withoutOurTrailers = (message: string): string =>
  message
    .split('\n')
    .filter((line) => !/^Ingitdb-[A-Za-z-]+: /.test(line))
    .join('\n')
    .trimEnd()
