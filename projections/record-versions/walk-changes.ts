import type { CommitId } from '../../domain/ids.ts'
import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { CommitAuthorship } from '../snapshot.ts'
import type { Line } from './lanes.ts'
import type { Position } from './position.ts'
import type { ReadJson } from './read-json.ts'
import type { TableStorage } from './table-storage.ts'

/** What one commit did to one record; `undefined`: it was not there before, or is not there after. */
export interface RecordChange extends CommitAuthorship {
  readonly position: Position
  readonly before: JsonObject | undefined
  readonly after: JsonObject | undefined
}

export interface RecordAddress {
  readonly line: Line
  readonly storage: TableStorage
  readonly key: string
}

/** A commit that changed the record; `changeNo` is known where a version starts with it. */
export interface ChangePoint extends Position {
  readonly changeNo: number | undefined
}

/** Versions looked up at a time: most questions end within one page. */
const versionsPage = 64

/**
 * Where one record changed along a first-parent line, newest first: starts of versions, and ends that no other version follows.
 * Cost: the versions up to where the caller stops.
 */
export function* walkChanges(db: ReadDatabase, { line, storage, key }: RecordAddress): Generator<ChangePoint> {
  const page = db.sql<{ fromSeq: number; toSeq: number | null; changeNo: number | null }>(
    `select from_seq fromSeq, to_seq toSeq, change_no changeNo from ${storage.name} where lane = ? and key = ? and from_seq <= ?
     order by from_seq desc limit ${versionsPage}`,
  )
  for (const { lane, seq } of line) {
    let later: number | undefined
    for (let last = seq; ; ) {
      const versions = page.all(lane, key, last)
      for (const { fromSeq, toSeq, changeNo } of versions) {
        if (toSeq !== null && toSeq <= seq && toSeq !== later) yield { lane, seq: toSeq, changeNo: undefined }
        yield { lane, seq: fromSeq, changeNo: changeNo ?? undefined }
        later = fromSeq
        last = fromSeq - 1
      }
      if (versions.length < versionsPage) break
    }
  }
}

export const authorshipColumns = `oid "commit", author_name name, author_email email, author_seconds seconds, author_offset offsetMinutes, message`

export interface AuthorshipRow {
  readonly commit: CommitId
  readonly name: string
  readonly email: string
  readonly seconds: number
  readonly offsetMinutes: number
  readonly message: string
}

export const toAuthorship = ({ commit, name, email, seconds, offsetMinutes, message }: AuthorshipRow): CommitAuthorship => ({
  commit,
  author: { name, email },
  time: { seconds, offsetMinutes },
  message,
})

interface ChangeRow extends AuthorshipRow {
  readonly oldJson: string | null
  readonly newJson: string | null
}

const changeColumns = `${authorshipColumns}, old.json oldJson, new.json newJson`

/** Reads what happened at a point that `walkChanges` gave. */
export const readChange = (
  { db, readJson }: { readonly db: ReadDatabase; readonly readJson: ReadJson },
  { storage, key }: Omit<RecordAddress, 'line'>,
  point: ChangePoint,
): RecordChange => {
  const { lane, seq, changeNo } = point
  const row =
    changeNo === undefined
      ? db // a deletion: found among what the commit did
          .sql<ChangeRow>(
            `select ${changeColumns} from commits
             join changes new on new.change_no >= first_change and new.change_no < first_change + change_count and new.table_no = ? and new.key = ?
             left join changes old on old.change_no = new.old_change
             where lane = ? and seq = ?`,
          )
          .get(storage.tableNo, key, lane, seq)
      : db
          .sql<ChangeRow>(
            `select ${changeColumns} from commits join changes new on new.change_no = ? left join changes old on old.change_no = new.old_change
             where lane = ? and seq = ?`,
          )
          .get(changeNo, lane, seq)
  if (row === undefined) throw new Error(`the read model has no change of ${key} at ${lane}:${seq}`)
  return { ...toAuthorship(row), position: { lane, seq }, before: readFields(row.oldJson, readJson), after: readFields(row.newJson, readJson) }
}

const readFields = (json: string | null, readJson: ReadJson): JsonObject | undefined => {
  const value = json === null ? undefined : readJson(json)
  return isJsonObject(value) ? value : undefined
}
