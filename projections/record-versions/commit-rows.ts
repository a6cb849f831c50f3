import type { CommitInfo } from '../../domain/event-sourcing/event-store.ts'
import { readRequest } from '../../domain/event-sourcing/request-trailer.ts'
import type { ReadDatabase, SqlValue } from '../read-database.ts'
import type { CommitTarget } from './commit-target.ts'

/**
 * Adds the row of a commit; @returns its number. Our own commits have no id yet, since they are projected while git still writes them:
 * `completeCommit` fills in what git says of them.
 */
export const insertCommit = (db: ReadDatabase, target: CommitTarget, commit?: CommitInfo): number => {
  const { position } = target.place
  const { inserted, updated, deleted, changes } = target.counts
  const commitNo = (db.sql<{ last: number | null }>('select max(commit_no) last from commits').get()?.last ?? 0) + 1
  const info = commit === undefined ? [`pending ${commitNo}`, '', '', '', 0, 0, 0, 0, ''] : infoValues(db, commit)
  db.sql(
    `insert into commits (oid, parents, author_name, author_email, author_seconds, author_offset, committer_seconds, latest_seconds, message,
       commit_no, lane, seq, catalogue_no, first_change, change_count, inserted, updated, deleted)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(...info, commitNo, position.lane, position.seq, target.catalogueNo, target.firstChange, changes, inserted, updated, deleted)
  if (commit !== undefined) insertRequest(db, commitNo, commit)
  return commitNo
}

/** Fills in what git says of a commit of our own. Rows must be completed in commit order: `latest_seconds` builds on the parent's. */
export const completeCommit = (db: ReadDatabase, commitNo: number, commit: CommitInfo): void => {
  db.sql(
    `update commits set oid = ?, parents = ?, author_name = ?, author_email = ?, author_seconds = ?, author_offset = ?, committer_seconds = ?,
       latest_seconds = ?, message = ?
     where commit_no = ?`,
  ).run(...infoValues(db, commit), commitNo)
  insertRequest(db, commitNo, commit)
}

const infoValues = (db: ReadDatabase, commit: CommitInfo): readonly SqlValue[] => {
  const parent = commit.parents[0]
  const before = parent && db.sql<{ latest: number }>('select latest_seconds latest from commits where oid = ?').get(parent)
  const { author, authorTime, committerTime } = commit
  const latest = Math.max(committerTime.seconds, before?.latest ?? Number.MIN_SAFE_INTEGER)
  const parents = commit.parents.join(' ')
  return [commit.oid, parents, author.name, author.email, authorTime.seconds, authorTime.offsetMinutes, committerTime.seconds, latest, commit.message]
}

const insertRequest = (db: ReadDatabase, commitNo: number, commit: CommitInfo): void => {
  const request = readRequest(commit.message)
  if (request === undefined) return
  const values = [commit.author.email, request.id, commitNo, request.payload]
  db.sql('insert into requests (actor, request_id, commit_no, payload) values (?, ?, ?, ?)').run(...values)
}

export const setHead = (db: ReadDatabase, branch: string, commitNo: number): void => {
  db.sql('insert into heads (branch, commit_no) values (?, ?) on conflict (branch) do update set commit_no = excluded.commit_no').run(
    branch,
    commitNo,
  )
}
