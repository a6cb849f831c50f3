import type { CommitId, TableId } from '../domain/ids.ts'
import { loadOnce } from '../domain/load-once.ts'
import { checkQuery } from '../domain/query/check-query.ts'
import type { RecordQuery } from '../domain/query/filter.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { emptyCatalogue, findTable } from '../domain/table/table.ts'
import type { ReadDatabase } from './read-database.ts'
import { readBlame } from './record-versions/blame.ts'
import type { CatalogueRows } from './record-versions/catalogue-rows.ts'
import { readDifferences } from './record-versions/differences.ts'
import { readStoredRecord } from './record-versions/facts.ts'
import { readHistory } from './record-versions/history.ts'
import { type Line, readLine, readPosition } from './record-versions/lanes.ts'
import { readLastChanges } from './record-versions/last-changes.ts'
import { readCommitCounts, readLog } from './record-versions/log.ts'
import type { ReadJson } from './record-versions/read-json.ts'
import { presentedText } from './record-versions/record-json.ts'
import { quarantineTable, readStorage, type TableStorage } from './record-versions/table-storage.ts'
import { visibleSources } from './record-versions/visible-sources.ts'
import { findVersion, prepareVersion } from './record-versions/visible-version.ts'
import type { QuarantineEntry, Snapshot } from './snapshot.ts'

/** The commit was forgotten after its snapshot was opened, because its branch was rewritten: open the snapshot again. */
export class SnapshotLost extends Error {}

/** The query compiler takes longer to load than a point read takes in all. */
const loadSelect = loadOnce(() => import('./record-versions/select-records.ts'))

const loadSearch = loadOnce(() => import('./record-versions/search-records.ts'))
const loadValues = loadOnce(() => import('./record-versions/count-values.ts'))

export interface SnapshotSource {
  readonly reader: ReadDatabase
  readonly catalogues: CatalogueRows
  readonly readJson: ReadJson
}

/** Answers about one projected commit. Each question reads one state of the file, whatever is written meanwhile. */
export const openSnapshot = (source: SnapshotSource, commit: CommitId): Snapshot => {
  const { reader, readJson } = source
  const ask = <T>(question: (line: Line) => T): T => reader.readConsistently(() => question(findLine(reader, commit)))
  const found = readPosition(reader, commit)
  if (found === undefined) throw new SnapshotLost(commit)
  const catalogue = source.catalogues.read(found.catalogueNo)
  const storageOf = (table: string): TableStorage | undefined => readStorage(reader, table)

  return {
    commit,
    catalogue,
    readRecord: (table, key) =>
      ask((line) => {
        const storage = findTable(catalogue, table) && storageOf(table)
        const version = storage && findVersion(prepareVersion(reader, storage.name), line, key)
        if (version === undefined) return undefined
        const row = reader.sql<{ json: string; revision: string }>('select json, revision from changes where change_no = ?').get(version.changeNo)
        return row && { key, json: presentedText(key, row.json), revision: row.revision }
      }),
    readStored: (table, key) =>
      ask((line) => (findTable(catalogue, table) === undefined ? undefined : readStoredRecord(reader, { line, table, key }, readJson))),
    async selectRecords(table, query) {
      const checked = checkTable(catalogue, table, query)
      if (!checked.ok) return checked
      const { search, orderBy } = query
      const { selectRecords } = await loadSelect()
      const storage = storageOf(table)
      if (search !== undefined && orderBy.length === 0) {
        const { searchRecords } = await loadSearch()
        return ok(storage === undefined ? [] : ask((line) => searchRecords(reader, { line, table: checked.value, storage }, { ...query, search })))
      }
      return ok(storage === undefined ? [] : ask((line) => selectRecords(reader, { line, table: checked.value, storage }, query)))
    },
    async countRecords(table, where, search) {
      const checked = checkTable(catalogue, table, { where, orderBy: [], limit: undefined, offset: 0 })
      if (!checked.ok) return checked
      const { countRecords } = await loadSelect()
      const storage = storageOf(table)
      return ok(
        storage === undefined
          ? 0
          : ask((line) => countRecords(reader, { line, table: checked.value, storage }, { where, ...(search !== undefined && { search }) })),
      )
    },
    async countValues(table, fields, where) {
      const orderBy = fields.map((path) => ({ path, descending: false }))
      const checked = checkTable(catalogue, table, { where, orderBy, limit: undefined, offset: 0 })
      if (!checked.ok) return checked
      const { countValues } = await loadValues()
      const storage = storageOf(table)
      return ok(storage === undefined ? [] : ask((line) => countValues(reader, { line, table: checked.value, storage }, { fields, where })))
    },
    readHistory: (table, key, page) =>
      ask((line) => {
        const storage = storageOf(table)
        return storage === undefined ? [] : readHistory(reader, { line, storage, key, page }, readJson)
      }),
    readBlame: (table, key, options) =>
      ask((line) => {
        const storage = storageOf(table)
        return storage && readBlame({ db: reader, catalogues: source.catalogues, readJson }, { line, storage, table, key, options })
      }),
    readLastChanges: (table, keys) =>
      ask((line) => {
        const storage = storageOf(table)
        return storage === undefined ? [] : readLastChanges(reader, { line, storage, keys })
      }),
    readDifferences: (from, table) =>
      ask((line) => {
        const old = from === undefined ? [] : findLine(reader, from)
        return readDifferences({ db: reader, catalogues: source.catalogues, readJson }, { from: old, to: line, table })
      }),
    readLog: (page, filter = {}) => ask((line) => readLog({ db: reader, catalogues: source.catalogues }, line, { page, filter })),
    readCommitCounts: (oid, target) => reader.readConsistently(() => readCommitCounts({ db: reader, catalogues: source.catalogues }, oid, target)),
    readQuarantine: () => ask((line) => readQuarantine(reader, line)),
  }
}

