import { z } from 'zod'
import type { OperationContract } from './operation.ts'
import { permissions } from './permissions.ts'
import { commitId, jsonText, page, readScope, recordFilter, recordId, tableName } from './value-schemas.ts'

const person = z.object({ name: z.string(), email: z.string() })
/** RFC 3339, in the offset that the commit was made in. */
const time = z.string()

const jsonPointer = z.string().meta({ description: 'JSON pointer into the record, `/address/city`' })

const moment = z.string().meta({ description: 'Commit, branch, tag or RFC 3339 timestamp' })
/** Committer times are compared, as git does; order still comes from the graph. */
const logTime = z.string().meta({ description: 'RFC 3339 timestamp or day; included. Days are those of UTC' })
const diffSide = z.object({ moment: z.string(), commit: commitId.optional() })
/** `renamed`: the same under another name, whether something else differs or not. */
const diffChange = z.enum(['added', 'updated', 'deleted', 'renamed'])

/** Which moments are compared, and what of them. */
const comparison = {
  from: moment,
  /** Default: the head of the branch. */
  to: moment.optional(),
  branch: z.string().optional(),
  /** From the merge base of both instead: what `to` has done since it left `from`. */
  sinceMergeBase: z.boolean().optional(),
  table: tableName.optional(),
  /** Only files whose path in the database starts with this text, or matches it as a glob; `*` stops at a slash. */
  pathFilter: z.string().optional(),
}

/**
 * Present with depth `fields` for what was updated, with depth `full` for everything. Objects are compared member by member, a list is one value.
 * Values come with depth `full`; one that is absent was not there.
 */
const fieldChanges = z
  .array(
    z.object({
      field: z.string(),
      pointer: jsonPointer,
      /** The field that held the value before its column was renamed. */
      from: jsonPointer.optional(),
      before: jsonText.optional(),
      after: jsonText.optional(),
    }),
  )
  .readonly()
  .optional()

/** Commits, each with what the question asks of it besides; `commit` is the one that the answer was computed at. */
const commitList = <Entry extends z.ZodRawShape>(entry: Entry) =>
  z.object({
    commit: commitId.optional(),
    entries: z.array(z.object({ commit: commitId, author: person, time, message: z.string(), ...entry })).readonly(),
  })

/** Offset of the next page; present when there is more. Asked at the same `commit`, pages neither overlap nor leave anything out. */
const next = z.number().optional()

