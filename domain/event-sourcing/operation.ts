import type { BranchName, CommitId } from '../ids.ts'
import type { RecordCommand } from '../record/record-command.ts'
import type { TableCommand } from '../table/table-command.ts'
import type { Change } from './change.ts'

export type Command = RecordCommand | TableCommand

export interface Person {
  readonly name: string
  readonly email: string
}

/** What becomes one commit: one or more commands, all or nothing. Time and identity arrive here, so deciding needs no clock. */
export interface Operation {
  readonly branch: BranchName
  readonly commands: readonly Command[]
  readonly actor: Person
  /** Seconds since 1970 and the offset from UTC in minutes, for the commit; nothing is ever ordered by it. */
  readonly at: { readonly seconds: number; readonly offsetMinutes: number }
  /** Commit subject; default: said from the changes, `update users/u1`. */
  readonly message?: string
  /** Scoped to (database, branch, actor): the same id answers again, the same id with other commands is refused. */
  readonly requestId?: string
  /** Commit although the user has edited or staged the touched files; only our changes are committed. */
  readonly force?: boolean
}

export interface OperationResult {
  /** The commit; when nothing changed, the head as it was and `changes` is empty. */
  readonly commit: CommitId
  readonly changes: readonly RevisedChange[]
  /** True when this answer was given before, for the same request id. */
  readonly repeated: boolean
}

/** A change with the record's new revision (absent for deletes and tables). */
export interface RevisedChange {
  readonly change: Change
  readonly revision: string | undefined
}
