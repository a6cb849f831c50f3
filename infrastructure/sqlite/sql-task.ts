import type { SqlRequest } from '../../projections/record-versions/sql/sql-runner.ts'

/** What a process is sent. It answers with a `SqlOutcome`. */
export interface SqlTask {
  /** The read model's file. */
  readonly file: string
  readonly request: SqlRequest
}

/** What a process says once, when it can be sent tasks. */
export const ready = 'ready'
/** What it says when it begins with a task: from then on the task is what it may die of. */
export const begun = 'begun'
