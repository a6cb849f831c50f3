import { z } from 'zod'
import type { OperationContract } from './operation.ts'
import { permissions } from './permissions.ts'
import { commitId, page, readScope, recordId, tableName } from './value-schemas.ts'

const person = z.object({ name: z.string(), email: z.string() })
/** RFC 3339, in the offset that the commit was made in. */
const time = z.string()

/** Commits, newest first, each with what the question asks of it besides; `commit` is the one that the answer was computed at. */
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
  readLog: {
    method: 'GET',
    path: '/databases/{db}/commits',
    summary: 'Commits of the database, newest first, with how many records each inserted, updated and deleted',
    permission: permissions.readLog,
    input: z.object({ ...page, ...readScope }),
    output: commitList({ parents: z.array(commitId).readonly(), inserted: z.number(), updated: z.number(), deleted: z.number() }),
  },
} as const satisfies Record<string, OperationContract>
