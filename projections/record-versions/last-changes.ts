import type { RecordKey } from '../../domain/ids.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { LastChange } from '../snapshot.ts'
import type { Line } from './lanes.ts'
import type { TableStorage } from './table-storage.ts'
import { findVersion, prepareVersion } from './visible-version.ts'
import { type AuthorshipRow, authorshipColumns, toAuthorship } from './walk-changes.ts'

/** The commit that gave each of these records its present version, in the order asked for; keys without a record are left out. Cost: two seeks a key. */
export const readLastChanges = (
  db: ReadDatabase,
  { line, storage, keys }: { readonly line: Line; readonly storage: TableStorage; readonly keys: readonly RecordKey[] },
): readonly LastChange[] => {
  const version = prepareVersion(db, storage.name)
  const change = db.sql<AuthorshipRow & { readonly oldChange: number | null }>(
    `select ${authorshipColumns}, old_change oldChange from commits join changes on change_no = ? where lane = ? and seq = ?`,
  )
  return keys.flatMap((key): readonly LastChange[] => {
    const found = findVersion(version, line, key)
    const row = found && change.get(found.changeNo, found.lane, found.fromSeq)
    return row === undefined ? [] : [{ key, ...toAuthorship(row), operation: row.oldChange === null ? 'insert' : 'update' }]
  })
}
