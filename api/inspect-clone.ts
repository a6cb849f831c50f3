import type { BranchName, CommitId } from '../domain/ids.ts'
import { redactAddresses } from '../domain/remote/remote-address.ts'
import type { Result } from '../domain/result.ts'
import { describeFailure } from './contract/describe-failure.ts'
import type { Database } from './database.ts'
import { runOperation } from './operations/run-operation.ts'

/** What was cloned. */
export interface CloneReport {
  readonly directory: string
  /** Without what may be secret. */
  readonly url: string
  /** Checked out; absent for a tag. */
  readonly branch?: string
  /** Absent: the repository has none yet. */
  readonly commit?: string
  /** Absent: there is no database in it. */
  readonly database?: {
    /** Folder inside the clone; empty: the clone itself. */
    readonly path: string
    readonly tables: number
    readonly records: number
  }
  /** Why the database cannot be read. */
  readonly problem?: string
}

interface Clone {
  readonly directory: string
  readonly url: string
  readonly branch: BranchName | undefined
  readonly commit: CommitId | undefined
  /** Folders inside the clone that hold a database, the topmost first. */
  readonly databases: readonly string[]
}

/** Looks for the database in a clone, builds its read model, and counts what is in it. */
export const inspectClone = async (
  { directory, url, branch, commit, databases }: Clone,
  open: (path: string) => Promise<Result<Database>>,
): Promise<CloneReport> => {
  const report = { directory, url: redactAddresses(url), ...(branch !== undefined && { branch }), ...(commit !== undefined && { commit }) }
  const [path] = databases
  if (path === undefined) return report
  const opened = await open(path)
  if (!opened.ok) return { ...report, problem: describeFailure(opened.failure).summary }
  await using database = opened.value
  const listed = await runOperation({ database, principal: { type: 'local-user' } }, 'listTables', { counts: true })
  if (!listed.ok) return { ...report, problem: describeFailure(listed.failure).summary }
  const { tables } = listed.value
  return { ...report, database: { path, tables: tables.length, records: tables.reduce((sum, { records = 0 }) => sum + records, 0) } }
}
