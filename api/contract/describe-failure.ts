import type { Failure, Issue } from '../../domain/failure.ts'
import { formatPath } from '../../domain/query/field-path.ts'
import { recordAddress } from '../../domain/record/record-address.ts'
import { closestName } from './closest-name.ts'
import { linesOfPush, remedyForPush, summarizePush } from './describe-push.ts'

/** A failure in words: one sentence, one line for each thing that is wrong, and what to do next. */
export interface FailureDescription {
  readonly summary: string
  /** `users/u1.yaml:3: users/u1: the field "age" must be …`; at most 20, then one that says how many more there are. */
  readonly lines: readonly string[]
  /** A command to run next, without `--path`; `undefined` when there is nothing better than reading the message. */
  readonly remedy: string | undefined
}

/** Says a failure to people. Never contains a stack, SQL or an absolute path that the caller did not give. */
export const describeFailure = (failure: Failure): FailureDescription => {
  const lines = linesOf(failure)
  const more = lines.length - linesMax
  return {
    summary: summarize(failure),
    lines: more > 0 ? [...lines.slice(0, linesMax), `and ${more} more`] : lines,
    remedy: remedyFor(failure),
  }
}

const linesMax = 20

const summarize = (failure: Failure): string => {
  switch (failure.kind) {
    case 'invalid-input':
      return summarizeIssues(failure.issues, `${failure.issues.length} things are not valid`)
    case 'invalid-database':
      return summarizeIssues(failure.issues, 'the database cannot be read as it is')
    case 'not-found':
      return failure.why === undefined ? `${failure.what} ${say(failure.id)} does not exist` : sayText(failure.why)
    case 'already-exists':
      return summarizeTaken(failure)
    case 'constraint-violation':
      return failure.why === undefined ? summarizeIssues(failure.issues, 'rules of the database forbid this') : sayText(failure.why)
    case 'version-conflict':
      return `${failure.what} ${say(failure.id)} changed since you read it`
    case 'request-reused':
      return `request id ${say(failure.requestId)} was used before, for another change`
    case 'push-rejected':
      return sayText(summarizePush(failure))
    case 'uncommitted-changes':
      return `${failure.paths.length === 1 ? 'a file that this would write holds' : 'files that this would write hold'} edits that are not committed`
    case 'protected':
      return `branch ${say(failure.branch)} is ${failure.frozen ? 'frozen' : 'protected'}${failure.until === undefined ? '' : ` until ${failure.until}`}: ${refusalOf[failure.action]}`
    case 'not-merged':
      return `branch ${say(failure.branch)} has ${failure.ahead === 1 ? 'a commit' : `${failure.ahead} commits`} that ${say(failure.into)} has not got`
    case 'checked-out':
      return failure.worktree === undefined
        ? `branch ${say(failure.branch)} is the current branch`
        : `branch ${say(failure.branch)} is checked out in the work tree ${say(failure.worktree)}`
    case 'limit-exceeded':
      return failure.actual === undefined
        ? `${failure.what} is beyond the limit of ${failure.limit} ${failure.unit}`
        : `${failure.what} is too large: ${failure.actual} ${failure.unit}, the limit is ${failure.limit}`
    case 'unsupported':
      return `${failure.what} is not supported`
    case 'unavailable':
      return `${failure.what} is not available right now`
  }
}

