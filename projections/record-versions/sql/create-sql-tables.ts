import type { CommitId, TableId } from '../../../domain/ids.ts'
import { ExactNumber, type Json, stringifyJson } from '../../../domain/json.ts'
import { findFieldChanges } from '../../../domain/record/field-changes.ts'
import { quoteName } from '../../../domain/sql/rewrite-query.ts'
import { systemTables } from '../../../domain/sql/system-tables.ts'
import { findTable, type Table } from '../../../domain/table/table.ts'
import type { SqlValue } from '../../read-database.ts'
import type { CommitAuthorship } from '../../snapshot.ts'
import { readBlame } from '../blame.ts'
import { type DifferencesSources, readDifferences } from '../differences.ts'
import { type Line, readLine, readPosition } from '../lanes.ts'
import { columnValue } from '../record-json.ts'
import { isTyped, readStorage, type TableStorage } from '../table-storage.ts'
import { visibleSources } from '../visible-sources.ts'
import { recordsView, type TableOfLine } from './records-view.ts'
import type { NamedSqlTable, SqlRef, SqlTable } from './sql-table.ts'
import { authorshipOf, onLine } from './sql-text.ts'

/** A commit that was there when the question was asked has been forgotten since, because its branch was rewritten: ask again. */
export class SqlTableLost extends Error {}

/** Column of a versions table, `t3.c2`, that holds booleans as 0 and 1. */
export type BooleanColumns = ReadonlySet<string>

/**
 * Makes the tables of a statement in the temporary schema of a connection: views where SQLite can answer from what is projected, else tables that
 * are filled now. Throws `SqlTableLost`.
 * @returns which columns hold booleans
 */
export const createSqlTables = (sources: DifferencesSources, tables: readonly NamedSqlTable[]): BooleanColumns => {
  const booleans = new Set<string>()
  for (const { name, source } of tables) {
    const contents = describe(sources, source)
    for (const column of contents.booleans ?? []) booleans.add(column)
    if (contents.rows === undefined) sources.db.execute(`create temp view ${quoteName(name)} ${listNames(contents.columns)} as ${contents.view}`)
    else fillTable(sources, name, contents)
  }
  return booleans
}

type Contents = { readonly columns: readonly string[]; readonly booleans?: readonly string[] } & (
  | { readonly view: string; readonly rows?: undefined }
  | { readonly rows: Iterable<readonly SqlValue[]> }
)

const listNames = (columns: readonly string[]): string => `(${columns.map(quoteName).join(', ')})`

const fillTable = ({ db }: DifferencesSources, name: string, { columns, rows }: Contents & { readonly rows: object }): void => {
  db.execute(`create temp table ${quoteName(name)} ${listNames(columns)}`)
  const insert = db.sql(`insert into temp.${quoteName(name)} values (${columns.map(() => '?').join(', ')})`)
  for (const row of rows) insert.run(...row)
}

const describe = (sources: DifferencesSources, source: SqlTable): Contents => {
  switch (source.kind) {
    case 'records': {
      const stored = findStored(sources, source)
      return { ...recordsView(stored), booleans: booleansOf(stored.table, stored.storage) }
    }
    case 'log':
      return { ...systemTables.ingitdb_log, view: logView(source.commit === undefined ? [] : findLine(sources, source.commit).line) }
    case 'history': {
      const { line, storage } = findStored(sources, source)
      return { ...systemTables.ingitdb_history, view: historyView(line, storage) }
    }
    case 'blame':
      return { ...systemTables.ingitdb_blame, rows: blameRows(sources, source) }
    case 'diff':
      return { ...systemTables.ingitdb_diff, rows: diffRows(sources, source) }
    case 'refs':
      return { ...systemTables.ingitdb_refs, rows: source.refs.map(refRow) }
  }
}

interface TableAtCommit {
  readonly table: TableId
  readonly commit: CommitId
}

const findLine = ({ db }: DifferencesSources, commit: CommitId): { readonly line: Line; readonly catalogueNo: number } => {
  const position = readPosition(db, commit)
  if (position === undefined) throw new SqlTableLost(commit)
  return { line: readLine(db, position), catalogueNo: position.catalogueNo }
}

