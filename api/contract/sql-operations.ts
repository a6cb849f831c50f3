import { z } from 'zod'
import type { OperationContract } from './operation.ts'
import { permissions } from './permissions.ts'
import { commitId, json, jsonText } from './value-schemas.ts'

export const sqlOperations = {
  querySql: {
    method: 'POST',
    path: '/databases/{db}/query',
    summary: 'Answer one SELECT over tables and system tables, at any moment or at several',
    permission: permissions.querySql,
    input: z.object({
      sql: z.string().meta({ description: "One SELECT. Tables by id, `FROM orders AS OF 'v1'` for another moment" }),
      /** Default: the current branch. */
      branch: z.string().optional(),
      at: z.string().optional().meta({ description: 'Commit, branch, tag or RFC 3339 timestamp, for every table that names no moment itself' }),
      parameters: z.record(z.string(), json).optional().meta({ description: 'By name, `:country` as `country`; scalars' }),
      limit: z.int().min(1).max(1_000_000).default(10_000).meta({ description: 'Rows of the answer; what is more is cut off' }),
      timeout: z.int().min(1).max(600_000).default(5_000).meta({ description: 'Milliseconds after which the statement is ended' }),
      explain: z.boolean().optional().meta({ description: 'Answer with how it would be done, and do nothing' }),
    }),
    output: z.object({
      /** Of the tables that name no moment; absent before the first commit. */
      commit: commitId.optional(),
      columns: z.array(z.string()).readonly(),
      /** Objects whose members are the columns, in their order. */
      rows: z.array(jsonText).readonly(),
      /** There are more rows than this answer has: more than `limit`, or than 64 MiB. */
      cutBy: z.enum(['rows', 'size']).optional(),
    }),
  },
} as const satisfies Record<string, OperationContract>