/** A branch without a commit: nothing is there, nothing has ever been. */
export const emptySnapshot: Snapshot = {
  commit: undefined,
  catalogue: emptyCatalogue,
  readRecord: () => undefined,
  readStored: () => undefined,
  selectRecords: async (table) => fail({ kind: 'not-found', what: 'table', id: table }),
  countRecords: async (table) => fail({ kind: 'not-found', what: 'table', id: table }),
  countValues: async (table) => fail({ kind: 'not-found', what: 'table', id: table }),
  readHistory: () => [],
  readBlame: () => undefined,
  readLastChanges: () => [],
  readDifferences: () => [],
  readLog: () => [],
  readCommitCounts: () => undefined,
  readQuarantine: () => [],
}

const findLine = (reader: ReadDatabase, commit: CommitId): Line => {
  const position = readPosition(reader, commit)
  if (position === undefined) throw new SnapshotLost(commit)
  return readLine(reader, position)
}

const checkTable = (catalogue: Snapshot['catalogue'], id: TableId, query: RecordQuery) => {
  const table = findTable(catalogue, id)
  if (table === undefined) return fail({ kind: 'not-found', what: 'table', id, among: catalogue.tables.map((known) => known.id) } as const)
  const checked: Result<void> = checkQuery(table, query)
  return checked.ok ? ok(table) : checked
}

interface StoredQuarantine {
  readonly table: TableId
  readonly path: string
  readonly key?: string
  readonly line?: number
  readonly message: string
}

const readQuarantine = (reader: ReadDatabase, line: Line): readonly QuarantineEntry[] => {
  const storage = readStorage(reader, quarantineTable)
  if (storage === undefined) return []
  return visibleSources(line, storage.name)
    .flatMap((source) =>
      reader
        .sql<{ json: string }>(`select b.json from ${storage.name} v join changes b using (change_no) where ${source.condition}`)
        .all(...source.parameters),
    )
    .map(({ json }) => {
      const entry: StoredQuarantine = JSON.parse(json)
      return { table: entry.table, path: entry.path, key: entry.key, line: entry.line, message: entry.message }
    })
    .sort((a, b) => (`${a.path}\u0000${a.key}` < `${b.path}\u0000${b.key}` ? -1 : 1))
}
