import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/**
 * A first-parent line of commits. It starts after commit `parent_seq` of its parent lane and stores only what it changed.
 * `owner` is the branch whose commits go on there, null when it was read for no branch.
 */
export const lanes = sqliteTable(
  'lanes',
  {
    lane: integer('lane').primaryKey(),
    parentLane: integer('parent_lane'),
    parentSeq: integer('parent_seq'),
    tipSeq: integer('tip_seq').notNull(),
    owner: text('owner'),
  },
  (columns) => [index('lanes_by_parent').on(columns.parentLane, columns.parentSeq)],
)

/** Each commit lies on one lane at one position; its changes are numbered from `first_change` without gaps. */
export const commits = sqliteTable(
  'commits',
  {
    commitNo: integer('commit_no').primaryKey(),
    oid: text('oid').notNull().unique(),
    parents: text('parents').notNull(),
    lane: integer('lane').notNull(),
    seq: integer('seq').notNull(),
    catalogueNo: integer('catalogue_no').notNull(),
    authorName: text('author_name').notNull(),
    authorEmail: text('author_email').notNull(),
    authorSeconds: integer('author_seconds').notNull(),
    authorOffset: integer('author_offset').notNull(),
    committerSeconds: integer('committer_seconds').notNull(),
    /** Latest committer time on the first-parent line up to here: what a timestamp in `--at` is compared with. */
    latestSeconds: integer('latest_seconds').notNull(),
    message: text('message').notNull(),
    firstChange: integer('first_change').notNull(),
    changeCount: integer('change_count').notNull(),
    inserted: integer('inserted').notNull(),
    updated: integer('updated').notNull(),
    deleted: integer('deleted').notNull(),
  },
  (columns) => [
    uniqueIndex('commits_by_position').on(columns.lane, columns.seq),
    index('commits_by_time').on(columns.lane, columns.latestSeconds, columns.seq),
  ],
)

/** Newest projected commit of each branch that somebody asked for. */
export const heads = sqliteTable('heads', {
  branch: text('branch').primaryKey(),
  commitNo: integer('commit_no').notNull(),
})

export const catalogues = sqliteTable('catalogues', {
  catalogueNo: integer('catalogue_no').primaryKey(),
  json: text('json').notNull(),
})

/** Which run-time table `t<table_no>` holds the versions of a table, and which of its columns hold which fields. */
export const tables = sqliteTable('tables', {
  tableNo: integer('table_no').primaryKey(),
  tableId: text('table_id').notNull().unique(),
  columns: text('columns').notNull(),
  paths: text('paths').notNull(),
  search: text('search').notNull(),
})

/**
 * What commits did to records, once per commit; `json` is the record after the change as answers show it, null when it was deleted.
 * `stored_json` is the record as its file has it, where that is another text: with computed columns, or a title told in two places.
 */
export const changes = sqliteTable('changes', {
  changeNo: integer('change_no').primaryKey(),
  tableNo: integer('table_no').notNull(),
  key: text('key').notNull(),
  oldChange: integer('old_change'),
  revision: text('revision'),
  json: text('json'),
  storedJson: text('stored_json'),
})

/** Request ids found in commit trailers, with the digest of what was asked. */
export const requests = sqliteTable(
  'requests',
  {
    actor: text('actor').notNull(),
    requestId: text('request_id').notNull(),
    commitNo: integer('commit_no').notNull(),
    payload: text('payload').notNull(),
  },
  (columns) => [primaryKey({ columns: [columns.actor, columns.requestId, columns.commitNo] })],
)
