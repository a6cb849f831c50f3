import type { CommitId, RecordKey, TableId } from '../../domain/ids.ts'
import { findTable } from '../../domain/table/table.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { ChangeTarget, CommitCounts, LogEntry, LogFilter, Page } from '../snapshot.ts'
import type { CatalogueRows } from './catalogue-rows.ts'
import type { Line } from './lanes.ts'
import type { Position } from './position.ts'
import { readStorage } from './table-storage.ts'
import { readCatalogueNo } from './unreadable.ts'
import { type AuthorshipRow, authorshipColumns, toAuthorship, walkChanges } from './walk-changes.ts'

/** What a log reads with. */
export interface LogSources {
  readonly db: ReadDatabase
  readonly catalogues: CatalogueRows
}

/**
 * Commits of a first-parent line, newest first. Cost: the commits up to the page's end; with a table, what they changed up to the first record of
 * it; with a key, that record's changes alone.
 */
export const readLog = (
  sources: LogSources,
  line: Line,
  { page, filter }: { readonly page: Page; readonly filter: LogFilter },
): readonly LogEntry[] => {
  const entries: LogEntry[] = []
  let skip = page.offset
  if (page.limit === 0) return entries
  for (const row of walkCommits(sources, line, { page, filter })) {
    const entry = toEntry(row)
    if (filter.isWanted?.(entry) === false || skip-- > 0) continue
    entries.push(entry)
    if (entries.length === page.limit) break
  }
  return entries
}

/** What one commit did, and whether to the target; `undefined` for one that is not in the read model. Cost: one lookup, and what it changed. */
export const readCommitCounts = (
  sources: LogSources,
  commit: CommitId,
  target: ChangeTarget | undefined,
): (CommitCounts & { readonly isOnTarget: boolean }) | undefined => {
  const row = sources.db.sql<CommitRow>(`select ${commitColumns} from commits where oid = ?`).get(commit)
  if (row === undefined) return undefined
  const { inserted, updated, deleted } = row
  return { inserted, updated, deleted, isOnTarget: target === undefined || isOnTarget(sources, row, target) }
}

interface CommitRow extends AuthorshipRow, Position, CommitCounts {
  readonly parents: string
  readonly catalogueNo: number
  readonly firstChange: number
  readonly changeCount: number
}

const commitColumns = `${authorshipColumns}, parents, inserted, updated, deleted, lane, seq, catalogue_no catalogueNo, first_change firstChange,
  change_count changeCount`

/** Commits looked at in one go, where it is not known how many will be wanted. */
const rowsMax = 256

function* walkCommits(sources: LogSources, line: Line, { page, filter }: { readonly page: Page; readonly filter: LogFilter }): Generator<CommitRow> {
  const { target, since = Number.MIN_SAFE_INTEGER, until = Number.MAX_SAFE_INTEGER } = filter
  const times = [since, until] as const
  if (target?.key !== undefined) return yield* walkCommitsOfRecord(sources.db, line, { key: target.key, table: target.table, times })
  const wanted = page.limit === undefined || target !== undefined || filter.isWanted !== undefined ? rowsMax : page.offset + page.limit
  for (const row of walkLine(sources.db, line, { times, rows: Math.min(rowsMax, wanted) }))
    if (target === undefined || isOnTarget(sources, row, target)) yield row
}

type Times = readonly [since: number, until: number]

function* walkLine(db: ReadDatabase, line: Line, { times, rows: count }: { readonly times: Times; readonly rows: number }): Generator<CommitRow> {
  const page = db.sql<CommitRow>(
    `select ${commitColumns} from commits where lane = ? and seq <= ? and committer_seconds between ? and ? order by seq desc limit ?`,
  )
  for (const { lane, seq } of line) {
    for (let last = seq; ; ) {
      const rows = page.all(lane, last, ...times, count)
      for (const row of rows) {
        yield row
        last = row.seq - 1
      }
      if (rows.length < count) break
    }
  }
}

function* walkCommitsOfRecord(
  db: ReadDatabase,
  line: Line,
  { table, key, times }: { readonly table: TableId; readonly key: RecordKey; readonly times: Times },
): Generator<CommitRow, undefined> {
  const storage = readStorage(db, table)
  if (storage === undefined) return
  const at = db.sql<CommitRow>(`select ${commitColumns} from commits where lane = ? and seq = ? and committer_seconds between ? and ?`)
  for (const { lane, seq } of walkChanges(db, { line, storage, key })) {
    const row = at.get(lane, seq, ...times)
    if (row !== undefined) yield row
  }
}

const isOnTarget = (sources: LogSources, row: CommitRow, { table, key }: ChangeTarget): boolean => {
  const { db } = sources
  const storage = readStorage(db, table)
  const range = [row.firstChange, row.firstChange + row.changeCount] as const
  const changed = 'select 1 from changes where change_no >= ? and change_no < ? and table_no = ?'
  if (key !== undefined) return storage !== undefined && db.sql(`${changed} and key = ? limit 1`).get(...range, storage.tableNo, key) !== undefined
  return (
    (storage !== undefined && db.sql(`${changed} limit 1`).get(...range, storage.tableNo) !== undefined) || changesDefinition(sources, row, table)
  )
}

const changesDefinition = ({ db, catalogues }: LogSources, { lane, seq, catalogueNo }: CommitRow, table: TableId): boolean => {
  const before = readCatalogueNo(db, { lane, seq: seq - 1 })
  return (
    before !== catalogueNo && findTable(catalogues.read(before), table)?.fingerprint !== findTable(catalogues.read(catalogueNo), table)?.fingerprint
  )
}

const toEntry = ({ parents, inserted, updated, deleted, ...row }: CommitRow): LogEntry => ({
  ...toAuthorship(row),
  parents: parents === '' ? [] : (parents.split(' ') as CommitId[]),
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
