import type { Failure } from '../failure.ts'

/** Ends an export in the middle of its records, whichever side of the stream finds that it cannot go on. */
export class ExportFailed extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.kind)
    this.failure = failure
  }
}
