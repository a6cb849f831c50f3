import { quoteName } from '../../domain/sql/rewrite-query.ts'
import { type SplitStatements, splitSqlStatements } from '../../domain/sql/split-statements.ts'
import { sqlFunctions as functions } from '../../domain/sql/sql-functions.ts'

/** A name in double quotes, whatever is in it. */
export const quoteSqlName = (name: string): string => quoteName(name)

/** Splits a text at the semicolons that end statements. */
export const splitStatements = (text: string): SplitStatements => splitSqlStatements(text)

/** Functions that a statement may call, in lower case. */
export const sqlFunctions: readonly string[] = [...functions]

/** System tables, with the columns of each. */
export const systemTables: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    ingitdb_log: ['commit_id', 'position', 'time', 'author', 'email', 'message', 'parents', 'inserted', 'updated', 'deleted'],
    ingitdb_refs: ['name', 'type', 'commit_id', 'current'],
    ingitdb_history: ['$id', 'operation', 'commit_id', 'position', 'time', 'author', 'email', 'message', 'record', 'before'],
    ingitdb_blame: ['$id', 'field', 'value', 'operation', 'commit_id', 'time', 'author', 'email', 'message'],
    ingitdb_diff: ['$id', 'change', 'field', 'before', 'after'],
  }),
)
