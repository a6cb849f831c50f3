import type { ReadDatabase, Statement } from '../read-database.ts'
import type { Line } from './lanes.ts'

/** The version of a record that holds at a position. */
export interface VisibleVersion {
  readonly lane: number
  readonly fromSeq: number
  readonly changeNo: number
}

interface VersionRow {
  readonly fromSeq: number
  readonly toSeq: number | null
  readonly changeNo: number | null
}

export type VersionStatement = Statement<VersionRow>

export const prepareVersion = (db: ReadDatabase, tableName: string): VersionStatement =>
  db.sql<VersionRow>(
    `select from_seq fromSeq, to_seq toSeq, change_no changeNo from ${tableName} where lane = ? and key = ? and from_seq <= ? order by from_seq desc limit 1`,
  )

/**
 * Looks along the line, nearest stretch first: the first lane that says anything about the key decides.
 * Cost: one index seek a stretch, however many versions the record has.
 */
export const findVersion = (statement: VersionStatement, line: Line, key: string): VisibleVersion | undefined => {
  for (const { lane, seq } of line) {
    const row = statement.get(lane, key, seq)
    if (row === undefined) continue
    return row.changeNo === null || (row.toSeq !== null && row.toSeq <= seq) ? undefined : { lane, fromSeq: row.fromSeq, changeNo: row.changeNo }
  }
  return undefined
}
