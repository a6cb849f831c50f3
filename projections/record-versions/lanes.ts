import type { BranchName, CommitId } from '../../domain/ids.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { Position } from './position.ts'

/** One stretch of a first-parent line: lane `lane` up to `seq`. `tip` is the newest commit on that lane, which may be later. */
export interface Stretch extends Position {
  readonly tip: number
}

/** The first-parent line of a position, nearest stretch first; the last one is a lane without a parent. */
export type Line = readonly Stretch[]

export interface LaneRow {
  readonly parentLane: number | null
  readonly parentSeq: number | null
  readonly tipSeq: number
  /** The branch whose commits go on here; others start a lane of their own. */
  readonly owner: BranchName | null
}

/** Throws when there is no such lane. */
export const readLane = (db: ReadDatabase, lane: number): LaneRow => {
  const row = db.sql<LaneRow>('select parent_lane parentLane, parent_seq parentSeq, tip_seq tipSeq, owner from lanes where lane = ?').get(lane)
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
