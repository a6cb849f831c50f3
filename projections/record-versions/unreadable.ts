import type { ReadDatabase } from '../read-database.ts'
import type { CatalogueRows } from './catalogue-rows.ts'
import { readLine } from './lanes.ts'
import type { Position } from './position.ts'
import { entryKey } from './quarantine.ts'
import { quarantineTable, readStorage } from './table-storage.ts'
import { visibleSources } from './visible-sources.ts'
import { findVersion, prepareVersion } from './visible-version.ts'

/**
 * Whether a record that is missing at a position was there all the same, in a file, or in a table, that could not be read.
 * A shared file that could not be read may have held it.
 */
export const isUnreadableAt = (
  db: ReadDatabase,
  catalogues: CatalogueRows,
  { position, table, key }: { readonly position: Position; readonly table: string; readonly key: string },
): boolean => {
  const line = readLine(db, position)
  const storage = readStorage(db, quarantineTable)
  if (storage !== undefined) {
    if (findVersion(prepareVersion(db, storage.name), line, entryKey({ table, path: '', key })) !== undefined) return true
    const [from, to] = [`${table}\u0000file\u0000`, `${table}\u0000file\u0001`]
    for (const { condition, parameters } of visibleSources(line, storage.name)) {
      const found = db.sql(`select 1 from ${storage.name} v where ${condition} and v.key >= ? and v.key < ? limit 1`).get(...parameters, from, to)
      if (found !== undefined) return true
    }
  }
  const { tables, problems } = catalogues.read(readCatalogueNo(db, position))
  return problems.length > 0 && tables.every(({ id }) => id !== table)
}

/** Number of the catalogue that held at a position; the position may lie on a lane that starts later. */
export const readCatalogueNo = (db: ReadDatabase, position: Position): number => {
  const [nearest] = readLine(db, position)
  const row =
    nearest &&
    db.sql<{ catalogueNo: number }>('select catalogue_no catalogueNo from commits where lane = ? and seq = ?').get(nearest.lane, nearest.seq)
  return row?.catalogueNo ?? 0
}