const linesOf = (failure: Failure): readonly string[] => {
  switch (failure.kind) {
    case 'invalid-input':
    case 'invalid-database':
      return linesOfIssues(failure.issues)
    case 'constraint-violation':
      return failure.why === undefined ? linesOfIssues(failure.issues) : failure.issues.map(sayIssue)
    case 'not-found':
      return failure.among === undefined ? [] : suggest({ name: failure.id, among: failure.among })
    case 'already-exists':
      return failure.what === 'folder' && failure.why === undefined
        ? ['a new database needs a folder that is new or empty; --adopt makes one of the files that are there']
        : []
    case 'version-conflict':
      return failure.what === 'merge'
        ? ['somebody else settled conflicts of it, finished it or gave it up meanwhile: look at what is open now, and say it again']
        : [`expected revision ${failure.expected}, it is ${failure.actual ?? 'gone'}`]
    case 'request-reused':
      return [`it made commit ${failure.commit.slice(0, 12)}; use a new request id for a new change`]
    case 'push-rejected':
      return linesOfPush(failure).map(sayText)
    case 'uncommitted-changes':
      return failure.paths.map(say)
    case 'protected':
      return [sayText(failure.reason)]
    case 'not-merged':
      return [`deleting it would lose ${failure.ahead === 1 ? 'it' : 'them'}: ${failure.commit.slice(0, 12)}`]
    case 'unsupported':
    case 'unavailable':
      return [failure.why]
    case 'limit-exceeded':
      return failure.why === undefined ? [] : [failure.why]
    case 'checked-out':
      return []
  }
}

const remedyFor = (failure: Failure): string | undefined => {
  switch (failure.kind) {
    case 'not-found':
      return remedyForMissing(failure)
    case 'already-exists':
      return failure.why === undefined || failure.what !== 'folder' ? remedyForTaken(failure) : undefined
    case 'version-conflict':
      return failure.what === 'record' ? `ingitdb select --id ${quote(failure.id)}` : failure.what === 'merge' ? 'ingitdb conflicts' : undefined
    case 'request-reused':
      return 'ingitdb log --limit 10'
    case 'push-rejected':
      return remedyForPush(failure)
    case 'protected':
      return remedyForProtected(failure)
    case 'not-merged':
      return `ingitdb branch delete ${quote(failure.branch)} --force`
    case 'checked-out':
      return failure.worktree === undefined ? 'ingitdb branch switch NAME' : undefined
    case 'uncommitted-changes':
      return failure.forcible === false ? 'commit or undo the edits' : 'commit or undo the edits, or add --force to commit only this change'
    case 'invalid-database':
      return failure.issues.some(({ rule }) => rule === 'legacy-layout') ? 'ingitdb import --legacy' : 'ingitdb doctor'
    case 'invalid-input':
      return describeTable(failure.issues.find(({ key, field, rule }) => (field === undefined ? rule === 'unknown-column' : key !== undefined)))
    case 'constraint-violation':
      return remedyForConstraint(failure.issues)
    default:
      return undefined
  }
}

/** What was not let through, as the end of a sentence. */
const refusalOf: Readonly<Record<Extract<Failure, { readonly kind: 'protected' }>['action'], string>> = {
  write: 'nothing is written to it directly',
  merge: 'nothing is merged into it',
  rewind: 'it is not moved back',
  delete: 'it is not deleted',
  rename: 'it is not renamed',
}

/** Proposals are the way into a branch that takes merges; what changes the branch itself needs the protection gone. */
const remedyForProtected = ({ branch, action, frozen }: Extract<Failure, { readonly kind: 'protected' }>): string =>
  action === 'write' && !frozen ? `ingitdb branch create NAME --from ${quote(branch)}` : `ingitdb branch unprotect ${quote(branch)}`

const describeTable = (issue: Issue | undefined): string | undefined =>
  issue?.table === undefined ? undefined : `ingitdb describe ${quote(issue.table)}`

const remedyForConstraint = (issues: readonly Issue[]): string | undefined => {
  const needed = issues.find(({ referrers }) => referrers !== undefined)
  if (needed?.referrers !== undefined && needed.key !== undefined) return selectReferrers(needed.referrers, needed.key)
  return describeTable(issues.find(({ field }) => field !== undefined))
}

const selectReferrers = ({ table, column, isList }: NonNullable<Issue['referrers']>, key: string): string => {
  const isBare = /^[\p{L}\p{N}_-]+$/u.test(key) && !['true', 'false', 'null'].includes(key)
  const value = isBare ? key : `"${key.replaceAll('"', '""')}"`
  return `ingitdb select --from ${quote(table)} --where ${quoteAlways(`${formatPath([column])}${isList ? '~' : '=='}${value}`)}`
}

