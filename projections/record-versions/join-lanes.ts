import type { BranchName } from '../../domain/ids.ts'
import type { ReadDatabase } from '../read-database.ts'
import { closedBucket, openBucket, placeOf } from './buckets.ts'
import { readLane } from './lanes.ts'
import type { Position } from './position.ts'

/**
 * Makes a lane that starts at the tip of its parent a part of the parent, whose owner becomes `owner`. Nothing that anybody asks changes: positions
 * count across lanes. Cost: the versions of the lane.
 */
export const joinToParent = (db: ReadDatabase, lane: number, owner: BranchName | null): void => {
  const { parentLane, parentSeq, tipSeq } = readLane(db, lane)
  if (parentLane === null || parentSeq !== readLane(db, parentLane).tipSeq) throw new Error(`lane ${lane} does not start at the tip of another`)
  for (const table of listVersionTables(db)) joinVersions(db, table, { lane, parentLane })
  db.sql('update commits set lane = ? where lane = ?').run(parentLane, lane)
  db.sql('update lanes set parent_lane = ? where parent_lane = ?').run(parentLane, lane)
  db.sql('update lanes set tip_seq = ?, owner = ? where lane = ?').run(tipSeq, owner, parentLane)
  db.sql('delete from lanes where lane = ?').run(lane)
}

const joinVersions = (db: ReadDatabase, table: string, { lane, parentLane }: { readonly lane: number; readonly parentLane: number }): void => {
  const replaced = db
    .sql<{ key: string; fromSeq: number; endSeq: number }>(
      `select p.key, p.from_seq fromSeq, c.end_seq endSeq from (select key, min(from_seq) end_seq from ${table} where lane = ? group by key) c
       join ${table} p on p.lane = ? and p.key = c.key and p.to_seq is null`,
    )
    .all(lane, parentLane)
  const close = db.sql(`update ${table} set to_seq = ?, place = ? where lane = ? and key = ? and from_seq = ?`)
  for (const { key, fromSeq, endSeq } of replaced) close.run(endSeq, placeOf(parentLane, closedBucket(fromSeq, endSeq)), parentLane, key, fromSeq)
  // What hid the parent's versions has ended them now. A lane with a parent of its own hides those of that one.
  if (readLane(db, parentLane).parentLane === null) db.sql(`delete from ${table} where lane = ? and change_no is null`).run(lane)
  db.sql(`update ${table} set lane = ?, place = place + ? where lane = ?`).run(parentLane, placesBetween(lane, parentLane), lane)
}

/**
 * Makes what a lane has after a position a lane of its own, which belongs to `owner`; nothing that anybody asks changes. Cost: what the commits after
 * the position changed.
 */
export const splitLane = (db: ReadDatabase, { lane, seq }: Position, owner: BranchName | null): void => {
  const { tipSeq } = readLane(db, lane)
  db.sql('insert into lanes (parent_lane, parent_seq, tip_seq, owner) values (?, ?, ?, ?)').run(lane, seq, tipSeq, owner)
  const tail = db.sql<{ lane: number }>('select max(lane) lane from lanes').get()?.lane ?? 0
  const changed = db
    .sql<{ tableNo: number; key: string }>(
      `select distinct table_no tableNo, key from commits join changes on change_no >= first_change and change_no < first_change + change_count
       where lane = ? and seq > ?`,
    )
    .all(lane, seq)
  for (const { tableNo, key } of changed) splitVersions(db, { table: `t${tableNo}`, key, tail }, { lane, seq })
  db.sql('update commits set lane = ? where lane = ? and seq > ?').run(tail, lane, seq)
  db.sql('update lanes set parent_lane = ? where parent_lane = ? and parent_seq > ?').run(tail, lane, seq)
  db.sql('update lanes set tip_seq = ? where lane = ?').run(seq, lane)
}

const splitVersions = (
  db: ReadDatabase,
  { table, key, tail }: { readonly table: string; readonly key: string; readonly tail: number },
  { lane, seq }: Position,
): void => {
  const later = db.sql<{ fromSeq: number }>(
    `select from_seq fromSeq from ${table} where lane = ? and key = ? and from_seq > ? order by from_seq limit 1`,
  )
  const next = later.get(lane, key, seq)?.fromSeq
  const across = db
    .sql<{ fromSeq: number; toSeq: number; changeNo: number | null }>(
      `select from_seq fromSeq, to_seq toSeq, change_no changeNo from ${table} where lane = ? and key = ? and from_seq <= ? and to_seq > ?`,
    )
    .get(lane, key, seq, seq)
  db.sql(`update ${table} set lane = ?, place = place + ? where lane = ? and key = ? and from_seq > ?`).run(
    tail,
    placesBetween(lane, tail),
    lane,
    key,
    seq,
  )
  if (across === undefined) return
  const { fromSeq, toSeq, changeNo } = across
  db.sql(`update ${table} set to_seq = null, place = ? where lane = ? and key = ? and from_seq = ?`).run(
    placeOf(lane, openBucket),
    lane,
    key,
    fromSeq,
  )
  if (toSeq === next || changeNo === null) return
  // It was deleted there: what the lane has now open is hidden from then on.
  const place = placeOf(tail, next === undefined ? openBucket : closedBucket(toSeq, next))
  db.sql(`insert into ${table} (lane, key, from_seq, to_seq, place, change_no) values (?, ?, ?, ?, ?, null)`).run(
    tail,
    key,
    toSeq,
    next ?? null,
    place,
  )
}

const placesBetween = (from: number, to: number): number => placeOf(to, openBucket) - placeOf(from, openBucket)

const listVersionTables = (db: ReadDatabase): readonly string[] =>
  db
    .sql<{ tableNo: number }>('select table_no tableNo from tables')
    .all()
    .map(({ tableNo }) => `t${tableNo}`)
