import { z } from 'zod'
import { exportAnswer, recordTarget } from './export-schemas.ts'
import { importAnswer, newTable, recordSource, rejectSink } from './import-schemas.ts'
import type { OperationContract } from './operation.ts'
import { permissions } from './permissions.ts'
import {
  commitId,
  expectedRevision,
  json,
  jsonObject,
  jsonText,
  page,
  parentId,
  readScope,
  recordFilter,
  recordId,
  requestId,
  tableName,
  writeAnswer,
  writeScope,
} from './value-schemas.ts'

const records = '/databases/{db}/tables/{table}/records'
const oneRecord = `${records}/{id}`
const oneRecordWrite = { table: tableName, id: recordId, expectedRevision, requestId, ...writeScope }

/** A filter write names its records itself, so sending it twice is a new question: it takes no request id. */
const manyRecordsWrite = {
  table: tableName,
  ...recordFilter,
  /** Without a filter: really every record. */
  all: z.boolean().optional(),
  /** Fails, and changes nothing, when fewer records match. */
  minAffected: z.int().min(0).optional(),
  ...writeScope,
}

/** Exactly one of the two. */
const recordPatch = {
  patch: jsonObject.optional().meta({ description: 'Merge patch by RFC 7396: null removes a field' }),
  jsonPatch: z.array(json).readonly().optional().meta({ description: 'JSON Patch by RFC 6902; a failed test is a constraint-violation' }),
}

const batchCommand = z.discriminatedUnion('type', [
  z.object({ type: z.literal('insert'), table: tableName, record: jsonObject }),
  z.object({ type: z.literal('upsert'), table: tableName, id: recordId, record: jsonObject, expectedRevision }),
  z.object({ type: z.literal('replace'), table: tableName, id: recordId, record: jsonObject, expectedRevision }),
  z.object({ type: z.literal('patch'), table: tableName, id: recordId, ...recordPatch, expectedRevision }),
  z.object({ type: z.literal('delete'), table: tableName, id: recordId, expectedRevision }),
])

/** Foreign keys to follow, `author.country` or `books(author)`; the records are in `"$expand"` of each record. */
const expand = z.array(z.string()).readonly().optional()

/** Words as people type them, `tea "green leaves" cook* -milk`; without an order the best come first. */
const search = z.string().optional()

/** Fields whose values are counted. */
const groupedFields = z.array(z.string()).min(1).max(20).readonly()

