import { sayText } from '../../../api/contract/describe-failure.ts'
import { shortRef } from '../../../api/contract/describe-push.ts'
import type { OperationAnswer } from '../../../api/contract/operations.ts'

type Fetched = OperationAnswer<'fetch'>
type Pushed = OperationAnswer<'push'>
type Moved = Fetched['moved'][number]

/** Refs that are named of a fetch that brought many. */
const refsMax = 30

/** `fetched origin (https://…)`, then a line for each ref that moved, then how the current branch stands. */
export const describeFetch = ({ remote, url, moved, upstream }: Omit<Fetched, 'branches'>): readonly string[] => [
  moved.length === 0 ? `${remote} (${sayText(url)}) has nothing new` : `fetched from ${remote} (${sayText(url)})`,
  ...describeMoved(moved),
  ...describeUpstream(upstream),
]

export const describePush = ({ remote, url, branch, moved, dryRun, attempts, upstream }: Pushed): readonly string[] => {
  if (moved.length === 0) return [`${remote} (${sayText(url)}) has all of ${sayText(branch)}`]
  const head = `${dryRun ? 'would push' : 'pushed'} to ${remote} (${sayText(url)})${dryRun ? '; dry run, nothing is sent' : ''}`
  const again = attempts > 1 ? [`  it took ${attempts} attempts`] : []
  return [head, ...again, ...describeMoved(moved), ...(dryRun ? [] : describeUpstream(upstream))]
}

/** How a branch stands to the one that it follows, with what to do; nothing where both are the same. */
export const describeUpstream = (upstream: Fetched['upstream']): readonly string[] => {
  if (upstream === undefined || (upstream.ahead === 0 && upstream.behind === 0)) return []
  const { ahead, behind } = upstream
  const [branch, theirs] = [sayText(upstream.branch), sayText(upstream.upstream)]
  if (behind === 0) return [`${branch} is ${count(ahead)} ahead of ${theirs}`]
  return [`${branch} is ${ahead === 0 ? '' : `${count(ahead)} ahead of and `}${count(behind)} behind ${theirs}`]
}

const describeMoved = (moved: readonly Moved[]): readonly string[] => {
  const more = moved.length - refsMax
  return [...moved.slice(0, refsMax).map(describeRef), ...(more > 0 ? [`  and ${more.toLocaleString('en')} more: --json lists all`] : [])]
}

/** `main  1a2b3c4d5e6f..5d6e7f8a9b0c, 3 commits` */
const describeRef = ({ ref, from, to, forced, commits }: Moved): string => {
  const name = sayText(shortRef(ref))
  if (to === undefined) return `  ${name}  is gone (was ${from?.slice(0, 12)})`
  if (from === undefined) return `  ${name}  new at ${to.slice(0, 12)}`
  const details = [...(commits === undefined ? [] : [count(commits)]), ...(forced ? ['forced: commits that were there before are not in it'] : [])]
  return `  ${name}  ${[`${from.slice(0, 12)}${forced ? '...' : '..'}${to.slice(0, 12)}`, ...details].join(', ')}`
}

/** One line about a branch that followed: `main 1a2b3c4d5e6f..5d6e7f8a9b0c (3 commits)`. */
export const describeFollowed = ({ branch, from, to, status, commits }: OperationAnswer<'follow'>['branches'][number]): string => {
  if (from === undefined) return `${sayText(branch)} new at ${to.slice(0, 12)}`
  const dots = status === 'forced' ? '...' : '..'
  return `${sayText(branch)} ${from.slice(0, 12)}${dots}${to.slice(0, 12)} (${count(commits ?? 0)}${status === 'forced' ? ', forced' : ''})`
}

const count = (commits: number): string => `${commits.toLocaleString('en')} ${commits === 1 ? 'commit' : 'commits'}`
