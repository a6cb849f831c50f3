import type { ReadDatabase } from '../read-database.ts'
import { createStorage, quarantineTable } from './table-storage.ts'

/**
 * The fixed tables of the read model. `table.ts` says the same in types; a test holds the two together.
 * Raise `readModelVersion` for any change here or in what is stored: the file name carries it, and the new file is built from git.
 */
export const readModelVersion = 5

export const fixedTables = `
create table lanes (
  lane integer primary key,
  parent_lane integer,
  parent_seq integer,
  tip_seq integer not null,
  owner text
) strict;
create index lanes_by_parent on lanes (parent_lane, parent_seq);
create table commits (
  commit_no integer primary key,
  oid text not null unique,
  parents text not null,
  lane integer not null,
  seq integer not null,
  catalogue_no integer not null,
  author_name text not null,
  author_email text not null,
  author_seconds integer not null,
  author_offset integer not null,
  committer_seconds integer not null,
  latest_seconds integer not null,
  message text not null,
  first_change integer not null,
  change_count integer not null,
  inserted integer not null,
  updated integer not null,
  deleted integer not null
) strict;
create unique index commits_by_position on commits (lane, seq);
create index commits_by_time on commits (lane, latest_seconds, seq);
create table heads (
  branch text primary key,
  commit_no integer not null
) strict, without rowid;
create table catalogues (
  catalogue_no integer primary key,
  json text not null
) strict;
create table tables (
  table_no integer primary key,
  table_id text not null unique,
  columns text not null,
  paths text not null,
  search text not null
) strict;
create table changes (
  change_no integer primary key,
  table_no integer not null,
  key text not null,
  old_change integer,
  revision text,
  json text,
  stored_json text
) strict;
create table requests (
  actor text not null,
  request_id text not null,
  commit_no integer not null,
  payload text not null,
  primary key (actor, request_id, commit_no)
) strict, without rowid;
`

/** Prepares an empty file for the projector. */
export const createReadModelTables = (db: ReadDatabase): void => {
  db.execute(fixedTables)
  createStorage({ db, createIndex: (statement) => db.execute(statement) }, quarantineTable)
}