const findStored = (sources: DifferencesSources, { table: id, commit }: TableAtCommit): TableOfLine => {
  const { line, catalogueNo } = findLine(sources, commit)
  const catalogue = sources.catalogues.read(catalogueNo)
  const table = findTable(catalogue, id)
  if (table === undefined) throw new Error(`table ${id} is not in commit ${commit}`)
  return { line, catalogue, table, storage: readStorage(sources.db, id) }
}

const booleansOf = (table: Table, storage: TableStorage | undefined): readonly string[] =>
  table.columns.flatMap((column) => {
    const stored = storage?.columns.get(column.name)
    return stored !== undefined && column.type === 'bool' && isTyped(column) ? [`${storage?.name}.${stored}`] : []
  })

/** The first-parent line. `parents` is a JSON list of commits. */
const logView = (line: Line): string =>
  `select ${authorshipOf}, case m.parents when '' then '[]' else '["' || replace(m.parents, ' ', '","') || '"]' end, m.inserted, m.updated, m.deleted
   from commits m where ${line.length === 0 ? 'false' : onLine(line)}`

/** Every change of every record of a table on the line; `record` is the JSON text after it, null where it was deleted. */
const historyView = (line: Line, storage: TableStorage | undefined): string =>
  `select c.key, case when c.old_change is null then 'insert' when c.json is null then 'delete' else 'update' end, ${authorshipOf}, c.json, old.json
   from commits m join changes c on c.change_no >= m.first_change and c.change_no < m.first_change + m.change_count
   left join changes old on old.change_no = c.old_change
   where c.table_no = ${storage?.tableNo ?? 0} and (${onLine(line)})`

/** Which commit gave each field of each record its value. */
function* blameRows(sources: DifferencesSources, source: TableAtCommit): Generator<readonly SqlValue[]> {
  const { line, storage } = findStored(sources, source)
  if (storage === undefined) return
  for (const key of listKeys(sources, line, storage)) {
    const blame = readBlame(sources, { line, storage, table: source.table, key, options: { nested: false, removed: false } }) ?? []
    for (const { path, value, operation, ...authorship } of blame)
      yield [key, path.join('.'), sqlValueOf(value), operation, ...authorshipRow(authorship)]
  }
}

const listKeys = ({ db }: DifferencesSources, line: Line, storage: TableStorage) =>
  visibleSources(line, storage.name).flatMap(({ condition, parameters }) =>
    db
      .sql<{ key: Parameters<typeof readBlame>[1]['key'] }>(`select v.key from ${storage.name} v where ${condition}`)
      .all(...parameters)
      .map(({ key }) => key),
  )

const authorshipRow = ({ commit, time, author, message }: CommitAuthorship): readonly SqlValue[] => [
  ...[commit, new Date(time.seconds * 1000).toISOString().replace('.000Z', 'Z')],
  ...[author.name, author.email, message.trimEnd()],
]

/** As columns hold values: a scalar as it is, true as 1, a list or an object as JSON text. */
const sqlValueOf = (value: Json | undefined): SqlValue =>
  typeof value === 'object' && value !== null && !(value instanceof ExactNumber) ? stringifyJson(value) : columnValue(value, true)

/** One row for each field of a record that is another one; of added and deleted records one for each field that they have. */
function* diffRows(sources: DifferencesSources, { table, from, to }: SqlTable & { readonly kind: 'diff' }): Generator<readonly SqlValue[]> {
  const question = { from: findLine(sources, from).line, to: findLine(sources, to).line, table }
  for (const { key, before, after } of readDifferences(sources, question)) {
    const change = before === undefined ? 'added' : after === undefined ? 'deleted' : 'updated'
    for (const { path, before: old, after: now } of findFieldChanges(before?.fields ?? {}, after?.fields ?? {}))
      yield [key, change, path.join('.'), sqlValueOf(old), sqlValueOf(now)]
  }
}

const refRow = ({ name, type, commit, isCurrent }: SqlRef): readonly SqlValue[] => [name, type, commit, isCurrent ? 1 : 0]
