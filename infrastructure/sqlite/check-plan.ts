import Database from 'better-sqlite3'
import { sqlTableFunctions } from '../../domain/sql/sql-functions.ts'
import type { SqlRequest } from '../../projections/record-versions/sql/sql-runner.ts'

interface Opcode {
  readonly opcode: string
  readonly p2: number
  readonly p3: number
  /** Of VOpen the address of the virtual table, one in a connection. */
  readonly p4: string
}

/**
 * Holds what SQLite would open against what the tables of the statement open: a second lock, behind the one that reads the statement. Throws a
 * `SqliteError` with the code `SQLITE_AUTH` where the statement opens something else: another table of the read model, the schema, a virtual table.
 * @param values  of the parameters
 */
export const checkPlan = (database: Database.Database, { statement, tables }: SqlRequest, values: readonly unknown[]): void => {
  const owners = new Set(tables.flatMap(({ name }) => listTrees(database, `select * from temp."${name}"`)).map((tree) => ownerOf(database, tree)))
  for (const tree of listTrees(database, statement, values)) {
    // Of the temporary schema everything is ours, but for its own list of tables.
    if (tree.schema === 1 && tree.root !== 1) continue
    const owner = ownerOf(database, tree)
    if (owner === undefined || !owners.has(owner)) refuse()
  }
  const opened = listVirtual(database, statement, values)
  if (opened.length === 0) return
  const allowed = new Set(
    [...sqlTableFunctions].flatMap((name) => (hasModule(database, name) ? listVirtual(database, `select * from ${name}('[]')`) : [])),
  )
  if (!opened.every((address) => allowed.has(address))) refuse()
}

const refuse = (): never => {
  throw new Database.SqliteError('the statement reads something that is no table of the database', 'SQLITE_AUTH')
}

interface OpenedTree {
  readonly root: number
  /** 0: the file, 1: the temporary schema. */
  readonly schema: number
}

const listOpcodes = (database: Database.Database, statement: string, values: readonly unknown[]): readonly Opcode[] =>
  database.prepare<unknown[], Opcode>(`explain ${statement}`).all(...values)

const listTrees = (database: Database.Database, statement: string, values: readonly unknown[] = []): readonly OpenedTree[] =>
  listOpcodes(database, statement, values)
    .filter(({ opcode }) => opcode === 'OpenRead' || opcode === 'ReopenIdx')
    .map(({ p2, p3 }) => ({ root: p2, schema: p3 }))

const listVirtual = (database: Database.Database, statement: string, values: readonly unknown[] = []): readonly string[] =>
  listOpcodes(database, statement, values)
    .filter(({ opcode }) => opcode === 'VOpen')
    .map(({ p4 }) => p4)

const hasModule = (database: Database.Database, name: string): boolean =>
  database.prepare('select 1 from pragma_module_list where name = ?').get(name) !== undefined

/** The table that a tree, of itself or of one of its indexes, belongs to; `undefined` for the schema, and for what is not in the file. */
const ownerOf = (database: Database.Database, { root, schema }: OpenedTree): string | undefined =>
  schema === 0
    ? database.prepare<[number], { name: string }>('select tbl_name name from main.sqlite_schema where rootpage = ?').get(root)?.name
    : undefined
