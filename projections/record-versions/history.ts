import type { CommitTime } from '../../domain/event-sourcing/event-store.ts'
import type { CommitId } from '../../domain/ids.ts'
import { equalJson, isJsonObject, type JsonObject } from '../../domain/json.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { HistoryEntry, Page } from '../snapshot.ts'
import type { Line } from './lanes.ts'
import type { ReadJson } from './read-json.ts'
import type { TableStorage } from './table-storage.ts'

interface ChangeRow {
  readonly commit: CommitId
  readonly name: string
  readonly email: string
  readonly seconds: number
  readonly offsetMinutes: number
  readonly message: string
  readonly oldJson: string | null
  readonly newJson: string | null
}

/**
 * Commits that changed one record, newest first, along a first-parent line. Cost: the record's own changes up to the page's end.
 * Versions say where to look: each starts with one change, and ends with the next one or with a deletion.
 */
export const readHistory = (
  db: ReadDatabase,
  { line, storage, key, page }: { readonly line: Line; readonly storage: TableStorage; readonly key: string; readonly page: Page },
  readJson: ReadJson,
): readonly HistoryEntry[] => {
  const entries: HistoryEntry[] = []
  const limit = page.limit ?? Number.MAX_SAFE_INTEGER
  let skip = page.offset
  for (const { lane, seq } of line) {
    for (const point of changePoints(db, storage, { lane, seq, key, rowsMax: skip + limit })) {
      if (entries.length >= limit) return entries
      if (skip-- > 0) continue
      entries.push(toEntry(readChange(db, storage, { lane, key, ...point }), readJson))
    }
  }
  return entries
}

/** A commit that changed the record; `changeNo` is known where a version starts with it. */
interface ChangePoint {
  readonly at: number
  readonly changeNo: number | undefined
}

/** Changes on one lane, newest first: starts of versions, and ends that no other version follows. */
function* changePoints(
  db: ReadDatabase,
  storage: TableStorage,
  { lane, seq, key, rowsMax }: { readonly lane: number; readonly seq: number; readonly key: string; readonly rowsMax: number },
): Generator<ChangePoint> {
  const versions = db
    .sql<{ fromSeq: number; toSeq: number | null; changeNo: number | null }>(
      `select from_seq fromSeq, to_seq toSeq, change_no changeNo from ${storage.name} where lane = ? and key = ? and from_seq <= ?
       order by from_seq desc limit ?`,
    )
    .all(lane, key, seq, rowsMax)
  let later: number | undefined
  for (const { fromSeq, toSeq, changeNo } of versions) {
    if (toSeq !== null && toSeq <= seq && toSeq !== later) yield { at: toSeq, changeNo: undefined }
    yield { at: fromSeq, changeNo: changeNo ?? undefined }
    later = fromSeq
  }
}

const changeColumns = `oid "commit", author_name name, author_email email, author_seconds seconds, author_offset offsetMinutes, message,
  old.json oldJson, new.json newJson`

const readChange = (
  db: ReadDatabase,
  storage: TableStorage,
  { lane, at, key, changeNo }: ChangePoint & { readonly lane: number; readonly key: string },
): ChangeRow => {
  const row =
    changeNo === undefined
      ? db // a deletion: found among what the commit did
          .sql<ChangeRow>(
            `select ${changeColumns} from commits
             join changes new on new.change_no >= first_change and new.change_no < first_change + change_count and new.table_no = ? and new.key = ?
             left join changes old on old.change_no = new.old_change
             where lane = ? and seq = ?`,
          )
          .get(storage.tableNo, key, lane, at)
      : db
          .sql<ChangeRow>(
            `select ${changeColumns} from commits join changes new on new.change_no = ? left join changes old on old.change_no = new.old_change
             where lane = ? and seq = ?`,
          )
          .get(changeNo, lane, at)
  if (row === undefined) throw new Error(`the read model has no change of ${key} at ${lane}:${at}`)
  return row
}

const toEntry = (row: ChangeRow, readJson: ReadJson): HistoryEntry => ({
  commit: row.commit,
  author: { name: row.name, email: row.email },
  time: { seconds: row.seconds, offsetMinutes: row.offsetMinutes } satisfies CommitTime,
  message: row.message,
  operation: row.oldJson === null ? 'insert' : row.newJson === null ? 'delete' : 'update',
  fields: changedFields(readFields(row.oldJson, readJson), readFields(row.newJson, readJson)),
})

const readFields = (json: string | null, readJson: ReadJson): JsonObject => {
  const value = json === null ? {} : readJson(json)
  return isJsonObject(value) ? value : {}
}

const changedFields = (before: JsonObject, after: JsonObject): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !equalJson(before[name], after[name])).sort()
