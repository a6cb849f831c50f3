import { z } from 'zod'
import type { OperationContract } from './operation.ts'
import { permissions } from './permissions.ts'
import { commitId, json, jsonText, recordId, tableName } from './value-schemas.ts'

export const strategy = z.enum(['manual', 'ours', 'theirs', 'union', 'max', 'min', 'strict'])
const side = z.enum(['base', 'ours', 'theirs'])
export const mergeId = z.string().meta({ description: 'Id of a merge that waits for conflicts to be settled' })

/** Who changed something last on one side, since the base. */
const lastChange = z.object({ commit: commitId, author: z.object({ name: z.string(), email: z.string() }), time: z.string() })

const changedBy = {
  /** Absent where the side did not change it, and of all but the first 200 conflicts. */
  oursBy: lastChange.optional(),
  theirsBy: lastChange.optional(),
}

export const conflict = z.object({
  /** What is in conflict: a field, a whole record, a place of a definition, a file, or a rule that only both sides together break. */
  type: z.enum(['field', 'record', 'definition', 'file', 'constraint']),
  table: tableName.optional(),
  id: recordId.optional(),
  /** JSON pointer into the record or the definition. */
  pointer: z.string().optional(),
  /** Path of a definition or another file, relative to the database. */
  file: z.string().optional(),
  /** The three values; one that is absent is not there. */
  base: jsonText.optional(),
  ours: jsonText.optional(),
  theirs: jsonText.optional(),
  message: z.string(),
  /** The rule that is broken, of a constraint. */
  rule: z.string().optional(),
  /** Records that can be changed to mend a constraint. */
  involved: z
    .array(z.object({ table: tableName, id: recordId, ...changedBy }))
    .readonly()
    .optional(),
  ...changedBy,
})

export const recordChange = z.object({ table: tableName, id: recordId, change: z.enum(['added', 'updated', 'deleted']) })

const mergeAnswer = z.object({
  /** After a dry run: what would have happened. */
  status: z.enum(['up-to-date', 'fast-forwarded', 'merged', 'conflicts']),
  branch: z.string(),
  source: z.string(),
  /** Where the branch stands; absent when there are conflicts, and after a dry run. */
  commit: commitId.optional(),
  base: commitId.optional(),
  ours: commitId.optional(),
  theirs: commitId,
  /** What is merged is still `theirs`, though the source names another commit by now. */
  sourceMoved: z.boolean().optional(),
  dryRun: z.boolean(),
  /** Records that are other than they were on the branch, by table and id; definitions and other files are not among them. */
  changes: z.array(recordChange).readonly(),
  /** The merge that waits; absent after a dry run. */
  merge: mergeId.optional(),
  conflicts: z.array(conflict).readonly(),
})

/** How a conflict is settled: by a side, by a value, or by nothing being there. */
const resolution = z.object({
  table: tableName.optional(),
  id: recordId.optional(),
  /** Absent for the whole record. */
  pointer: z.string().optional(),
  file: z.string().optional(),
  take: side.optional(),
  /** A value of a field or a place, or a whole record. */
  value: json.optional(),
  delete: z.boolean().optional(),
  /** Forget how it was settled: it is open again. */
  undo: z.boolean().optional(),
})

export const mergeOperations = {
  mergeBranch: {
    method: 'POST',
    path: '/databases/{db}/merges',
    summary: 'Merge a branch, tag or commit into a branch, record by record and field by field',
    permission: permissions.mergeBranch,
    input: z.object({
      source: z.string().meta({ description: 'Branch, tag or commit to merge' }),
      /** Default: the current branch. */
      into: z.string().optional(),
      strategy: strategy.optional(),
      /** For single tables, by id; counts more than `strategy`. */
      strategies: z.record(z.string(), strategy).optional(),
      fastForward: z.enum(['when-possible', 'never', 'only']).optional(),
      /** One commit with the changes, and no second parent. */
      squash: z.boolean().optional(),
      message: z.string().optional(),
      force: z.boolean().optional().meta({ description: 'Commit although the touched files hold edits that are not committed' }),
      dryRun: z.boolean().optional().meta({ description: 'Say what would happen, and move nothing' }),
    }),
    output: mergeAnswer,
  },
  listMerges: {
    method: 'GET',
    path: '/databases/{db}/merges',
    summary: 'Merges that wait for conflicts to be settled',
    permission: permissions.listMerges,
    input: z.object({}),
    output: z.object({
      merges: z
        .array(z.object({ merge: mergeId, branch: z.string(), source: z.string(), theirs: commitId, open: z.number(), settled: z.number() }))
        .readonly(),
    }),
  },
  readConflicts: {
    method: 'GET',
    path: '/databases/{db}/merges/{merge}',
    summary: 'What is in conflict in a merge, as the branches are now, and what was settled',
    permission: permissions.readConflicts,
    input: z.object({ merge: mergeId.optional() }),
    output: mergeAnswer,
  },
  resolveConflicts: {
    method: 'POST',
    path: '/databases/{db}/merges/{merge}/resolutions',
    summary: 'Settle conflicts of a merge: by field, by record, by file, or all that are open',
    permission: permissions.resolveConflicts,
    input: z.object({
      merge: mergeId.optional(),
      resolutions: z.array(resolution).readonly().optional(),
      /** Everything that is open and has sides; `max` and `min`: where these are two numbers or two texts. */
      all: z.enum(['base', 'ours', 'theirs', 'max', 'min']).optional(),
      /** Forget everything that was settled before. */
      undoAll: z.boolean().optional(),
    }),
    output: mergeAnswer,
  },
  continueMerge: {
    method: 'POST',
    path: '/databases/{db}/merges/{merge}/continue',
    summary: 'Finish a merge whose conflicts are settled',
    permission: permissions.continueMerge,
    input: z.object({ merge: mergeId.optional(), force: z.boolean().optional() }),
    output: mergeAnswer,
  },
  abortMerge: {
    method: 'DELETE',
    path: '/databases/{db}/merges/{merge}',
    summary: 'Give up a merge that waits, with everything that was settled; no branch moves',
    permission: permissions.abortMerge,
    input: z.object({ merge: mergeId.optional() }),
    output: z.object({ merge: mergeId, branch: z.string(), source: z.string() }),
  },
} as const satisfies Record<string, OperationContract>
