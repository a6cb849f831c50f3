import type { NamedSqlTable } from './sql-table.ts'

export type SqlParameter = string | number | bigint | null

/** A statement whose tables are known, as it goes to the process that runs it. */
export interface SqlRequest {
  readonly statement: string
  readonly tables: readonly NamedSqlTable[]
  /** By name, and by number for `?`. */
  readonly parameters: Readonly<Record<string, SqlParameter>>
  readonly rowsMax: number
  /** Of all rows as JSON text, in characters. */
  readonly charactersMax: number
  /** Answer with the plan instead of running it. */
  readonly explain: boolean
}

export interface SqlRows {
  readonly columns: readonly string[]
  /** Each row as the text of a JSON object, in the order of the columns. */
  readonly rows: readonly string[]
  readonly cutBy?: 'rows' | 'size'
}

/** `lost`: ask again on the commits as they are now; `damaged`: the file is no read model; `refused`: what SQLite says of the statement. */
export type SqlOutcome =
  | { readonly type: 'rows'; readonly value: SqlRows }
  | { readonly type: 'refused'; readonly code: string; readonly message: string }
  | { readonly type: 'lost' | 'damaged'; readonly message: string }

/**
 * How a statement ended; `killed`: its time was over or somebody called it off, `died`: the process ended by itself, out of memory most likely. `crowded`,
 * `unstarted`: it never began, since others went on for so long, or since there is no process to run it.
 */
export type SqlEnd = SqlOutcome | { readonly type: 'killed' | 'died' | 'unstarted' } | { readonly type: 'crowded'; readonly waitedMs: number }

/** Runs statements of users where they can be killed. */
export interface SqlRunner {
  /** @param deadlineMs  after which the statement is killed; waiting for its turn does not count */
  run(request: SqlRequest, limits: { readonly deadlineMs: number; readonly signal?: AbortSignal | undefined }): Promise<SqlEnd>
  close(): Promise<void>
}
