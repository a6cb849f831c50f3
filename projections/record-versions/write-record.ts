import type { JsonObject } from '../../domain/json.ts'
import type { ReadDatabase, Statement } from '../read-database.ts'
import { closedBucket, openBucket, placeOf } from './buckets.ts'
import { columnNames, columnValues } from './field-columns.ts'
import type { Line } from './lanes.ts'
import type { Position } from './position.ts'
import { createSearchWriter } from './search-index.ts'
import type { TableStorage } from './table-storage.ts'
import { findVersion, prepareVersion, type VersionStatement, type VisibleVersion } from './visible-version.ts'

/** A record as it shall be from this commit on. */
export interface NewVersion {
  /** JSON text as answers show it (`recordText`), and the fields it came from. */
  readonly text: string
  /** JSON text of the fields as the file has them, where that differs from `text`. */
  readonly storedText?: string
  readonly fields: JsonObject
  readonly revision: string
  /** Fields that hold whole numbers. */
  readonly integers?: ReadonlySet<string>
}

/** Where changes of the current commit go. `line` is the first-parent line below the commit. */
export interface WritePlace {
  readonly position: Position
  readonly line: Line
  takeChangeNo(): number
}

export type WriteEffect = 'inserted' | 'updated' | 'deleted' | 'unchanged'

export interface RecordWriter {
  readonly storage: TableStorage
  /** Makes the record as given from this commit on; `undefined` deletes it. Writing what is there already does nothing. */
  write(place: WritePlace, key: string, next: NewVersion | undefined): WriteEffect
}

interface Statements {
  readonly version: VersionStatement
  readonly stored: Statement<{ json: string; storedJson: string | null; revision: string }>
  readonly change: Statement<unknown>
  readonly close: Statement<unknown>
  readonly removeOpen: Statement<unknown>
  readonly insert: Statement<unknown>
  /** Indexes the words of a version, where the table has a search. */
  readonly index: (changeNo: number, fields: JsonObject) => void
}

/**
 * A writer of one table's versions, with its statements prepared once: good for every commit of the transaction, until the table's storage changes.
 * Writes within one commit may come in any order, but each key at most once while the table is empty (a first import is not looked up).
 */
export const createRecordWriter = (db: ReadDatabase, storage: TableStorage): RecordWriter => {
  const columns = columnNames(storage)
  const statements: Statements = {
    version: prepareVersion(db, storage.name),
    stored: db.sql('select json, stored_json storedJson, revision from changes where change_no = ?'),
    change: db.sql(
      `insert into changes (change_no, table_no, key, old_change, revision, json, stored_json) values (?, ${storage.tableNo}, ?, ?, ?, ?, ?)`,
    ),
    close: db.sql(`update ${storage.name} set to_seq = ?, place = ? where lane = ? and key = ? and from_seq = ?`),
    removeOpen: db.sql(`delete from ${storage.name} where lane = ? and key = ? and from_seq = ?`),
    insert: db.sql(
      `insert into ${storage.name} (${['lane', 'key', 'from_seq', 'place', 'change_no', ...columns].join(', ')})
       values (?, ?, ?, ?, ?${', ?'.repeat(columns.length)})`,
    ),
    index: createSearchWriter(db, storage),
  }
  // A commit that starts on an empty table (a first import) has nothing to look up: each key comes once.
  let isEmptyAt: WritePlace | typeof noPlace | undefined = db.sql(`select 1 from ${storage.name} limit 1`).get() === undefined ? undefined : noPlace
  const write: RecordWriter['write'] = (place, key, next) => {
    isEmptyAt ??= place
    return writeRecord({ storage, statements, isEmpty: isEmptyAt === place }, place, { key, next })
  }
  return { storage, write }
}

const noIntegers: ReadonlySet<string> = new Set()

const noPlace: unique symbol = Symbol('the table had versions from the start')

const writeRecord = (
  { storage, statements, isEmpty }: { storage: TableStorage; statements: Statements; isEmpty: boolean },
  place: WritePlace,
  { key, next }: { key: string; next: NewVersion | undefined },
): WriteEffect => {
  const old = isEmpty ? undefined : findVersion(statements.version, place.line, key)
  if (old === undefined && next === undefined) return 'unchanged'
  if (old !== undefined && next !== undefined) {
    const stored = statements.stored.get(old.changeNo)
    if (stored?.json === next.text && stored.storedJson === (next.storedText ?? null) && stored.revision === next.revision) return 'unchanged'
  }
  const changeNo = place.takeChangeNo()
  statements.change.run(changeNo, key, old?.changeNo ?? null, next?.revision ?? null, next?.text ?? null, next?.storedText ?? null)
  closeOpen(statements, place, { key, old })
  const { lane, seq } = place.position
  if (next !== undefined) {
    statements.insert.run(lane, key, seq, placeOf(lane, openBucket), changeNo, ...columnValues(storage, next.fields, next.integers ?? noIntegers))
    statements.index(changeNo, next.fields)
  }
  // A parent lane still has the record: a version without content hides it from here on.
  else if (old !== undefined && old.lane !== lane)
    statements.insert.run(lane, key, seq, placeOf(lane, openBucket), null, ...columnValues(storage, undefined, noIntegers))
  if (old === undefined) return 'inserted'
  return next === undefined ? 'deleted' : 'updated'
}

/** Ends the open version on this lane, if there is one: also one without content, which a re-inserted record replaces. */
const closeOpen = (statements: Statements, { position, line }: WritePlace, { key, old }: { key: string; old: VisibleVersion | undefined }): void => {
  const { lane, seq } = position
  if (old?.lane === lane) {
    close(statements, position, { key, fromSeq: old.fromSeq })
    return
  }
  if (line.length < 2 || line[0]?.lane !== lane) return // a lane without a parent, or without a commit yet, hides nothing
  const open = statements.version.get(lane, key, seq)
  if (open !== undefined && open.toSeq === null) close(statements, position, { key, fromSeq: open.fromSeq })
}

const close = (statements: Statements, { lane, seq }: Position, { key, fromSeq }: { key: string; fromSeq: number }): void => {
  if (fromSeq === seq) statements.removeOpen.run(lane, key, fromSeq)
  else statements.close.run(seq, placeOf(lane, closedBucket(fromSeq, seq)), lane, key, fromSeq)
}
