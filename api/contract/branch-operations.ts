import { z } from 'zod'
import type { OperationContract } from './operation.ts'
import { permissions } from './permissions.ts'
import { commitId } from './value-schemas.ts'

const person = z.object({ name: z.string(), email: z.string() })
/** RFC 3339. */
const time = z.string()
const branchName = z.string().meta({ description: 'Name of a branch, without `refs/heads/`' })
const tagName = z.string().meta({ description: 'Name of a tag, without `refs/tags/`' })
const revision = z.string().meta({ description: 'Commit, branch, tag, RFC 3339 timestamp, or anything else that git takes for a commit' })

const protection = z.object({
  reason: z.string(),
  /** Merges are refused too. */
  frozen: z.boolean(),
  /** When the protection ends by itself. */
  until: time.optional(),
  by: person,
  since: time,
})

/** The branch with the commit that it is at. */
const branchAnswer = z.object({ branch: branchName, commit: commitId })

export const branchOperations = {
  listBranches: {
    method: 'GET',
    path: '/databases/{db}/branches',
    summary: 'Branches with their newest commit, how far each has diverged from a base, and whether it is protected',
    permission: permissions.listBranches,
    input: z.object({ base: revision.optional().meta({ description: 'What branches are compared with; default: the current branch' }) }),
    output: z.object({
      /** What branches were compared with: as it was named, or the current branch; absent before the first commit. */
      base: z.object({ name: z.string(), commit: commitId }).optional(),
      /** By name. */
      branches: z
        .array(
          z.object({
            name: branchName,
            /** Whether it is the one that is checked out; in a bare repository the one that HEAD names. */
            current: z.boolean(),
            commit: commitId,
            author: person,
            time,
            /** First line of the commit's message. */
            subject: z.string(),
            /** Commits that it has and the base has not, and the other way round; absent where there is no base. */
            ahead: z.number().optional(),
            behind: z.number().optional(),
            /** Whether the base has all of its commits. */
            merged: z.boolean().optional(),
            /** The branch that it follows, `origin/main`. */
            upstream: z.string().optional(),
            /** Other work trees that stand on it, by the names of their folders. */
            worktrees: z.array(z.string()).readonly().optional(),
            protection: protection.optional(),
          }),
        )
        .readonly(),
    }),
  },
  createBranch: {
    method: 'POST',
    path: '/databases/{db}/branches',
    summary: 'Makes a branch at any commit; costs the same however large the database is',
    permission: permissions.createBranch,
    input: z.object({
      name: branchName,
      /** Default: the head of the current branch, or of `branch`. */
      from: revision.optional(),
      /** The branch on whose line a timestamp is looked for. */
      branch: z.string().optional(),
    }),
    output: branchAnswer,
  },
  switchBranch: {
    method: 'PUT',
    path: '/databases/{db}/current-branch',
    summary: 'Makes a branch the current one, with the files where they are checked out; refused where edits would be lost',
    permission: permissions.switchBranch,
    input: z.object({ name: branchName }),
    output: z.object({
      branch: branchName,
      commit: commitId.optional(),
      /** The branch that was current before; absent where HEAD named a commit. */
      previous: z.string().optional(),
      /** The commit that HEAD named, when it named no branch: nothing may lead to it any more. */
      detached: commitId.optional(),
    }),
  },
  renameBranch: {
    method: 'PATCH',
    path: '/databases/{db}/branches/{name}',
    summary: 'Gives a branch another name, with its reflog and its configuration',
    permission: permissions.renameBranch,
    input: z.object({ name: branchName, to: branchName }),
    output: z.object({ branch: branchName, commit: commitId.optional() }),
  },
  deleteBranch: {
    method: 'DELETE',
    path: '/databases/{db}/branches/{name}',
    summary: 'Deletes a branch whose commits are not lost by it',
    permission: permissions.deleteBranch,
    input: z.object({
      name: branchName,
      /** Also one with commits that neither the current branch nor its upstream has. */
      force: z.boolean().optional(),
    }),
    /** `commit`: where it stood. */
    output: branchAnswer,
  },
  protectBranch: {
    method: 'PUT',
    path: '/databases/{db}/branches/{name}/protection',
    summary: 'Keeps a branch from direct writes, from being deleted, renamed or moved back; merges go into it, unless it is frozen',
    permission: permissions.protectBranch,
    input: z.object({
      name: branchName,
      reason: z.string().min(1).max(1_000),
      /** RFC 3339, or a day, which means its last second in UTC: when the protection ends by itself. */
      until: time.optional(),
      /** Refuses merges too. */
      freeze: z.boolean().optional(),
    }),
    output: z.object({ branch: branchName, protection }),
  },
  unprotectBranch: {
    method: 'DELETE',
    path: '/databases/{db}/branches/{name}/protection',
    summary: 'Takes the protection of a branch away',
    permission: permissions.unprotectBranch,
    input: z.object({ name: branchName }),
    /** What it was; absent when there was none, or it had ended. */
    output: z.object({ branch: branchName, protection: protection.optional() }),
  },
  listTags: {
    method: 'GET',
    path: '/databases/{db}/tags',
    summary: 'Tags with the commit that each stands for',
    permission: permissions.listTags,
    input: z.object({}),
    output: z.object({
      /** By name. */
      tags: z
        .array(
          z.object({
            name: tagName,
            /** Absent for a tag on something that is no commit. */
            commit: commitId.optional(),
            /** First line of that commit's message. */
            subject: z.string(),
            /** Of an annotated tag. */
            annotation: z.object({ tagger: person, time, message: z.string() }).optional(),
          }),
        )
        .readonly(),
    }),
  },
  createTag: {
    method: 'POST',
    path: '/databases/{db}/tags',
    summary: 'Gives a commit a name that stays; with a message the tag says who made it, when and why',
    permission: permissions.createTag,
    input: z.object({
      name: tagName,
      /** Default: the head of the current branch, or of `branch`. */
      at: revision.optional(),
      message: z.string().min(1).max(65_536).optional(),
      /** The branch on whose line a timestamp is looked for. */
      branch: z.string().optional(),
    }),
    output: z.object({ tag: tagName, commit: commitId }),
  },
  deleteTag: {
    method: 'DELETE',
    path: '/databases/{db}/tags/{name}',
    summary: 'Deletes a tag; the commit stays',
    permission: permissions.deleteTag,
    input: z.object({ name: tagName }),
    /** `object`: what the ref named, the tag's own object for an annotated one; it makes the tag again. */
    output: z.object({ tag: tagName, object: z.string() }),
  },
} as const satisfies Record<string, OperationContract>
