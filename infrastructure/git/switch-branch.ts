import type { Failure } from '../../domain/failure.ts'
import type { BranchName } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { Checkout, Git } from './run-git.ts'

/**
 * Moves HEAD to a branch that exists, with index and files as `git switch` does; in a bare repository HEAD alone. Files that git ignores are not
 * written over either.
 */
export const switchBranch = async (git: Git, branch: BranchName): Promise<Result<undefined>> => {
  const { gitDirectory, workTree } = git.location
  if (workTree === undefined) return moveHead(git, branch)
  const checkout = { gitDirectory, workTree }
  const args = ['switch', '--quiet', '--no-guess', '--no-progress', '--no-recurse-submodules', '--no-overwrite-ignore', branch]
  const { code, stderr } = await git.run(args, { checkout })
  if (code === 0) return ok(undefined)
  const paths = await listEditsInTheWay(git, checkout, branch)
  return fail(paths.length > 0 ? { kind: 'uncommitted-changes', paths, forcible: false } : unavailable(stderr))
}

const moveHead = async (git: Git, branch: BranchName): Promise<Result<undefined>> => {
  const { code, stderr } = await git.run(['symbolic-ref', '-m', `ingitdb: moving to ${branch}`, 'HEAD', `refs/heads/${branch}`])
  return code === 0 ? ok(undefined) : fail(unavailable(stderr))
}

/** Files that differ between HEAD and the branch, and hold edits, or are not git's. */
const listEditsInTheWay = async (git: Git, checkout: Checkout, branch: BranchName): Promise<readonly string[]> => {
  const ref = `refs/heads/${branch}`
  const [changed, edited] = await Promise.all([
    git.run(['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', 'HEAD', ref, '--'], { checkout }),
    git.run(['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all', '--ignored=matching', '--ignore-submodules=all'], {
      checkout,
    }),
  ])
  const target = split(changed.stdout)
  const edits = split(edited.stdout).map((entry) => entry.slice(3))
  return edits.filter((path) => target.some((other) => touches(path, other))).sort()
}

/** A file stands in the way of another of its name, and of what needs its name for a folder, and a folder of what is in it. */
const touches = (path: string, other: string): boolean => path === other || other.startsWith(withSlash(path)) || path.startsWith(`${other}/`)

const withSlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`)

const split = (output: Buffer): readonly string[] =>
  output
    .toString()
    .split('\0')
    .filter((part) => part !== '')

const unavailable = (stderr: string): Failure => {
  const why =
    stderr
      .trim()
      .replace(/^(fatal|error): /, '')
      .split('\n', 1)[0] ?? ''
  return { kind: 'unavailable', what: 'switching branches', why: why === '' ? 'git refuses' : why }
}
