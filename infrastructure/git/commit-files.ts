import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type CommitId, parseCommitId } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { readIdentity } from './read-identity.ts'
import { hasCode } from './read-ref.ts'
import type { Checkout, Git } from './run-git.ts'
import { checkPath } from './safe-path.ts'

export interface FilesToCommit {
  /** Files to write and commit, relative to the database; one that exists is replaced. */
  readonly written: ReadonlyMap<string, Uint8Array>
  /** Files that are there already, committed as they are if git does not have them yet. */
  readonly present: readonly string[]
  readonly message: string
}

/**
 * Writes files into the work tree and commits them, with files that lie there already and are new to git, as `git commit -- <paths>` does: whatever else is
 * edited or staged stays so. When it fails, files that were not there before are gone again.
 *
 * @returns `unavailable` with what git or the disk said
 */
export const commitFiles = async (git: Git, { written, present, message }: FilesToCommit): Promise<Result<CommitId>> => {
  const { gitDirectory, workTree, databasePath, databaseDirectory } = git.location
  if (workTree === undefined) return fail({ kind: 'unsupported', what: 'a bare repository', why: 'it has no files to begin with' })
  const checkout: Checkout = { gitDirectory, workTree }
  const made: string[] = []
  const undo = (): void => {
    for (const path of made) rmSync(path, { force: true })
  }
  try {
    for (const [path, bytes] of written) {
      checkPath(path)
      const target = join(databaseDirectory, path)
      if (!existsSync(target)) made.push(target)
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, bytes)
    }
  } catch (error) {
    undo()
    if (hasCode(error, ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EISDIR']))
      return fail({ kind: 'unavailable', what: 'the folder', why: String(error) })
    throw error
  }
  const prefix = databasePath === '' ? '' : `${databasePath}/`
  const committed = await commitPaths(git, checkout, { paths: [...written.keys(), ...present].map((path) => prefix + path), message })
  if (!committed.ok) undo()
  return committed
}

const commitPaths = async (
  git: Git,
  checkout: Checkout,
  { paths, message }: { readonly paths: readonly string[]; readonly message: string },
): Promise<Result<CommitId>> => {
  const input = paths.map((path) => `${path}\0`).join('')
  const fromInput = ['--pathspec-from-file=-', '--pathspec-file-nul']
  const added = await git.run(['--literal-pathspecs', 'add', ...fromInput], { checkout, input })
  if (added.code !== 0) return fail({ kind: 'unavailable', what: 'git add', why: added.stderr.trim() })
  const { name, email } = await readIdentity(git)
  const who = ['-c', `user.name=${name}`, '-c', `user.email=${email}`]
  const args = [...who, '--literal-pathspecs', 'commit', '--quiet', '--no-verify', '--no-gpg-sign', `--message=${message}`, '--only', ...fromInput]
  const committed = await git.run(args, { checkout, input })
  if (committed.code !== 0) {
    await git.run(['--literal-pathspecs', 'reset', '--quiet', ...fromInput], { checkout, input })
    return fail({ kind: 'unavailable', what: 'git commit', why: committed.stderr.trim() || committed.stdout.toString().trim() })
  }
  const head = await git.run(['rev-parse', '--verify', 'HEAD'], { checkout })
  const oid = parseCommitId(head.stdout.toString().trim())
  return oid === undefined ? fail({ kind: 'unavailable', what: 'git rev-parse', why: head.stderr.trim() }) : ok(oid)
}
