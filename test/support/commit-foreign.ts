import { execFileSync } from 'node:child_process'
import { runGit } from './temporary-repository.ts'

/**
 * A commit on top of a branch, made by plain git and without a work tree, as a push would bring it.
 * @param files  text by path; null removes the file
 * @returns the commit's id
 */
export const commitForeign = (directory: string, files: Readonly<Record<string, string | null>>, branch = 'main'): string => {
  const changes = Object.entries(files).map(([path, text]) =>
    text === null ? `D ${path}\n` : `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
  )
  const head = `commit refs/heads/${branch}\ncommitter Foreign <foreign@example.org> 1700000000 +0000\ndata 7\nforeign\nfrom refs/heads/${branch}^0\n`
  execFileSync('git', ['-C', directory, 'fast-import', '--quiet'], { input: head + changes.join(''), stdio: ['pipe', 'ignore', 'pipe'] })
  return runGit(directory, 'rev-parse', `refs/heads/${branch}`)
}
