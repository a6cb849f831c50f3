import type { Formats } from '../../api/contract/formats.ts'
import type { CallOperation } from '../../api/contract/operations.ts'
import type { Result } from '../../api/contract/result.ts'

/** An open database: what commands work on. */
export interface OpenDatabase extends AsyncDisposable {
  readonly call: CallOperation
}

/** The product in this process, loaded by the first command that needs it. */
export interface Local {
  readonly formats: Formats
  open(directory: string, onProgress: (done: number, total: number) => void): Promise<Result<OpenDatabase>>
  /** Makes a new database in an empty folder. */
  init(directory: string): Promise<Result<{ readonly commit: string }>>
  /** Makes a folder a database by adding what it lacks. */
  setUp(directory: string, format?: string): Promise<Result<{ readonly made: readonly string[]; readonly commit?: string }>>
}
