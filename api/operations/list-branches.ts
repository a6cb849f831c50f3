import type { Mailmap } from '../../domain/event-sourcing/mailmap.ts'
import type { CommitId } from '../../domain/ids.ts'
import { ok, type Result } from '../../domain/result.ts'
import type { Divergence } from '../../domain/version-control/count-divergence.ts'
import type { Protection } from '../../domain/version-control/protection.ts'
import type { BranchEntry, Head, RefStore } from '../../domain/version-control/ref-store.ts'
import type { OperationAnswer } from '../contract/operations.ts'
import type { Database } from '../database.ts'
import { presentProtection, readProtections } from './find-branch.ts'
import { formatCommitTime } from './format-commit-time.ts'
import type { Handler } from './operation-context.ts'

/** Branches, compared with a base. Costs a process to list them, and one walk to compare them all. */
export const listBranches: Handler<'listBranches'> = async (context, { base: named }) => {
  const refs = await context.database.openRefs()
  const [head, entries, protections] = await Promise.all([refs.readHead(), refs.listBranches(), readProtections(context, refs)])
  if (!protections.ok) return protections
  const base = await findBase(context.database, head, named)
  if (!base.ok) return base
  const divergences = await compare(refs, base.value?.commit, entries)
  const mailmap = await context.database.readMailmap()
  const facts = { refs, mailmap, head, divergences, protections: protections.value }
  return ok({ ...(base.value !== undefined && { base: base.value }), branches: entries.map((entry) => present(entry, facts)) })
}

type Answer = OperationAnswer<'listBranches'>

const findBase = async (
  database: Database,
  head: Head,
  named: string | undefined,
): Promise<Result<(Answer['base'] & { readonly commit: CommitId }) | undefined>> => {
  if (named === undefined) return ok(head.commit === undefined ? undefined : { name: head.branch ?? 'HEAD', commit: head.commit })
  const commit = await database.resolve({ at: named })
  if (!commit.ok) return commit
  return ok(commit.value === undefined ? undefined : { name: named, commit: commit.value })
}

const compare = async (refs: RefStore, base: CommitId | undefined, entries: readonly BranchEntry[]): Promise<ReadonlyMap<string, Divergence>> =>
  base === undefined
    ? new Map()
    : refs.countDivergence(
        base,
        entries.map(({ head }) => head),
      )

interface BranchFacts {
  readonly refs: RefStore
  readonly mailmap: Mailmap
  readonly head: Head
  readonly divergences: ReadonlyMap<string, Divergence>
  readonly protections: readonly Protection[]
}

const present = ({ name, head: commit, author, time, subject, upstream }: BranchEntry, facts: BranchFacts): Answer['branches'][number] => {
  const { refs, mailmap, head, divergences, protections } = facts
  const divergence = divergences.get(commit)
  const protection = protections.find(({ branch }) => branch === name)
  const worktrees = refs.listOtherCheckouts(name)
  return {
    name,
    current: name === head.branch,
    commit,
    author: mailmap(author),
    time: formatCommitTime(time),
    subject,
    ...(divergence !== undefined && { ...divergence, merged: divergence.ahead === 0 }),
    ...(upstream !== undefined && { upstream }),
    ...(worktrees.length > 0 && { worktrees }),
    ...(protection !== undefined && { protection: presentProtection(protection) }),
  }
}
