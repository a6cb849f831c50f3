import type { BranchName, CommitId } from '../../domain/ids.ts'
import type { ReadDatabase } from '../read-database.ts'
import { cutLane } from './cut-lane.ts'
import { readLane, readPosition } from './lanes.ts'
import type { Position } from './position.ts'

/** Head of a branch in git as it is now. */
export type ReadHead = (branch: BranchName) => CommitId | undefined

/** Why commits are projected now: what may be forgotten for them, and what may not. */
export interface Claim {
  /** Its head is about to move: its own old head is no reason to keep what lies beyond. */
  readonly branch: BranchName | undefined
  /** Commits that the same question is about. */
  readonly keep?: readonly CommitId[]
  readonly readHead: ReadHead
}

/**
 * Place for a commit whose first parent lies at `base` (`undefined`: it has none). The branch that owns a lane goes on at its tip; another one
 * starts a lane there, unless the owner has left. Where the branch has left its old line, the lane is cut back if nobody else needs what lies
 * beyond, else a new lane starts there.
 */
export const placeCommit = (db: ReadDatabase, base: Position | undefined, claim: Claim): Position => {
  const owner = claim.branch ?? null
  if (base === undefined) return startLane(db, undefined, owner)
  const lane = readLane(db, base.lane)
  const isBranchingOff = base.seq < lane.tipSeq ? isNeededBeyond(db, base, claim) : lane.owner !== owner && livesOn(db, base.lane, claim.readHead)
  if (isBranchingOff) return startLane(db, base, owner)
  if (base.seq < lane.tipSeq) cutLane(db, base)
  const next = { lane: base.lane, seq: base.seq + 1 }
  db.sql('update lanes set tip_seq = ?, owner = ? where lane = ?').run(next.seq, owner, next.lane)
  return next
}

const startLane = (db: ReadDatabase, base: Position | undefined, owner: BranchName | null): Position => {
  const seq = (base?.seq ?? 0) + 1
  const values = [base?.lane ?? null, base?.seq ?? null, seq, owner]
  db.sql('insert into lanes (parent_lane, parent_seq, tip_seq, owner) values (?, ?, ?, ?)').run(...values)
  const row = db.sql<{ lane: number }>('select max(lane) lane from lanes').get()
  return { lane: row?.lane ?? 1, seq }
}

/** Whether the branch that owns a lane is still on it. One whose head has not been projected yet is taken to go on from there. */
export const livesOn = (db: ReadDatabase, lane: number, readHead: ReadHead): boolean => {
  const { owner } = readLane(db, lane)
  const head = owner === null ? undefined : readHead(owner)
  return head !== undefined && (readPosition(db, head)?.lane ?? lane) === lane
}

const isNeededBeyond = (db: ReadDatabase, base: Position, { branch, keep = [], readHead }: Claim): boolean => {
  const isBeyond = (oid: CommitId | undefined): boolean => {
    const position = oid && readPosition(db, oid)
    return position?.lane === base.lane && position.seq > base.seq
  }
  if (keep.some(isBeyond)) return true
  if (db.sql('select 1 from lanes where parent_lane = ? and parent_seq > ? limit 1').get(base.lane, base.seq) !== undefined) return true
  const { owner } = readLane(db, base.lane)
  if (owner !== null && owner !== branch && isBeyond(readHead(owner))) return true
  const heads = db.sql<{ branch: BranchName }>('select branch from heads join commits using (commit_no) where lane = ? and seq > ?')
  return heads.all(base.lane, base.seq).some((head) => head.branch !== branch && readHead(head.branch) !== undefined)
}
