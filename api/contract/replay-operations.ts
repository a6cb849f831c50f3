import { z } from 'zod'
import { conflict, mergeId, recordChange, strategy } from './merge-operations.ts'
import type { OperationContract } from './operation.ts'
import { permissions } from './permissions.ts'
import { commitId, recordId, tableName } from './value-schemas.ts'

const scope = {
  /** Default: the current branch. */
  branch: z.string().optional(),
  force: z.boolean().optional().meta({ description: 'Commit although the touched files hold edits that are not committed' }),
  dryRun: z.boolean().optional().meta({ description: 'Say what would happen, and move nothing' }),
}

const revisions = z.array(z.string()).readonly().meta({ description: 'Commits, branches or tags, or ranges `A..B`: what B has and A does not' })
const mainline = z.int().min(1).optional().meta({ description: 'Of merge commits: the parent that the change is compared with, from 1' })

const replayAnswer = z.object({
  /** `changed`: the branch moved, or after a dry run would. With conflicts it may have moved too, by the commits before. */
  status: z.enum(['changed', 'unchanged', 'conflicts']),
  branch: z.string(),
  /** Where the branch stands; absent after a dry run. */
  commit: commitId.optional(),
  dryRun: z.boolean(),
  /** What became of each commit, in the order in which they were taken. */
  done: z
    .array(
      z.object({
        of: commitId,
        subject: z.string(),
        /** Absent after a dry run, and where the branch had all of it already. */
        commit: commitId.optional(),
        unchanged: z.boolean(),
        changes: z.array(recordChange).readonly(),
      }),
    )
    .readonly(),
  /** The commit that is in conflict. */
  stopped: z.object({ of: commitId, subject: z.string() }).optional(),
  /** Commits after that one, which were not looked at. */
  remaining: z.array(commitId).readonly(),
  /** The commit in conflict, waiting like a merge; absent after a dry run, and for a rebase. */
  merge: mergeId.optional(),
  conflicts: z.array(conflict).readonly(),
})

export const replayOperations = {
  cherryPick: {
    method: 'POST',
    path: '/databases/{db}/cherry-picks',
    summary: 'Make the changes of commits once more on a branch, one commit each; ranges oldest first',
    permission: permissions.cherryPick,
    input: z.object({ revisions, mainline, strategy: strategy.optional(), ...scope }),
    output: replayAnswer,
  },
  revertCommits: {
    method: 'POST',
    path: '/databases/{db}/reverts',
    summary: 'Take back what commits changed, with one new commit each; ranges newest first',
    permission: permissions.revertCommits,
    input: z.object({ revisions, mainline, strategy: strategy.optional(), ...scope }),
    output: replayAnswer,
  },
  restore: {
    method: 'POST',
    path: '/databases/{db}/restores',
    summary: 'Make a record, or a table with its definition and records, what it was at another moment, in a new commit',
    permission: permissions.restore,
    input: z.object({
      table: tableName,
      /** Absent: the whole table. */
      id: recordId.optional(),
      to: z.string().meta({ description: 'Commit, branch, tag or RFC 3339 timestamp' }),
      message: z.string().optional(),
      ...scope,
    }),
    output: z.object({
      status: z.enum(['restored', 'unchanged']),
      branch: z.string(),
      /** The moment whose state was taken. */
      to: commitId,
      /** Where the branch stands; absent after a dry run. */
      commit: commitId.optional(),
      dryRun: z.boolean(),
      changes: z.array(recordChange).readonly(),
    }),
  },
  undo: {
    method: 'POST',
    path: '/databases/{db}/undo',
    summary: 'Take back the last commit of a branch, with a new commit; undone again, it is done again',
    permission: permissions.undo,
    input: z.object(scope),
    output: replayAnswer,
  },
  rebaseBranch: {
    method: 'POST',
    path: '/databases/{db}/rebases',
    summary: 'Make the commits of a branch once more on top of another commit, and move the branch there: all or none',
    permission: permissions.rebaseBranch,
    input: z.object({
      upstream: z.string().meta({ description: 'Branch, tag or commit that the commits go on top of' }),
      expected: commitId.optional().meta({ description: 'Where the branch has to stand; another place fails with version-conflict' }),
      strategy: strategy.optional(),
      ...scope,
    }),
    output: replayAnswer,
  },
} as const satisfies Record<string, OperationContract>
