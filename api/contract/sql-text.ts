import { readSqlQuery } from '../../domain/sql/read-query.ts'
import { quoteName } from '../../domain/sql/rewrite-query.ts'
import { type SplitStatements, splitSqlStatements } from '../../domain/sql/split-statements.ts'
import { sqlFunctions as functions } from '../../domain/sql/sql-functions.ts'
import { systemTables as systemTablesByName } from '../../domain/sql/system-tables.ts'

/** A name in double quotes, whatever is in it. */
export const quoteSqlName = (name: string): string => quoteName(name)

/** Splits a text at the semicolons that end statements. */
export const splitStatements = (text: string): SplitStatements => splitSqlStatements(text)

/** Names of the parameters of a statement; none of one that cannot be read, as asking it will say. */
export const listParameters = (statement: string): readonly string[] => {
  const query = readSqlQuery(statement)
  return query.ok ? query.value.parameters : []
}

/** Functions that a statement may call, in lower case. */
export const sqlFunctions: readonly string[] = [...functions]

/** System tables, with the columns of each. */
export const systemTables: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(systemTablesByName).map(([name, { columns }]) => [name, columns]),
)
