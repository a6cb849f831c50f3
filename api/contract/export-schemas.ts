import { z } from 'zod'
import type { RecordTarget } from '../../domain/export/record-target.ts'
import { commitId, problem } from './value-schemas.ts'

/**
 * Where the records go, as they are read. In process it is an object that writes them; a server makes one that sends them, in the form that the client accepts, as
 * the body of its response, and answers with a problem as long as nothing of that is sent.
 */
export const recordTarget = z
  .custom<RecordTarget>((value) => typeof value === 'object' && value !== null && 'write' in value && typeof value.write === 'function')
  .meta({ description: 'The body of the response, in the form that the client accepts', type: 'string' })

/** What was exported. */
export const exportAnswer = z.object({
  /** The commit that all records are from; absent for the work tree. */
  commit: commitId.optional(),
  records: z.number(),
  /** How many files and records of the table cannot be read at that commit: they are not in the export. */
  unreadable: z.number(),
  /** The first 100 of them, and why. */
  problems: z.array(problem).readonly(),
})
