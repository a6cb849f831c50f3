import { z } from 'zod'
import type { OperationContract } from './operation.ts'
import { permissions } from './permissions.ts'
import { commitId, jsonText, page, readScope, recordFilter, recordId, tableName } from './value-schemas.ts'

const person = z.object({ name: z.string(), email: z.string() })
/** RFC 3339, in the offset that the commit was made in. */
const time = z.string()

const jsonPointer = z.string().meta({ description: 'JSON pointer into the record, `/address/city`' })

/** Commits, each with what the question asks of it besides; `commit` is the one that the answer was computed at. */
const commitList = <Entry extends z.ZodRawShape>(entry: Entry) =>
  z.object({
    commit: commitId.optional(),
    entries: z.array(z.object({ commit: commitId, author: person, time, message: z.string(), ...entry })).readonly(),
  })

export const historyOperations = {
  readHistory: {
    method: 'GET',
    path: '/databases/{db}/tables/{table}/records/{id}/history',
    summary: 'Commits that changed a record, newest first',
    permission: permissions.readHistory,
    input: z.object({ table: tableName, id: recordId, ...page, ...readScope }),
    output: commitList({ operation: z.enum(['insert', 'update', 'delete']), fields: z.array(z.string()).readonly() }),
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
    input: z.object({ ...page, ...readScope }),
    output: commitList({ parents: z.array(commitId).readonly(), inserted: z.number(), updated: z.number(), deleted: z.number() }),
  },
} as const satisfies Record<string, OperationContract>
