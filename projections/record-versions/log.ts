import type { CommitId } from '../../domain/ids.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { LogEntry, Page } from '../snapshot.ts'
import type { Line } from './lanes.ts'

interface CommitRow {
  readonly oid: CommitId
  readonly parents: string
  readonly name: string
  readonly email: string
  readonly seconds: number
  readonly offsetMinutes: number
  readonly message: string
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
}

/** Commits of a first-parent line, newest first. Cost: the page and what it skips. */
export const readLog = (db: ReadDatabase, line: Line, page: Page): readonly LogEntry[] => {
  const entries: LogEntry[] = []
  let skip = page.offset
  for (const [index, { lane, seq }] of line.entries()) {
    const wanted = (page.limit ?? Number.MAX_SAFE_INTEGER) - entries.length
    if (wanted <= 0) break
    const first = line[index + 1]?.seq ?? 0
    const rows = db
      .sql<CommitRow>(
        `select oid, parents, author_name name, author_email email, author_seconds seconds, author_offset offsetMinutes, message, inserted, updated, deleted
         from commits where lane = ? and seq <= ? order by seq desc limit ? offset ?`,
      )
      .all(lane, seq, wanted, skip)
    skip = Math.max(0, skip - (seq - first))
    entries.push(...rows.map(toEntry))
  }
  return entries
}

const toEntry = ({ oid, parents, name, email, seconds, offsetMinutes, message, inserted, updated, deleted }: CommitRow): LogEntry => ({
  commit: oid,
  parents: parents === '' ? [] : (parents.split(' ') as CommitId[]),
  author: { name, email },
  time: { seconds, offsetMinutes },
  message,
  inserted,
  updated,
  deleted,
})

/**
 * The commit that a moment means on a line: the last one up to which no committer time is later than `seconds`.
 * Clocks only choose between commits that the graph has ordered already.
 */
export const findCommitAt = (db: ReadDatabase, line: Line, seconds: number): CommitId | undefined => {
  for (const { lane, seq } of line) {
    const row = db
      .sql<{ oid: CommitId }>(
        'select oid from commits where lane = ? and latest_seconds <= ? and seq <= ? order by latest_seconds desc, seq desc limit 1',
      )
      .get(lane, seconds, seq)
    if (row !== undefined) return row.oid
  }
  return undefined
}

export interface FirstCommit {
  readonly oid: CommitId
  /** Committer time. */
  readonly seconds: number
}

/** The commit that a line starts with; `undefined` for an empty line. */
export const findFirstCommit = (db: ReadDatabase, line: Line): FirstCommit | undefined => {
  const oldest = line.at(-1)
  return oldest && db.sql<FirstCommit>('select oid, latest_seconds seconds from commits where lane = ? order by seq limit 1').get(oldest.lane)
}
