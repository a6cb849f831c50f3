import { createInterface } from 'node:readline'
import { type CommitId, parseCommitId } from '../../domain/ids.ts'
import { exitCode, type Git } from './run-git.ts'

/** First-parent line from `tip`, newest first, down to the first known commit (not included, given as `base`). */
export const readLine = async (
  git: Git,
  tip: CommitId,
  isKnown: (oid: CommitId) => boolean,
): Promise<{ readonly commits: readonly CommitId[]; readonly base: CommitId | undefined }> => {
  // Most often the tip itself is known: no process for that.
  if (isKnown(tip)) return { commits: [], base: tip }
  const child = await git.start(['rev-list', '--first-parent', tip, '--'])
  child.stdin.end()
  const ended = exitCode(child)
  child.stderr.resume()
  const commits: CommitId[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const oid = parseCommitId(line)
    if (oid === undefined) continue
    if (isKnown(oid)) {
      child.kill()
      await ended
      return { commits, base: oid }
    }
    commits.push(oid)
  }
  const code = await ended
  if (code !== 0) throw new Error(`git rev-list ${tip} exited with ${code}`)
  return { commits, base: undefined }
}