export const historyOperations = {
  readHistory: {
    method: 'GET',
    path: '/databases/{db}/tables/{table}/records/{id}/history',
    summary: 'Commits that changed a record, or one field of it, newest first',
    permission: permissions.readHistory,
    input: z.object({
      table: tableName,
      id: recordId,
      /** Only commits that changed this field: its name, or a JSON pointer to a member, `/address/city`. */
      field: z.string().optional(),
      ...page,
      ...readScope,
    }),
    output: commitList({ operation: z.enum(['insert', 'update', 'delete']), fields: z.array(z.string()).readonly() }).extend({ next }),
  },
  diffCommits: {
    method: 'GET',
    path: '/databases/{db}/diff',
    summary: 'What differs between two moments: definitions of tables, records, and their fields',
    permission: permissions.diffCommits,
    input: z.object({
      ...comparison,
      /** Counts alone; records too; the fields that differ too; their values too. */
      depth: z.enum(['summary', 'record', 'fields', 'full']).default('record'),
      /** False: what has another name is told as deleted and added. */
      renames: z.boolean().default(true),
      ...page,
    }),
    output: z.object({
      from: diffSide,
      to: diffSide,
      /** The commit that was compared with `to`, where that is the merge base. */
      mergeBase: commitId.optional(),
      differs: z.boolean(),
      /** Tables with differences, by id. */
      tables: z
        .array(
          z.object({
            table: tableName,
            /** What happened to the definition; absent when it is the same. `columns` and rules are fields of it. */
            definition: z
              .object({
                change: diffChange,
                /** What a renamed table was called before. */
                from: tableName.optional(),
                unreadable: z.boolean().optional(),
                renamedColumns: z
                  .array(z.object({ from: z.string(), to: z.string() }))
                  .readonly()
                  .optional(),
                fields: fieldChanges,
              })
              .optional(),
            added: z.number(),
            updated: z.number(),
            deleted: z.number(),
            /** Absent where there are none. */
            renamed: z.number().optional(),
          }),
        )
        .readonly(),
      /** By table and id; empty with depth `summary`. */
      records: z
        .array(
          z.object({
            table: tableName,
            id: recordId,
            change: diffChange,
            /** What a renamed record was called before. */
            from: recordId.optional(),
            /** Where it seems to be missing, its file cannot be read. */
            unreadable: z.boolean().optional(),
            /** Revisions of both sides, where the record is there. */
            before: z.string().optional(),
            after: z.string().optional(),
            fields: fieldChanges,
          }),
        )
        .readonly(),
      /** Offset of the next page; present when there is more. */
      next: z.number().optional(),
    }),
  },
  readPatch: {
    method: 'GET',
    path: '/databases/{db}/patch',
    summary: 'What makes the files of one moment those of another, as a patch that git apply takes',
    permission: permissions.readPatch,
    input: z.object(comparison),
    output: z.object({
      from: diffSide,
      to: diffSide,
      mergeBase: commitId.optional(),
      /** Git's unified diff, with paths from the top of the repository; empty when no file differs. */
      patch: z.string(),
      /** `base64` where the files, and so the patch, hold bytes that are no text. */
      encoding: z.enum(['utf-8', 'base64']),
    }),
  },
  readBlame: {
    method: 'GET',
    path: '/databases/{db}/tables/{table}/records/{id}/blame',
    summary: 'For each field of a record, the commit that gave it its present value',
    permission: permissions.readBlame,
    input: z.object({
      table: tableName,
      id: recordId,
      /** Down to scalars, lists and empty objects, instead of whole fields. */
      nested: z.boolean().optional(),
      /** Also fields that the record has lost since it was inserted. */
      removed: z.boolean().optional(),
      ...readScope,
    }),
    output: commitList({
      field: z.string().meta({ description: 'Name of the top-level field' }),
      pointer: jsonPointer,
      /** Absent for a field that the commit removed. */
      json: jsonText.optional(),
      operation: z.enum(['insert', 'update']),
      definitionChanged: z.boolean().meta({ description: 'The commit changed the definition of the table too' }),
    }),
  },
  readLastChanges: {
    method: 'GET',
    path: '/databases/{db}/tables/{table}/blame',
    summary: 'For each record that matches, the commit that touched it last',
    permission: permissions.readLastChanges,
    input: z.object({ table: tableName, ...recordFilter, orderBy: z.string().optional(), ...page, ...readScope }),
    output: commitList({ id: recordId, operation: z.enum(['insert', 'update']) }),
  },
  readLog: {
    method: 'GET',
    path: '/databases/{db}/commits',
    summary: 'Commits of the database, newest first, with how many records each inserted, updated and deleted',
    permission: permissions.readLog,
    input: z.object({
      /** Only commits that changed records of this table, or its definition. */
      table: tableName.optional(),
      /** Only commits that changed this record of the table. */
      id: recordId.optional(),
      /** Part of the author as git writes one, `Ada <ada@example.org>`; case does not count. */
      author: z.string().optional(),
      since: logTime.optional(),
      until: logTime.optional(),
      /** Part of the message; case does not count. */
      message: z.string().optional(),
      /** Every commit that can be reached by all parents, in topological order, instead of the first-parent line. */
      full: z.boolean().optional(),
      ...page,
      ...readScope,
    }),
    output: commitList({
      parents: z.array(commitId).readonly(),
      /** Compared with the first parent. Absent, in a full log, for commits that no question has needed so far. */
      inserted: z.number().optional(),
      updated: z.number().optional(),
      deleted: z.number().optional(),
    }).extend({ next }),
  },
} as const satisfies Record<string, OperationContract>
