import { z } from 'zod'
import type { OperationContract } from './operation.ts'
import { permissions } from './permissions.ts'
import { commitId, page, readScope, recordId, tableName } from './value-schemas.ts'

const person = z.object({ name: z.string(), email: z.string() })
/** RFC 3339, in the offset that the commit was made in. */
const time = z.string()

export const historyOperations = {
  readHistory: {
    method: 'GET',
    path: '/databases/{db}/tables/{table}/records/{id}/history',
    summary: 'Commits that changed a record, newest first',
    permission: permissions.readHistory,
    input: z.object({ table: tableName, id: recordId, ...page, ...readScope }),
    output: z.object({
      commit: commitId.optional(),
      entries: z
        .array(
          z.object({
            commit: commitId,
            author: person,
            time,
            message: z.string(),
            operation: z.enum(['insert', 'update', 'delete']),
            fields: z.array(z.string()).readonly(),
          }),
        )
        .readonly(),
    }),
  },
  readLog: {
    method: 'GET',
    path: '/databases/{db}/commits',
    summary: 'Commits of the database, newest first, with how many records each inserted, updated and deleted',
    permission: permissions.readLog,
    input: z.object({ ...page, ...readScope }),
    output: z.object({
      commit: commitId.optional(),
      entries: z
        .array(
          z.object({
            commit: commitId,
            parents: z.array(commitId).readonly(),
            author: person,
            time,
            message: z.string(),
            inserted: z.number(),
            updated: z.number(),
            deleted: z.number(),
          }),
        )
        .readonly(),
    }),
  },
} as const satisfies Record<string, OperationContract>
