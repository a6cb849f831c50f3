import type { RecordKey, TableId } from '../../domain/ids.ts'

import type { SchemaValidator } from '../../domain/table/codecs.ts'
import type { Catalogue } from '../../domain/table/table.ts'
import { findSchemaProblems } from '../../domain/validation/check-schemas.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { CatalogueRows } from './catalogue-rows.ts'
import type { Line } from './lanes.ts'
import type { Position } from './position.ts'
import { createStorage, ensureStorage, quarantineTable, readStorage, type StorageTools } from './table-storage.ts'
import { visibleSources } from './visible-sources.ts'
import { createRecordWriter, type RecordWriter, type WriteEffect, type WritePlace } from './write-record.ts'

/** What the projector works with, for as long as one connection lives. */
export interface ProjectionTools extends StorageTools {
  readonly validateSchema: SchemaValidator
  readonly catalogues: CatalogueRows
  /** Writers by table id; emptied when a transaction is taken back or a catalogue changes. */
  readonly writers: Map<string, RecordWriter>
}

/** One commit while its rows are written. */
export interface CommitTarget {
  readonly place: WritePlace
  readonly catalogue: Catalogue
  readonly catalogueNo: number
  readonly quarantine: RecordWriter
  readonly hasQuarantine: boolean
  readonly counts: { inserted: number; updated: number; deleted: number; changes: number }
  readonly firstChange: number
  adopt(catalogue: Catalogue): void
  writerOf(table: TableId): RecordWriter
  readonly validateSchema: SchemaValidator
  visibleKeys(table: TableId): readonly RecordKey[]
  visibleQuarantine(): readonly string[]
  count(effect: WriteEffect): void
}

interface Start {
  readonly position: Position
  /** First-parent line below the commit; empty for a first commit. */
  readonly line: Line
  readonly catalogueNo: number
}

/**
 * Opens one commit for writing its rows, inside the caller's transaction. Tables get their storage when they are first written to;
 * change numbers go on from the highest that is stored, so only one commit of a connection may be open at a time.
 */
export const openCommitTarget = (tools: ProjectionTools, { position, line, catalogueNo: startCatalogueNo }: Start): CommitTarget => {
  const { db } = tools
  const firstChange = (db.sql<{ last: number | null }>('select max(change_no) last from changes').get()?.last ?? 0) + 1
  const counts = { inserted: 0, updated: 0, deleted: 0, changes: 0 }
  let catalogueNo = startCatalogueNo
  let catalogue = tools.catalogues.read(catalogueNo)
  const visible = (table: string): readonly RecordKey[] => listVisibleKeys(db, line, table)
  return {
    place: { position, line, takeChangeNo: () => firstChange + counts.changes++ },
    firstChange,
    counts,
    get catalogue() {
      return catalogue
    },
    get catalogueNo() {
      return catalogueNo
    },
    get quarantine() {
      return takeWriter(tools, quarantineTable)
    },
    get hasQuarantine() {
      const name = takeWriter(tools, quarantineTable).storage.name
      return db.sql(`select 1 from ${name} limit 1`).get() !== undefined
    },
    adopt(next) {
      tools.writers.clear()
      for (const table of next.tables) ensureStorage(tools, next, table)
      catalogueNo = tools.catalogues.write({ ...next, problems: [...next.problems, ...findSchemaProblems(next, tools.validateSchema)] })
      catalogue = tools.catalogues.read(catalogueNo)
    },
    writerOf: (table) => takeWriter(tools, table),
    validateSchema: tools.validateSchema,
    visibleKeys: visible,
    visibleQuarantine: () => visible(quarantineTable),
    count(effect) {
      if (effect !== 'unchanged') counts[effect] += 1
    },
  }
}

const takeWriter = (tools: ProjectionTools, table: string): RecordWriter => {
  let writer = tools.writers.get(table)
  if (writer === undefined) {
    writer = createRecordWriter(tools.db, readStorage(tools.db, table) ?? createStorage(tools, table))
    tools.writers.set(table, writer)
  }
  return writer
}

const listVisibleKeys = (db: ReadDatabase, line: Line, table: string): readonly RecordKey[] => {
  const storage = readStorage(db, table)
  if (storage === undefined) return []
  return visibleSources(line, storage.name).flatMap((source) =>
    db
      .sql<{ key: RecordKey }>(`select v.key from ${storage.name} v where ${source.condition}`)
      .all(...source.parameters)
      .map(({ key }) => key),
  )
}
