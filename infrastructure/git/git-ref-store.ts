import { basename } from 'node:path'
import type { Failure } from '../../domain/failure.ts'
import { type CommitId, parseCommitId } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { Head, NewTag, RefStore } from '../../domain/version-control/ref-store.ts'
import { countDivergence } from './count-divergence.ts'
import { listCheckouts } from './find-checkout.ts'
import { listBranches, listNames, listTags, readUpstreamRef } from './list-refs.ts'
import { ProtectionRef } from './protection-ref.ts'
import { branchOfHead, RefReader } from './read-ref.ts'
import type { RepositoryLocation } from './repository-location.ts'
import { Git } from './run-git.ts'
import { switchBranch } from './switch-branch.ts'
import { type RefResult, type RefUpdate, RefWriter } from './update-ref.ts'
import { formatIdent, writeObject } from './write-object.ts'

/** Branches and tags of a repository. Starts no process by itself. */
export const openGitRefStore = (location: RepositoryLocation): RefStore => {
  const git = new Git(location)
  const refs = new RefReader(location)
  const refWriter = new RefWriter(git, refs)
  const protections = new ProtectionRef(git, refs, refWriter)
  const move = async (update: RefUpdate): Promise<Result<undefined>> => toResult(update.ref, await refWriter.move([update]))
  const { gitDirectory, workTree } = location
  return {
    readHead: () => readHead(git, refs),
    readBranch: (branch) => refs.readBranch(branch),
    listBranches: () => listBranches(git),
    listTags: () => listTags(git),
    listBranchNames: () => listNames(git, 'heads'),
    listTagNames: () => listNames(git, 'tags'),
    countDivergence: (base, tips) => countDivergence(git, base, tips),
    async readUpstream(branch) {
      const upstream = await readUpstreamRef(git, branch)
      return upstream === undefined ? undefined : refs.readRef(upstream)
    },
    listOtherCheckouts: (branch) =>
      listCheckouts(location)
        .filter((checkout) => (checkout.gitDirectory !== gitDirectory || workTree === undefined) && branchOfHead(checkout.gitDirectory) === branch)
        .map((checkout) => basename(checkout.workTree)),
    createBranch: (branch, at) => move({ ref: `refs/heads/${branch}`, before: undefined, after: at }),
    async deleteBranch(branch, head) {
      const deleted = await move({ ref: `refs/heads/${branch}`, before: head, after: undefined })
      // It has none as a rule, which is no error; what is left of it would be taken over by the next branch of that name.
      if (deleted.ok) await git.run(['config', '--local', '--remove-section', `branch.${branch}`])
      return deleted
    },
    async renameBranch(branch, to) {
      const { code, stderr } = await git.run(['branch', '--move', '--', branch, to])
      return code === 0 ? ok(undefined) : fail(unavailable(`branch ${branch}`, stderr))
    },
    switchBranch: (branch) => switchBranch(git, branch),
    async createTag(name, tag) {
      const after = tag.annotation === undefined ? tag.commit : await writeTag(git, name, { ...tag, annotation: tag.annotation })
      return move({ ref: `refs/tags/${name}`, before: undefined, after })
    },
    async deleteTag(name) {
      const ref = `refs/tags/${name}`
      const before = refs.readRef(ref)
      if (before === undefined) return ok(undefined)
      const deleted = await move({ ref, before, after: undefined })
      return deleted.ok ? ok(before) : deleted
    },
    readProtections: () => protections.read(),
    writeProtections: async (kept, change) => toResult('the list of protected branches', await protections.write(kept, change)),
    close: () => refWriter.close(),
  }
}

const readHead = async (git: Git, refs: RefReader): Promise<Head> => {
  const hasFiles = git.location.workTree !== undefined
  const branch = refs.readCurrentBranch()
  if (branch !== undefined) return { branch, commit: refs.readBranch(branch), hasFiles }
  const { code, stdout } = await git.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  return { branch, commit: code === 0 ? parseCommitId(stdout.toString().trim()) : undefined, hasFiles }
}

const writeTag = (git: Git, name: string, { commit, annotation }: Required<NewTag>): Promise<CommitId> => {
  const { person, time, message } = annotation
  return writeObject(git, 'tag', `object ${commit}\ntype commit\ntag ${name}\ntagger ${formatIdent(person, time)}\n\n${message.trimEnd()}\n`)
}

const toResult = (what: string, moved: RefResult): Result<undefined> => {
  switch (moved.status) {
    case 'moved':
      return ok(undefined)
    case 'lost-race':
      return fail(unavailable(what, 'another program changed it in this moment'))
    case 'unavailable':
      return fail(unavailable(what, moved.why))
  }
}

const unavailable = (what: string, why: string): Failure => ({ kind: 'unavailable', what, why: why.trim().replace(/^(fatal|error): /, '') })
