import type { SqlValue } from '../read-database.ts'
import { bucketsAround, placeOf } from './buckets.ts'
import type { Line } from './lanes.ts'

/** One index range of a versions table: part of what is visible at the end of a line. */
export interface VisibleSource {
  /** Condition on the versions table named `v`, parameters bound by position. */
  readonly condition: string
  readonly parameters: readonly SqlValue[]
}

/**
 * The ranges that together hold exactly the records visible at the end of a line, each record once.
 * One range for the head of a lane without a parent; a few more for an old commit (see buckets.ts) and for each parent lane.
 */
export const visibleSources = (line: Line, tableName: string): readonly VisibleSource[] =>
  line.flatMap(({ lane, seq, tip }, index) => {
    const hiding = line.slice(0, index)
    const hidden = hiding.map(() => ` and not exists (select 1 from ${tableName} h where h.lane = ? and h.key = v.key and h.from_seq <= ?)`).join('')
    const hidingParameters = hiding.flatMap((nearer) => [nearer.lane, nearer.seq])
    return bucketsAround(seq, tip).map((bucket) => ({
      condition: `v.place = ? and v.from_seq <= ? and (v.to_seq is null or v.to_seq > ?) and v.change_no is not null${hidden}`,
      parameters: [placeOf(lane, bucket), seq, seq, ...hidingParameters],
    }))
  })
