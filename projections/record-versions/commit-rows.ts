import type { CommitInfo } from '../../domain/event-sourcing/event-store.ts'
import { readRequest } from '../../domain/event-sourcing/request-trailer.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { CommitTarget } from './commit-target.ts'

/** A commit row before its id is known: our own commits are projected while git still writes them. */
export const insertCommit = (db: ReadDatabase, target: CommitTarget): number => {
  const { position } = target.place
  const { inserted, updated, deleted, changes } = target.counts
  const last = db.sql<{ last: number | null }>('select max(commit_no) last from commits').get()?.last ?? 0
  db.sql(
    `insert into commits (commit_no, oid, parents, lane, seq, catalogue_no, author_name, author_email, author_seconds, author_offset, latest_seconds, message,
       first_change, change_count, inserted, updated, deleted) values (?, ?, '', ?, ?, ?, '', '', 0, 0, 0, '', ?, ?, ?, ?, ?)`,
  ).run(last + 1, `pending ${last + 1}`, position.lane, position.seq, target.catalogueNo, target.firstChange, changes, inserted, updated, deleted)
  return last + 1
}

/** Fills in what git says of the commit. Rows must be completed in commit order: `latest_seconds` builds on the parent's. */
export const completeCommit = (db: ReadDatabase, commitNo: number, commit: CommitInfo): void => {
  const parent = commit.parents[0]
  const before = parent && db.sql<{ latest: number }>('select latest_seconds latest from commits where oid = ?').get(parent)
  const latest = Math.max(commit.committerTime.seconds, before?.latest ?? Number.MIN_SAFE_INTEGER)
  db.sql(
    `update commits set oid = ?, parents = ?, author_name = ?, author_email = ?, author_seconds = ?, author_offset = ?, latest_seconds = ?, message = ?
     where commit_no = ?`,
  ).run(
    commit.oid,
    commit.parents.join(' '),
    commit.author.name,
    commit.author.email,
    commit.authorTime.seconds,
    commit.authorTime.offsetMinutes,
    latest,
    commit.message,
    commitNo,
  )
  const request = readRequest(commit.message)
  if (request !== undefined) {
    db.sql('insert into requests (actor, request_id, commit_no, payload) values (?, ?, ?, ?)').run(
      commit.author.email,
      request.id,
      commitNo,
      request.payload,
    )
  }
}

export const setHead = (db: ReadDatabase, branch: string, commitNo: number): void => {
  db.sql('insert into heads (branch, commit_no) values (?, ?) on conflict (branch) do update set commit_no = excluded.commit_no').run(
    branch,
    commitNo,
  )
}
