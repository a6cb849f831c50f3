import type { CommitId } from '../../domain/ids.ts'
import type { ReadDatabase } from '../read-database.ts'
import { joinToParent, splitLane } from './join-lanes.ts'
import { type LaneRow, readLane, readPosition } from './lanes.ts'
import { livesOn, type ReadHead } from './place-commit.ts'

/** A line has no more stretches than this when a commit is added to it: every question looks at all of them. */
const stretchesMax = 8

/** Changes that are moved at once for a shorter line, before it has to be: some milliseconds of work. */
const cheapChangesMax = 2000

interface Lane extends LaneRow {
  readonly lane: number
}

/** A lane and the next one of a line, which starts on it. */
interface Pair {
  readonly parent: Lane
  readonly child: Lane
  /** All lanes of the line, nearest first. */
  readonly lanes: readonly Lane[]
}

/**
 * Makes the line that ends at a commit shorter, before commits are added to it: a lane whose owner has left takes in the one that the line goes on
 * with, and what the line does not need of it becomes a lane of its own. So a branch that others are merged into stays one stretch, be it by merge
 * commits or by fast-forwards. See decisions/0014.
 */
export const foldLine = (db: ReadDatabase, base: CommitId, readHead: ReadHead): void => {
  // Each round joins two lanes, so the rounds end.
  for (let pair = findPair(db, base, readHead); pair !== undefined; pair = findPair(db, base, readHead)) joinPair(db, pair, readHead)
}

const findPair = (db: ReadDatabase, base: CommitId, readHead: ReadHead): Pair | undefined => {
  const lanes = readLanes(db, base)
  for (const [index, child] of lanes.entries()) {
    const parent = lanes[index + 1]
    if (parent === undefined) return undefined
    const isNecessary = lanes.length > stretchesMax && index === lanes.length - 2
    if (isNecessary || (!livesOn(db, parent.lane, readHead) && countChanges(db, parent, child) <= cheapChangesMax)) return { parent, child, lanes }
  }
  return undefined
}

const readLanes = (db: ReadDatabase, base: CommitId): readonly Lane[] => {
  const lanes: Lane[] = []
  for (let lane: number | null = readPosition(db, base)?.lane ?? null; lane !== null; ) {
    const row: LaneRow = readLane(db, lane)
    lanes.push({ lane, ...row })
    lane = row.parentLane
  }
  return lanes
}

/** What joining moves: all of the child, and what the parent has beyond its start. */
const countChanges = (db: ReadDatabase, parent: Lane, child: Lane): number => {
  const count = db.sql<{ n: number | null }>('select sum(change_count + 1) n from commits where lane = ? and seq > ?')
  return (count.get(child.lane, 0)?.n ?? 0) + (count.get(parent.lane, child.parentSeq)?.n ?? 0)
}

const joinPair = (db: ReadDatabase, { parent, child, lanes }: Pair, readHead: ReadHead): void => {
  const start = child.parentSeq ?? 0
  const head = parent.owner === null ? undefined : readHead(parent.owner)
  const owner = head && readPosition(db, head)
  const isOnTail = owner?.lane === parent.lane && owner.seq > start
  if (start < parent.tipSeq) splitLane(db, { lane: parent.lane, seq: start }, isOnTail ? parent.owner : null)
  // The owner has been fast-forwarded along this line: it is still the one that goes on.
  const goesOn = !isOnTail && lanes.some(({ lane }) => lane === owner?.lane)
  joinToParent(db, child.lane, goesOn ? parent.owner : child.owner)
}
