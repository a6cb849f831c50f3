import { z } from 'zod'
import type { OperationContract } from './operation.ts'
import { permissions } from './permissions.ts'
import { commitId, jsonObject, problem, readScope, requestId, tableName, writeAnswer, writeScope } from './value-schemas.ts'

const viewName = z.string().meta({ description: 'Name of the view: its file without `.yaml`, or `$default_view`' })
const patterns = z.array(z.string()).readonly().optional()

/** What became of generated files, by path in the repository. */
const filesAnswer = z.object({
  commit: commitId.optional(),
  files: z.array(z.object({ path: z.string(), outcome: z.enum(['created', 'updated', 'unchanged', 'deleted']) })).readonly(),
  /** Why some files were not written; the others were. */
  problems: z.array(problem).readonly(),
  /** What is odd, and stands in the way of nothing. */
  warnings: z.array(problem).readonly(),
})

export const viewOperations = {
  listViews: {
    method: 'GET',
    path: '/databases/{db}/views',
    summary: 'Lists the views of all tables, sorted by table and name, the default view first',
    permission: permissions.listViews,
    input: z.object({ table: tableName.optional(), ...readScope }),
    output: z.object({
      commit: commitId.optional(),
      views: z
        .array(
          z.object({
            table: z.string(),
            name: z.string(),
            /** Of the definition, relative to the database. */
            file: z.string(),
            /** Directory of the table. */
            directory: z.string(),
            formats: z.array(z.string()).readonly(),
            columns: z.number(),
          }),
        )
        .readonly(),
      problems: z.array(problem).readonly(),
    }),
  },
  describeView: {
    method: 'GET',
    path: '/databases/{db}/tables/{table}/views/{view}',
    summary: 'Definition of a view',
    permission: permissions.describeView,
    input: z.object({
      table: tableName.optional().meta({ description: 'Needed where several tables have a view of that name' }),
      view: viewName,
      ...readScope,
    }),
    output: z.object({ commit: commitId.optional(), definition: jsonObject }),
  },
  dropView: {
    method: 'DELETE',
    path: '/databases/{db}/tables/{table}/views/{view}',
    summary: 'Drops a view; what was written for it goes with the next materialization',
    permission: permissions.dropView,
    input: z.object({ table: tableName, view: viewName, requestId, ...writeScope }),
    output: writeAnswer,
  },
  materializeViews: {
    method: 'POST',
    path: '/databases/{db}/materialize',
    summary: 'Writes the files of views into the work tree; nothing is committed',
    permission: permissions.materializeViews,
    input: z.object({
      views: patterns.meta({ description: 'Only views whose name, or table/name, matches one of these patterns' }),
      recordsDelimiter: z.boolean().optional().meta({ description: 'INGR: a line between records, in place of what the views say' }),
      ...readScope,
    }),
    output: filesAnswer,
  },
  updateReadmes: {
    method: 'POST',
    path: '/databases/{db}/readmes',
    summary: 'Writes README.md of tables into the work tree; one that somebody wrote by hand stays',
    permission: permissions.updateReadmes,
    input: z.object({
      tables: patterns.meta({ description: 'Only tables whose id matches one of these patterns' }),
      force: z.boolean().optional().meta({ description: 'Also in the place of a README written by hand' }),
      ...readScope,
    }),
    output: filesAnswer,
  },
} as const satisfies Record<string, OperationContract>