const summarizeTaken = ({ what, id, why }: { readonly what: string; readonly id: string; readonly why?: string }): string => {
  if (why !== undefined) return sayText(why)
  switch (what) {
    case 'database':
      return `there is a database in ${say(id)} already`
    case 'folder':
      return `folder ${say(id)} is not empty`
    default:
      return `${what} ${say(id)} exists already`
  }
}

const remedyForTaken = ({ what, id }: { readonly what: string; readonly id: string }): string | undefined => {
  switch (what) {
    case 'record':
      return `ingitdb update --id ${quote(id)} --set field=value`
    case 'table':
      return `ingitdb describe ${quote(id)}`
    case 'database':
      return `ingitdb status --path ${quote(id)}`
    case 'folder':
      return `ingitdb init ${quote(`${id}/db`)}`
    case 'remote':
      return `ingitdb remote set-url ${quote(id)} URL`
    default:
      return undefined
  }
}

const remedyForMissing = ({ what, id }: { readonly what: string; readonly id: string }): string | undefined => {
  switch (what) {
    case 'database':
      return 'ingitdb init DIR'
    case 'folder':
      return `ingitdb init ${quote(id)}`
    case 'table':
      return 'ingitdb list tables'
    case 'record':
      return id.includes('/') ? `ingitdb select --from ${quote(id.slice(0, id.lastIndexOf('/')))} --fields '$id'` : 'ingitdb list tables'
    case 'remote':
      return 'ingitdb remote list'
    case 'commit':
      return 'ingitdb log'
    case 'branch':
      return 'ingitdb branch list'
    case 'tag':
      return 'ingitdb tag list'
    default:
      return undefined
  }
}

/** One issue is the whole story and needs no heading. */
const summarizeIssues = (issues: readonly Issue[], heading: string): string => {
  const [only] = issues
  return only !== undefined && issues.length === 1 ? joinParts([sayRecord(only), sayText(only.message)]) : heading
}

const linesOfIssues = (issues: readonly Issue[]): readonly string[] => {
  const [only] = issues
  if (only !== undefined && issues.length === 1) return [...(only.file === undefined ? [] : [`in ${sayPlace(only)}`]), ...suggest(only.mistyped)]
  return issues.map(sayIssue)
}

/** One issue in one line: where, which record, what is wrong. */
export const sayIssue = (issue: Issue): string =>
  joinParts([sayPlace(issue), sayRecord(issue), sayText([issue.message, ...suggest(issue.mistyped)].join('; '))])

/** What was probably meant, as a question; empty when nothing is near. */
const suggest = (mistyped: Issue['mistyped']): readonly string[] => {
  const closest = mistyped && closestName(mistyped.name, mistyped.among)
  return closest === undefined ? [] : [`did you mean ${say(closest)}?`]
}

const joinParts = (parts: readonly (string | undefined)[]): string => parts.filter((part) => part !== undefined).join(': ')

const sayPlace = ({ file, line }: Issue): string | undefined =>
  file === undefined ? undefined : `${say(file)}${line === undefined ? '' : `:${line}`}`

/** The record or table; its field is named in the message. */
const sayRecord = ({ table, key }: Issue): string | undefined => {
  const record = table === undefined ? key : key === undefined ? table : recordAddress(table, key)
  return record === undefined ? undefined : say(record)
}

/** Control characters and changes of writing direction must not reach a terminal: names and messages quote what users wrote. */
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

const escapeUnsafe = (text: string): string => text.replaceAll(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Text that others wrote, safe to show: nothing in it can move the cursor or turn the line around; at most 500 characters. */
export const sayText = (text: string): string => escapeUnsafe(text.length > textLengthMax ? `${text.slice(0, textLengthMax)}…` : text)

const textLengthMax = 500

/** A name as one visible word. */
const say = (name: string): string => (name === '' ? '""' : sayText(name))

/** The text as one word of a shell command line. */
const quote = (text: string): string => (/^[\w./@%+=:,-]+$/.test(text) ? text : quoteAlways(text))

const quoteAlways = (text: string): string => `'${say(text).replaceAll("'", "'\\''")}'`
