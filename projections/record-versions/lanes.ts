import type { CommitId } from '../../domain/ids.ts'
import type { ReadDatabase } from '../read-database.ts'
import { cutLane } from './cut-lane.ts'
import type { Position } from './position.ts'

/** One stretch of a first-parent line: lane `lane` up to `seq`. `tip` is the newest commit on that lane, which may be later. */
export interface Stretch extends Position {
  readonly tip: number
}

/** The first-parent line of a position, nearest stretch first; the last one is a lane without a parent. */
export type Line = readonly Stretch[]

interface LaneRow {
  readonly parentLane: number | null
  readonly parentSeq: number | null
  readonly tipSeq: number
}

const readLane = (db: ReadDatabase, lane: number): LaneRow => {
  const row = db.sql<LaneRow>('select parent_lane parentLane, parent_seq parentSeq, tip_seq tipSeq from lanes where lane = ?').get(lane)
  if (row === undefined) throw new Error(`lane ${lane} is missing from the read model`)
  return row
}

/** Where a commit lies, with its number and that of its catalogue; `undefined` when it has not been projected yet. One index lookup. */
export const readPosition = (db: ReadDatabase, oid: CommitId): (Position & { readonly commitNo: number; readonly catalogueNo: number }) | undefined =>
  db
    .sql<Position & { commitNo: number; catalogueNo: number }>(
      'select lane, seq, commit_no commitNo, catalogue_no catalogueNo from commits where oid = ?',
    )
    .get(oid)

/**
 * The first-parent line that ends at a position, as stretches of lanes: as many lookups as lanes, whatever the number of commits.
 * A lane that has nothing of its own up to there is left out. Throws when a lane that another one starts from is missing.
 */
export const readLine = (db: ReadDatabase, position: Position): Line => {
  const stretches: Stretch[] = []
  let { lane, seq }: { lane: number | null; seq: number } = position
  while (lane !== null) {
    const row: LaneRow = readLane(db, lane)
    if (row.parentSeq === null || seq > row.parentSeq) stretches.push({ lane, seq, tip: row.tipSeq })
    seq = Math.min(seq, row.parentSeq ?? seq)
    lane = row.parentLane
  }
  return stretches
}

/** Why commits are projected now: what may be forgotten for them, and what may not. */
export interface Claim {
  /** Its head is about to move: its own old head is no reason to keep what lies beyond. */
  readonly branch: string | undefined
  /** Commits that the same question is about. */
  readonly keep?: readonly CommitId[]
}

/**
 * Place for a commit whose first parent lies at `base` (`undefined`: it has none). A lane goes on at its tip; where the branch has left its
 * old line, the lane is cut back if nobody else needs what lies beyond, else a new lane starts there.
 */
export const placeCommit = (db: ReadDatabase, base: Position | undefined, claim: Claim): Position => {
  if (base === undefined) return startLane(db, undefined)
  const { tipSeq } = readLane(db, base.lane)
  if (base.seq < tipSeq) {
    if (isNeededBeyond(db, base, claim)) return startLane(db, base)
    cutLane(db, base)
  }
  db.sql('update lanes set tip_seq = ? where lane = ?').run(base.seq + 1, base.lane)
  return { lane: base.lane, seq: base.seq + 1 }
}

const startLane = (db: ReadDatabase, base: Position | undefined): Position => {
  const seq = (base?.seq ?? 0) + 1
  db.sql('insert into lanes (parent_lane, parent_seq, tip_seq) values (?, ?, ?)').run(base?.lane ?? null, base?.seq ?? null, seq)
  const row = db.sql<{ lane: number }>('select max(lane) lane from lanes').get()
  return { lane: row?.lane ?? 1, seq }
}

const isNeededBeyond = (db: ReadDatabase, base: Position, { branch, keep = [] }: Claim): boolean =>
  keep.some((oid) => {
    const kept = readPosition(db, oid)
    return kept?.lane === base.lane && kept.seq > base.seq
  }) ||
  db.sql('select 1 from lanes where parent_lane = ? and parent_seq > ? limit 1').get(base.lane, base.seq) !== undefined ||
  db
    .sql('select 1 from heads join commits using (commit_no) where lane = ? and seq > ? and branch is not ? limit 1')
    .get(base.lane, base.seq, branch ?? null) !== undefined
