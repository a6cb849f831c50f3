import { z } from 'zod'
import { mergeOperations } from './merge-operations.ts'
import type { OperationContract } from './operation.ts'
import { permissions } from './permissions.ts'
import { replayOperations } from './replay-operations.ts'
import { commitId, mirrorState } from './value-schemas.ts'

const remoteName = z.string().meta({ description: 'Name of a remote, `origin`' })
const remoteUrl = z.string().meta({ description: 'https, http, ssh or file address, `user@host:path`, or path; without a password' })

const remote = z.object({
  name: z.string(),
  /** What may be secret is left out of addresses, `https://…@host/path`. */
  url: z.string(),
  /** Present where pushes go elsewhere. */
  pushUrls: z.array(z.string()).readonly().optional(),
})

/** How long the other side may say nothing, in seconds. */
const timeout = z.number().positive().max(86_400).optional()

const movedRef = z.object({
  /** Full name: here after a fetch, on the other side after a push. */
  ref: z.string(),
  /** Absent: it is new. */
  from: commitId.optional(),
  /** Absent: it is gone. */
  to: commitId.optional(),
  /** Commits that it had before are no longer in it. */
  forced: z.boolean(),
  /** How many commits came in, where that was counted. */
  commits: z.number().optional(),
})

/** A branch beside the one that it follows, as far as that was fetched. */
const upstream = z.object({ branch: z.string(), upstream: z.string(), ahead: z.number(), behind: z.number() })

/** A branch of this database after it was to follow one on a remote. */
const followed = z.object({
  branch: z.string(),
  /** Absent: it is new. */
  from: commitId.optional(),
  /** Where the other side's is. */
  to: commitId,
  /** `diverged`: it has commits that are not there; `blocked`: edits of files are in the way. Then it stays where it is, and `why` says more. */
  status: z.enum(['moved', 'created', 'forced', 'diverged', 'blocked']),
  commits: z.number().optional(),
  why: z.string().optional(),
})

export const remoteOperations = {
  listRemotes: {
    method: 'GET',
    path: '/databases/{db}/remotes',
    summary: 'Repositories somewhere else that this one knows by name',
    permission: permissions.listRemotes,
    input: z.object({}),
    output: z.object({ remotes: z.array(remote).readonly() }),
  },
  addRemote: {
    method: 'POST',
    path: '/databases/{db}/remotes',
    summary: 'Gives a repository somewhere else a name; nothing is fetched yet',
    permission: permissions.addRemote,
    input: z.object({ remote: remoteName, url: remoteUrl }),
    output: remote,
  },
  removeRemote: {
    method: 'DELETE',
    path: '/databases/{db}/remotes/{remote}',
    summary: 'Forgets a remote, and what was fetched of its branches',
    permission: permissions.removeRemote,
    input: z.object({ remote: remoteName }),
    output: z.object({ name: z.string() }),
  },
  setRemoteUrl: {
    method: 'PUT',
    path: '/databases/{db}/remotes/{remote}/url',
    summary: 'Gives a remote another address',
    permission: permissions.setRemoteUrl,
    /** `push`: pushes alone go there. */
    input: z.object({ remote: remoteName, url: remoteUrl, push: z.boolean().optional() }),
    output: remote,
  },
  fetch: {
    method: 'POST',
    path: '/databases/{db}/fetch',
    summary: 'Fetches branches and tags of a remote; the branches of this database stay where they are',
    permission: permissions.fetch,
    input: z.object({ remote: remoteName.optional(), prune: z.boolean().optional(), tags: z.boolean().optional(), timeout }),
    output: z.object({
      remote: z.string(),
      url: z.string(),
      moved: z.array(movedRef).readonly(),
      /** Of the current branch; absent when it follows none. */
      upstream: upstream.optional(),
    }),
  },
  pull: {
    method: 'POST',
    path: '/databases/{db}/pull',
    summary: 'Fetches, and merges the branch that this one follows into it, record by record and field by field, or rebases this one onto it',
    permission: permissions.pull,
    input: z.object({
      remote: remoteName.optional(),
      /** Default: the current branch. */
      branch: z.string().optional(),
      rebase: z.boolean().optional().meta({ description: 'Make the commits of this branch once more on top of what was fetched, and merge nothing' }),
      ...mergeOperations.mergeBranch.input.pick({ strategy: true, strategies: true, fastForward: true, message: true, force: true, dryRun: true })
        .shape,
      timeout,
    }),
    output: z.object({
      remote: z.string(),
      url: z.string(),
      moved: z.array(movedRef).readonly(),
      /** Absent where it was a rebase. */
      merge: mergeOperations.mergeBranch.output.optional(),
      rebase: replayOperations.rebaseBranch.output.optional(),
    }),
  },
  follow: {
    method: 'POST',
    path: '/databases/{db}/follow',
    summary: 'Fetches from a remote, and moves the branches of this database forwards to where those of the same names are there',
    permission: permissions.follow,
    input: z.object({ remote: remoteName.optional(), prune: z.boolean().optional(), timeout }),
    output: z.object({ remote: z.string(), url: z.string(), moved: z.array(movedRef).readonly(), branches: z.array(followed).readonly() }),
  },
  mirrorRemote: {
    method: 'PUT',
    path: '/databases/{db}/remotes/{remote}/mirror',
    summary: 'Makes a remote a mirror, which gets every commit, or one no more',
    permission: permissions.mirrorRemote,
    input: z.object({ remote: remoteName, off: z.boolean().optional(), timeout }),
    output: z.object({ remote: z.string(), mirror: z.boolean(), state: mirrorState.optional() }),
  },
  push: {
    method: 'POST',
    path: '/databases/{db}/push',
    summary: 'Pushes a branch to the branch of the same name on a remote, and tags when asked to',
    permission: permissions.push,
    input: z.object({
      remote: remoteName.optional(),
      branch: z.string().optional(),
      tags: z.boolean().optional(),
      /** Overwrite the branch there, if it is where it was when it was fetched last and that was merged or looked at here. */
      forceWithLease: z.boolean().optional(),
      setUpstream: z.boolean().optional(),
      dryRun: z.boolean().optional(),
      /** How often to try again: after merging what is new there, or a pause when it cannot be reached. */
      retry: z.int().min(0).max(100).optional(),
      timeout,
    }),
    output: z.object({
      remote: z.string(),
      url: z.string(),
      branch: z.string(),
      moved: z.array(movedRef).readonly(),
      dryRun: z.boolean(),
      attempts: z.number(),
      upstream: upstream.optional(),
    }),
  },
} as const satisfies Record<string, OperationContract>
