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

export type ResourceKind = 'database' | 'folder' | 'table' | 'view' | 'record' | 'branch' | 'commit' | 'file' | 'operation' | 'remote'

/**
 * Every expected failure, as data. `api/contract/problem.ts` maps each kind once to an HTTP status, a tRPC code, an exit code and a sentence.
 * Anything that is not one of these is a bug and is thrown.
 */
export type Failure =
  | { readonly kind: 'invalid-input'; readonly issues: readonly Issue[] }
  | { readonly kind: 'invalid-database'; readonly issues: readonly Issue[] }
  /** `why`: a sentence to be said instead of "… does not exist", where more is known. */
  | { readonly kind: 'not-found'; readonly what: ResourceKind; readonly id: string; readonly among?: readonly string[]; readonly why?: string }
  | { readonly kind: 'already-exists'; readonly what: ResourceKind; readonly id: string }
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
  | { readonly kind: 'uncommitted-changes'; readonly paths: readonly string[] }
  | { readonly kind: 'limit-exceeded'; readonly what: string; readonly limit: number; readonly actual: number; readonly unit: string }
  | { readonly kind: 'unsupported'; readonly what: string; readonly why: string }
  | { readonly kind: 'unavailable'; readonly what: string; readonly why: string }

export type FailureKind = Failure['kind']
