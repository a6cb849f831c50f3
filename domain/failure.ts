import type { Json } from './json.ts'
import type { PushRejection } from './remote/push-rejection.ts'

/**
 * One thing wrong with some input: what rule, where, which value. `message` is one sentence for people that names the field or column; it does
 * not repeat `table`, `key`, `file` and `line`, which the edges say before it.
 */
export interface Issue {
  /** The rule that was broken, in kebab case: `required`, `type`, `enum`, `max-length`, `undeclared-field`, `json-schema`, `parse`, … */
  readonly rule: string
  readonly message: string
  readonly table?: string
  readonly key?: string
  /** JSON pointer into the record, `/address/city`; absent when the whole record is meant. */
  readonly field?: string
  readonly value?: Json
  /** A name that stands for nothing here, and the names of which one was probably meant. */
  readonly mistyped?: { readonly name: string; readonly among: readonly string[] }
  /** For the rule `referenced`: where the records are that refer to this one. */
  readonly referrers?: { readonly table: string; readonly column: string; readonly isList: boolean }
  /** Path inside the repository (or of the input), with the line where that is known (1-based). */
  readonly file?: string
  readonly line?: number
}

export type ResourceKind =
  | 'database'
  | 'folder'
  | 'table'
  | 'view'
  | 'record'
  | 'branch'
  | 'tag'
  | 'commit'
  | 'file'
  | 'operation'
  | 'remote'
  | 'merge'

/**
 * Every expected failure, as data. `api/contract/problem.ts` maps each kind once to an HTTP status, a tRPC code, an exit code and a sentence.
 * Anything that is not one of these is a bug and is thrown.
 */
export type Failure =
  | { readonly kind: 'invalid-input'; readonly issues: readonly Issue[] }
  | { readonly kind: 'invalid-database'; readonly issues: readonly Issue[] }
  /** `why`: a sentence to be said instead of "… does not exist", where more is known. */
  | { readonly kind: 'not-found'; readonly what: ResourceKind; readonly id: string; readonly among?: readonly string[]; readonly why?: string }
  /** `why`: a sentence to be said instead of "… exists already", where the name is taken by another one. */
  | { readonly kind: 'already-exists'; readonly what: ResourceKind; readonly id: string; readonly why?: string }
  /** `why`: a sentence to be said before the issues, when they are not all there is to say. */
  | { readonly kind: 'constraint-violation'; readonly issues: readonly Issue[]; readonly why?: string }
  | {
      readonly kind: 'version-conflict'
      readonly what: ResourceKind
      readonly id: string
      readonly expected: string
      readonly actual: string | undefined
    }
  | { readonly kind: 'request-reused'; readonly requestId: string; readonly commit: string }
  /** A push that the other side did not take, or not all of it: `pushed` are the refs that it took. */
  | {
      readonly kind: 'push-rejected'
      readonly remote: string
      readonly refs: readonly PushRejection[]
      readonly pushed: readonly string[]
    }
  /** `forcible` is false where there is no way to go on in spite of the edits. */
  | { readonly kind: 'uncommitted-changes'; readonly paths: readonly string[]; readonly forcible?: false }
  /** The branch is protected: `action` is what was not let through, `until` (RFC 3339) when the protection ends. */
  | {
      readonly kind: 'protected'
      readonly branch: string
      readonly action: 'write' | 'merge' | 'rewind' | 'delete' | 'rename'
      readonly reason: string
      readonly frozen: boolean
      readonly until?: string
    }
  /** Deleting the branch would lose `ahead` commits, the newest of which is `commit`: `into` (a branch, or HEAD) has not got them. */
  | { readonly kind: 'not-merged'; readonly branch: string; readonly into: string; readonly commit: string; readonly ahead: number }
  /** The branch is checked out, here or in the linked work tree of that name. */
  | { readonly kind: 'checked-out'; readonly branch: string; readonly worktree?: string }
  | {
      readonly kind: 'limit-exceeded'
      readonly what: string
      readonly limit: number
      /** Absent where nobody waited to see how much it would have been. */
      readonly actual?: number
      readonly unit: string
      readonly why?: string
    }
  | { readonly kind: 'unsupported'; readonly what: string; readonly why: string }
  | { readonly kind: 'unavailable'; readonly what: string; readonly why: string }

export type FailureKind = Failure['kind']
