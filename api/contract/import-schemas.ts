import { z } from 'zod'
import type { Failure, Issue } from '../../domain/failure.ts'
import type { RecordSource, RejectSink } from '../../domain/import/import-request.ts'
import { commitId } from './value-schemas.ts'

/**
 * Records as a stream. In process it is an object that reads them; a server makes one of the lines of a request body as they arrive, and nothing waits for the
 * last of them but the commit.
 */
export const recordSource = z
  .custom<RecordSource>((value) => typeof value === 'object' && value !== null && 'read' in value && typeof value.read === 'function')
  .meta({ description: 'One JSON object a line', type: 'string', contentMediaType: 'application/jsonl' })

/** Takes the rejected records; in process only. */
export const rejectSink = z
  .custom<RejectSink>((value) => typeof value === 'object' && value !== null && 'add' in value && typeof value.add === 'function')
  .meta({ description: 'Not for a call over the network: its answer has the first of them', type: 'object' })

/** A table to be made for an import, with the columns that its records suggest. */
export const newTable = z.object({
  recordFormat: z.enum(['yaml', 'json', 'csv', 'jsonl', 'toml', 'ingr', 'parquet']).optional(),
  /** Spreads the records over directories; default: where there are more than some thousand. */
  sharded: z.boolean().optional(),
})

/** What was inferred, and from what. */
const madeTable = z.object({
  recordFormat: z.string(),
  sharded: z.boolean(),
  /** Field that holds the key; absent where records say it as `$id`. */
  keyColumn: z.string().optional(),
  keyEvidence: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string(), required: z.boolean(), evidence: z.string() })).readonly(),
})

/** As in failures: the rule, what is wrong, and where. */
const issue = z.custom<Issue>((value) => typeof value === 'object' && value !== null && 'message' in value).meta({ id: 'Issue', type: 'object' })

/** What an import did. Nothing was written: `commits` is empty. */
export const importAnswer = z.object({
  commits: z.array(commitId).readonly(),
  /** Records in the input, good and bad. */
  read: z.number(),
  inserted: z.number(),
  updated: z.number(),
  /** Keys that were taken, and records that say what is there already. */
  skipped: z.number(),
  rejected: z.number(),
  /** Why records were rejected, at most the first 100 reasons. */
  issues: z.array(issue).readonly(),
  dryRun: z.boolean(),
  /** The table that was made. */
  table: madeTable.optional(),
  warnings: z
    .array(z.object({ table: z.string(), id: z.string(), message: z.string() }))
    .readonly()
    .optional(),
  /** Why the import ended before its end; what `commits` say is written all the same. */
  stopped: z.custom<Failure>().meta({ type: 'object' }).optional(),
})
