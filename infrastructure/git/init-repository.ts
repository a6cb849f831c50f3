import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { cleanPerson } from '../../domain/event-sourcing/clean-person.ts'
import type { CommitTime } from '../../domain/event-sourcing/event-store.ts'
import type { Person } from '../../domain/event-sourcing/operation.ts'
import { type CommitId, parseCommitId } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { blobId } from './blob-cache.ts'
import { cleanTime } from './commit-message.ts'
import { createCommitSettings } from './commit-settings.ts'
import { serialiseCommits } from './fast-import.ts'
import { EditLayer } from './file-edits.ts'
import { writeSettings } from './merge/register-merge-driver.ts'
import { readIdentity } from './read-identity.ts'
import { hasCode } from './read-ref.ts'
import { Git, runGitInit } from './run-git.ts'
import { checkPath } from './safe-path.ts'
import { signCommits } from './sign-commits.ts'

export interface InitOptions {
  /** Files of the first commit, by path from the top. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly branch: string
  /** Settings that git is given in this repository, by name. */
  readonly settings?: ReadonlyMap<string, string>
  /** Default: who git says is at work here. */
  readonly actor?: Person
  /** Default: now. */
  readonly at?: CommitTime
}

/**
 * Makes an ordinary repository with one commit in a folder that is empty or does not exist yet.
 *
 * @returns `already-exists` for a folder with anything in it (database, folder) and for a file of that name; `unavailable` when git is missing, too old, or the disk refuses. Then nothing is left.
 */
export const initRepository = async (directory: string, options: InitOptions): Promise<Result<{ readonly commit: CommitId }>> => {
  const top = resolve(directory)
  const gitDirectory = join(top, '.git')
  const git = new Git({ gitDirectory, commonDirectory: gitDirectory, workTree: top, databasePath: '', databaseDirectory: top })
  const version = await git.requireVersion()
  if (!version.ok) return version
  const made = makeEmptyDirectory(top)
  if (!made.ok) return made
  const commit = await createFirstCommit(git, top, options)
  if (commit.ok) return ok({ commit: commit.value })
  for (const name of readdirSync(top)) rmSync(join(top, name), { recursive: true, force: true })
  if (made.value !== undefined) rmSync(made.value, { recursive: true, force: true })
  return commit
}

/** @returns the topmost directory that had to be made, `undefined` when there was one already */
const makeEmptyDirectory = (top: string): Result<string | undefined> => {
  try {
    const names = existsSync(top) ? readdirSync(top) : []
    if (names.length > 0) return fail({ kind: 'already-exists', what: names.includes('.ingitdb') ? 'database' : 'folder', id: top })
    return ok(mkdirSync(top, { recursive: true }))
  } catch (error) {
    if (hasCode(error, ['EEXIST', 'ENOTDIR'])) return fail({ kind: 'already-exists', what: 'file', id: top })
    if (hasCode(error, ['EACCES', 'EPERM', 'EROFS', 'ENOSPC'])) return fail({ kind: 'unavailable', what: top, why: String(error) })
    throw error
  }
}

const createFirstCommit = async (git: Git, top: string, options: InitOptions): Promise<Result<CommitId>> => {
  const initialised = runGitInit(top, ['--quiet', '--template=', '--object-format=sha1', `--initial-branch=${options.branch}`])
  if (initialised.code !== 0) return fail({ kind: 'unavailable', what: 'git init', why: initialised.stderr.trim() })
  const checkout = { gitDirectory: join(top, '.git'), workTree: top }
  const edits = new EditLayer()
  for (const [path, bytes] of options.files) {
    checkPath(path)
    edits.files.set(path, { mode: '100644', oid: blobId(bytes), bytes })
  }
  const person = cleanPerson(options.actor ?? (await readIdentity(git)))
  const time = cleanTime(options.at ?? { seconds: Date.now() / 1000, offsetMinutes: -new Date().getTimezoneOffset() })
  const settings = await createCommitSettings(git)()
  if (!settings.ok) return fail({ kind: 'unavailable', what: 'git config', why: settings.failure })
  const { committer = person, signing } = settings.value
  const commit = { author: { person, time }, committer: { person: cleanPerson(committer), time }, message: 'create database\n', parents: [], edits }
  const ref = `refs/heads/${options.branch}`
  const input = serialiseCommits(ref, { head: undefined }, { commits: [commit], firstMark: 1 })
  const written = await git.run(['fast-import', '--quiet'], { input: Buffer.concat([input, Buffer.from('get-mark :1\n')]) })
  const unsigned = parseCommitId(written.stdout.toString().trim())
  if (written.code !== 0 || unsigned === undefined) return fail({ kind: 'unavailable', what: 'git fast-import', why: written.stderr.trim() })
  const signed = signing === undefined ? ok([]) : await signCommits(git, signing, { head: undefined, commits: [commit], written: [unsigned] })
  if (!signed.ok) return fail({ kind: 'unavailable', what: 'git commit-tree', why: signed.failure })
  const oid = signed.value[0] ?? unsigned
  if (oid !== unsigned) await git.run(['update-ref', ref, oid, unsigned])
  const configured = await writeSettings(git, options.settings ?? new Map())
  if (!configured.ok) return configured
  const followed = await git.run(['read-tree', '--reset', '-u', oid], { checkout })
  return followed.code === 0 ? ok(oid) : fail({ kind: 'unavailable', what: 'git read-tree', why: followed.stderr.trim() })
}