export const recordOperations = {
  insertRecords: {
    method: 'POST',
    path: records,
    summary: 'Inserts records in one commit; the key is `keyColumn`, else `"$id"`, else the key field of the table',
    permission: permissions.insertRecords,
    input: z.object({
      table: tableName,
      records: z.array(jsonObject).min(1).readonly(),
      /** In a subcollection: the record that all of them go below; else each says it as `"$parent"`, or in its key. */
      parent: parentId,
      /** Member that holds the key; it is stored only if the table has that column. */
      keyColumn: z.string().optional(),
      /** What to do with keys that are taken; default `refuse`. */
      existing: z.enum(['refuse', 'replace']).optional(),
      requestId,
      ...writeScope,
    }),
    output: writeAnswer,
  },
  importRecords: {
    method: 'POST',
    path: `${records}/import`,
    summary: 'Imports a stream of records as one commit, or as one for every so many; what is wrong is told by line',
    permission: permissions.importRecords,
    input: z.object({
      table: tableName,
      source: recordSource,
      parent: parentId,
      /** Member that holds the key; it is stored only if the table has that column. */
      keyColumn: z.string().optional(),
      /** What to do with keys that are taken; default `fail`. A key twice in one commit is an error but for `skip`. */
      onDuplicate: z.enum(['fail', 'skip', 'replace', 'merge']).optional(),
      /** Leaves out what is wrong, instead of importing nothing. */
      continueOnError: z.boolean().optional(),
      /** Records in a commit; default: all. These are held in memory. */
      batchSize: z.int().min(1).max(1_000_000).optional(),
      /** Makes the table first, in the same commit, with columns inferred from all records, which are read twice for that. */
      create: newTable.optional(),
      rejects: rejectSink.optional(),
      ...writeScope,
    }),
    output: importAnswer,
  },
  exportRecords: {
    method: 'GET',
    path: `${records}/export`,
    summary: 'All records that match a filter, as they were at one commit, by key, as a stream',
    permission: permissions.exportRecords,
    input: z.object({
      table: tableName,
      target: recordTarget,
      ...recordFilter,
      /** Default: all fields but computed ones, which no import takes. */
      fields: z.array(z.string()).readonly().optional(),
      /** Name of the member that holds the key, instead of `$id`. A column of that name has to say the key already. */
      keyColumn: z.string().optional(),
      ...readScope,
    }),
    output: exportAnswer,
  },
  getRecord: {
    method: 'GET',
    path: oneRecord,
    summary: 'One record, now or at any commit',
    permission: permissions.getRecord,
    input: z.object({ table: tableName, id: recordId, fields: z.array(z.string()).readonly().optional(), expand, ...readScope }),
    /** No `commit` before the first one, for a record in the work tree. */
    output: z.object({ commit: commitId.optional(), revision: z.string(), json: jsonText }),
  },
  selectRecords: {
    method: 'GET',
    path: records,
    summary: 'Records that match a filter, sorted, page by page',
    permission: permissions.selectRecords,
    input: z.object({
      table: tableName,
      ...recordFilter,
      orderBy: z.string().optional(),
      search,
      fields: z.array(z.string()).readonly().optional(),
      expand,
      ...page,
      /** `next` of the answer before: the following page of the same commit. */
      cursor: z.string().optional(),
      /** Ask for `total`. */
      count: z.boolean().optional(),
      ...readScope,
    }),
    output: z.object({
      commit: commitId.optional(),
      /** Names that the records' members come in: `$id`, then the columns, or the fields asked for. */
      columns: z.array(z.string()).readonly(),
      records: z.array(z.object({ key: z.string(), revision: z.string(), json: jsonText })).readonly(),
      /** Present when there is more. */
      next: z.string().optional(),
      total: z.number().optional(),
    }),
  },
  countRecords: {
    method: 'GET',
    path: '/databases/{db}/tables/{table}/count',
    summary: 'How many records match a filter',
    permission: permissions.countRecords,
    input: z.object({ table: tableName, ...recordFilter, search, ...readScope }),
    output: z.object({ commit: commitId.optional(), count: z.number() }),
  },
  distinctValues: {
    method: 'GET',
    path: '/databases/{db}/tables/{table}/distinct',
    summary: 'The different values of a field, or combinations of values of several, each with the number of records that have it',
    permission: permissions.distinctValues,
    input: z.object({ table: tableName, fields: groupedFields, ...recordFilter, ...page, ...readScope }),
    output: z.object({
      commit: commitId.optional(),
      /** One value for each field asked for: JSON texts, `null` where there is none. */
      groups: z.array(z.object({ values: z.array(jsonText).readonly(), count: z.number() })).readonly(),
      /** How many groups there are on all pages. */
      total: z.number(),
    }),
  },
  countFacets: {
    method: 'GET',
    path: '/databases/{db}/tables/{table}/facets',
    summary: 'For each of several fields its most frequent values, with how many records have them',
    permission: permissions.countFacets,
    input: z.object({ table: tableName, fields: groupedFields, ...recordFilter, top: z.int().min(1).max(1_000).default(10), ...readScope }),
    output: z.object({
      commit: commitId.optional(),
      /** Records that the filter accepts. */
      count: z.number(),
      facets: z
        .array(z.object({ field: z.string(), distinct: z.number(), values: z.array(z.object({ value: jsonText, count: z.number() })).readonly() }))
        .readonly(),
    }),
  },
  readUncommitted: {
    method: 'GET',
    path: '/databases/{db}/tables/{table}/uncommitted',
    summary: 'Files of a table, or of one record, with edits in the work tree that no answer shows because they are not committed',
    permission: permissions.readUncommitted,
    input: z.object({ table: tableName, id: recordId.optional(), branch: z.string().optional() }),
    /** Relative to the database; empty for a bare repository and for a branch that is not checked out. */
    output: z.object({ paths: z.array(z.string()).readonly() }),
  },
  replaceRecord: {
    method: 'PUT',
    path: oneRecord,
    summary: 'Replaces a record that exists',
    permission: permissions.replaceRecord,
    input: z.object({ record: jsonObject, ...oneRecordWrite }),
    output: writeAnswer,
  },
  patchRecord: {
    method: 'PATCH',
    path: oneRecord,
    summary: 'Changes fields of a record by a merge patch (RFC 7396) or a JSON Patch (RFC 6902)',
    permission: permissions.patchRecord,
    input: z.object({ ...recordPatch, ...oneRecordWrite }),
    output: writeAnswer,
  },
  upsertRecord: {
    method: 'PUT',
    path: `${oneRecord}/upsert`,
    summary: 'Inserts a record, or replaces the one that is there',
    permission: permissions.upsertRecord,
    input: z.object({ record: jsonObject, ...oneRecordWrite }),
    output: writeAnswer,
  },
  deleteRecord: {
    method: 'DELETE',
    path: oneRecord,
    summary: 'Deletes a record; history keeps it',
    permission: permissions.deleteRecord,
    input: z.object(oneRecordWrite),
    output: writeAnswer,
  },
  updateWhere: {
    method: 'PATCH',
    path: records,
    summary: 'Applies the same merge patch or JSON Patch to every record that matches, in one commit',
    permission: permissions.updateWhere,
    input: z.object({ ...recordPatch, ...manyRecordsWrite }),
    output: writeAnswer,
  },
  deleteWhere: {
    method: 'DELETE',
    path: records,
    summary: 'Deletes every record that matches, in one commit',
    permission: permissions.deleteWhere,
    input: z.object(manyRecordsWrite),
    output: writeAnswer,
  },
  runBatch: {
    method: 'POST',
    path: '/databases/{db}/batch',
    summary: 'Several writes across tables: one commit, or nothing',
    permission: permissions.runBatch,
    input: z.object({ commands: z.array(batchCommand).min(1).readonly(), requestId, ...writeScope }),
    output: writeAnswer,
  },
} as const satisfies Record<string, OperationContract>
