import type { Failure } from '../../domain/failure.ts'
import { describeFailure } from './describe-failure.ts'
import { problems } from './problem.ts'

/** A failure by RFC 9457, `application/problem+json`: the failure's own members beside the five of the RFC, and `kind` to branch on. */
export interface ProblemDetails {
  readonly type: string
  readonly title: string
  readonly status: number
  /** One sentence with the values. */
  readonly detail: string
  readonly kind: string
  /** What is wrong, one entry for each; `pointer` is a JSON pointer into the input. */
  readonly errors?: readonly ProblemIssue[]
  readonly [member: string]: unknown
}

export interface ProblemIssue {
  readonly detail: string
  readonly rule: string
  readonly pointer?: string
  readonly table?: string
  readonly key?: string
  readonly file?: string
  readonly line?: number
}

/** Page of a failure kind in the documentation, relative to where the documentation is served. */
export const problemType = (kind: string): string => `/docs/reference/failures#${kind}`

/** The RFC 9457 form of a failure. Values of records are left out: they may be large or secret, the pointer says where to look. */
export const toProblemDetails = (failure: Failure): ProblemDetails => {
  const { title, status } = problems[failure.kind]
  const { summary, lines } = describeFailure(failure)
  const detail = lines.length === 1 ? `${summary}: ${lines[0]}` : summary
  const head = { type: problemType(failure.kind), title, status, detail }
  if (!('issues' in failure)) return { ...head, ...failure }
  return {
    ...head,
    kind: failure.kind,
    errors: failure.issues.map(({ message, field, value: _value, mistyped: _mistyped, ...place }) => ({
      detail: message,
      ...pointerTo(field),
      ...place,
    })),
  }
}

const pointerTo = (field: string | undefined): { readonly pointer?: string } => (field === undefined ? {} : { pointer: field })
