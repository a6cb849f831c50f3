import type { Failure, Result } from '../../api/contract/result.ts'

/** The command line cannot be understood: exit code 64. */
export class UsageError extends Error {}

/** An expected failure on its way to the one place that reports it. */
export class OperationFailed extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.kind)
    this.failure = failure
  }
}

/** The value, or the failure thrown. */
export const unwrap = <T>(result: Result<T>): T => {
  if (!result.ok) throw new OperationFailed(result.failure)
  return result.value
}
