import type { ReadDatabase } from '../read-database.ts'
import { openBucket, placeOf } from './buckets.ts'
import type { Position } from './position.ts'
import { forgetSearch } from './search-index.ts'

/** Forgets the commits of a lane after a position, as if they had never been projected. Cost: what those commits changed. */
export const cutLane = (db: ReadDatabase, { lane, seq }: Position): void => {
  const changed = db
    .sql<{ tableNo: number; key: string }>(
      `select distinct table_no tableNo, key from commits join changes on change_no >= first_change and change_no < first_change + change_count
       where lane = ? and seq > ?`,
    )
    .all(lane, seq)
  for (const { tableNo, key } of changed) {
    db.sql(`delete from t${tableNo} where lane = ? and key = ? and from_seq > ?`).run(lane, key, seq)
    db.sql(`update t${tableNo} set to_seq = null, place = ? where lane = ? and key = ? and to_seq > ?`).run(placeOf(lane, openBucket), lane, key, seq)
  }
  const cut = db
    .sql<{ firstChange: number; count: number }>('select first_change firstChange, change_count count from commits where lane = ? and seq > ?')
    .all(lane, seq)
  for (const { firstChange, count } of cut) {
    for (const tableNo of new Set(changed.map((change) => change.tableNo))) forgetSearch(db, tableNo, { firstChange, count })
    db.sql('delete from changes where change_no >= ? and change_no < ?').run(firstChange, firstChange + count)
  }
  for (const table of ['requests', 'heads']) {
    db.sql(`delete from ${table} where commit_no in (select commit_no from commits where lane = ? and seq > ?)`).run(lane, seq)
  }
  db.sql('delete from commits where lane = ? and seq > ?').run(lane, seq)
  db.sql('update lanes set tip_seq = ? where lane = ?').run(seq, lane)
}
