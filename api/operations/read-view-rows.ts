import { ok, type Result } from '../../domain/result.ts'
import type { Table } from '../../domain/table/table.ts'
import { type ExportRow, readTimeOrder, type View } from '../../domain/view/view.ts'
import type { ViewCodec } from '../../domain/view/view-ports.ts'
import type { RecordRow, Snapshot } from '../../projections/snapshot.ts'
import { parseRecordQuery } from './parse-record-query.ts'

/** The records that a view shows, in its order, then by key. `top` is left to the caller. */
export const readViewRows = async (
  snapshot: Snapshot,
  { table, view }: { readonly table: Table; readonly view: View },
  codec: ViewCodec,
): Promise<Result<readonly ExportRow[]>> => {
  const byTime = readTimeOrder(view)
  const query = parseRecordQuery(table, {
    where: view.where === undefined ? [] : [view.where],
    ...(view.orderBy !== undefined && byTime === undefined && { orderBy: view.orderBy }),
  })
  if (!query.ok) return query
  const rows = await snapshot.selectRecords(table.id, query.value)
  if (!rows.ok) return rows
  const ordered = byTime === undefined ? rows.value : orderByTime(snapshot, { table, rows: rows.value, isDescending: byTime === 'desc' })
  return ok(ordered.map((row) => toExportRow(codec, row)))
}

const toExportRow = (codec: ViewCodec, { key, json }: RecordRow): ExportRow => {
  const { $id: _, ...fields } = codec.readFields(json)
  return { ...fields, $ID: key }
}

interface TimeOrder {
  readonly table: Table
  readonly rows: readonly RecordRow[]
  readonly isDescending: boolean
}

const orderByTime = (snapshot: Snapshot, { table, rows, isDescending }: TimeOrder): readonly RecordRow[] => {
  const keys = rows.map(({ key }) => key)
  const times = new Map(snapshot.readLastChanges(table.id, keys).map(({ key, time }) => [key, time.seconds]))
  const timeOf = ({ key }: RecordRow): number => times.get(key) ?? 0
  return [...rows].sort((a, b) => (isDescending ? timeOf(b) - timeOf(a) : timeOf(a) - timeOf(b)) || (a.key < b.key ? -1 : 1))
}
