import { createInterface } from 'node:readline'
import type { CommitId } from '../../domain/ids.ts'
import { type Divergence, DivergenceCount } from '../../domain/version-control/count-divergence.ts'
import { exitCode, type Git, ignoreBrokenPipe } from './run-git.ts'

/**
 * How far tips have diverged from a base: one `git rev-list` over the commits that not all of them share, stopped when only shared ones are left.
 * No process when every tip is the base.
 */
export const countDivergence = async (git: Git, base: CommitId, tips: readonly CommitId[]): Promise<ReadonlyMap<string, Divergence>> => {
  const count = new DivergenceCount(base, tips)
  if (count.isComplete) return count.read()
  const child = await git.start(['rev-list', '--topo-order', '--parents', '--stdin'])
  const ended = exitCode(child)
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  child.stdin.on('error', ignoreBrokenPipe)
  child.stdin.end([base, ...new Set(tips)].map((tip) => `${tip}\n`).join(''))
  for await (const line of createInterface({ input: child.stdout })) {
    const [commit = '', ...parents] = line.split(' ')
    count.add(commit, parents)
    if (count.isComplete) break
  }
  if (count.isComplete) child.kill()
  child.stdout.resume()
  const code = await ended
  if (!count.isComplete) throw new Error(`git rev-list exited with ${code}: ${stderr.trim()}`)
  return count.read()
}
