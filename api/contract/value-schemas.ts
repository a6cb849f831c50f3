import { z } from 'zod'
import type { Json, JsonObject } from '../../domain/json.ts'
import { ExactNumber, isJsonObject } from '../../domain/json.ts'

/** Any JSON value as it was parsed: digits of exact numbers pass through untouched, nothing is copied. */
export const json = z.custom<Json>((value) => isJson(value), 'must be a JSON value').meta({ id: 'Json' })

/** A record or any other JSON object as it was parsed. */
export const jsonObject = z
  .custom<JsonObject>((value) => isJson(value) && isJsonObject(value), 'must be a JSON object')
  .meta({ id: 'JsonObject', type: 'object' })

/** JSON text ready to be sent: with exact digits, never parsed on its way. */
export const jsonText = z.string().meta({ contentMediaType: 'application/json' })

export const tableName = z.string().meta({ description: 'Table id, `users`, `geo.countries`, or `spaces/contacts` for a subcollection' })
export const recordId = z
  .string()
  .meta({ description: 'Key of the record inside its table; in a subcollection after the keys above it, `family/c1`' })
/** Key of a record that has records of a subcollection below it. */
export const parentId = z.string().optional()
export const commitId = z.string().meta({ description: 'Full id of the commit' })

/** Where a read looks: a branch (default: the current one), or any moment. */
export const readScope = {
  branch: z.string().optional(),
  at: z.string().optional().meta({ description: 'Commit, branch, tag, RFC 3339 timestamp, or `worktree`: the files as they are' }),
}

/** A remote that gets every commit: how far behind it is, and how the last pushes went. */
export const mirrorState = z.object({
  remote: z.string(),
  /** Commits of branches that it is not known to have. */
  unpushed: z.number(),
  pushedAt: z.string().optional(),
  failedAt: z.string().optional(),
  error: z.string().optional(),
})

/** How a write is committed. */
export const writeScope = {
  branch: z.string().optional(),
  message: z.string().optional().meta({ description: 'Subject of the commit' }),
  force: z.boolean().optional().meta({ description: 'Commit although the touched files hold edits that are not committed' }),
  dryRun: z.boolean().optional().meta({ description: 'Decide and validate, commit nothing' }),
}

/** For writes that a caller may send twice: the second is answered like the first. */
export const requestId = z
  .string()
  .regex(/^[!-~]{1,200}$/)
  .optional()

/** Revision that the caller read; another one fails with `version-conflict`. */
export const expectedRevision = z.string().optional()

/** Which records: texts in the command line's syntax, all of which must hold, and a filter in the JSON syntax. */
export const recordFilter = {
  /** In a subcollection: only records below this one, `family`; where there are several keys above, any of them may be `*`. */
  parent: parentId,
  where: z.array(z.string()).readonly().optional(),
  filter: jsonObject.optional(),
}

export const page = {
  limit: z.int().min(1).max(1_000).default(50),
  offset: z.int().min(0).optional(),
}

export const changeAnswer = z.object({
  operation: z.enum(['insert', 'update', 'delete', 'create-table', 'change-table', 'rename-table', 'drop-table', 'drop-view']),
  table: z.string(),
  view: z.string().optional(),
  id: z.string().optional(),
  /** What a change of a table says differently now, one sentence without a full stop each. */
  details: z.array(z.string()).readonly().optional(),
  /** Revision after the change; absent for deletes and tables. */
  rev: z.string().optional(),
})

/** What is wrong with a definition, or with what is made of one. */
export const problem = z.object({
  table: z.string().optional(),
  view: z.string().optional(),
  file: z.string().optional(),
  line: z.number().optional(),
  message: z.string(),
})

/** What a write did. Nothing changed: `changes` is empty and `commit` is the head as it was. */
export const writeAnswer = z.object({
  commit: commitId,
  changes: z.array(changeAnswer).readonly(),
  /** True when this request id was answered before. */
  repeated: z.boolean(),
  dryRun: z.boolean(),
  /** What is unwise about keys that were inserted all the same; absent when there is nothing to say. */
  warnings: z
    .array(z.object({ table: z.string(), id: z.string(), message: z.string() }))
    .readonly()
    .optional(),
})

/** @returns whether a value is made of nothing but JSON: no classes besides `ExactNumber`, no undefined, no NaN. Nesting is limited by the parser. */
const isJson = (value: unknown): value is Json => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value)
    case 'object':
      return (
        value === null ||
        value instanceof ExactNumber ||
        (Array.isArray(value) ? value.every(isJson) : isPlainObject(value) && Object.values(value).every(isJson))
      )
    default:
      return false
  }
}

const isPlainObject = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
