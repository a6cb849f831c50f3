import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Failure } from '../../../domain/failure.ts'
import { type CommitId, parseBranchName, parseCommitId } from '../../../domain/ids.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import { RefReader } from '../read-ref.ts'
import type { RepositoryLocation } from '../repository-location.ts'
import { Git, type GitOutput, runGitInit } from '../run-git.ts'
import { transportFailure } from './transport-failure.ts'

export interface RemoteSource {
  /** https, http, ssh or file; checked by the edge, and once more by git's list of allowed protocols. */
  readonly url: string
  /** Branch, tag or full commit id; default: what the other side has checked out. */
  readonly ref?: string
  /** The whole history: for questions about the past. */
  readonly full: boolean
  /** `user:token`, sent to that host alone; kept in no file and on no command line. */
  readonly credentials?: string
}

/** Where clones are kept: below `INGITDB_CACHE`, else where the system wants caches. */
export const locateClones = (env: Readonly<Record<string, string | undefined>>): string => {
  const usual =
    process.platform === 'win32' ? env.LOCALAPPDATA : process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : env.XDG_CACHE_HOME
  return join(env.INGITDB_CACHE || join(usual || join(homedir(), '.cache'), 'ingitdb'), 'remotes')
}

/** The local branch for a tag or a commit. */
const pinnedBranch = 'ingitdb/pinned'

/** How long a fetch is good for reading. */
const freshMs = 5 * 60_000

/**
 * A bare clone of a repository somewhere else, kept in a cache directory and fetched when it is old. Each address, ref and depth has a directory of its
 * own, whose HEAD is the branch that is asked for; a tag or commit is a branch
 * of a name of our own, which is never pushed.
 */
export class RemoteClone {
  readonly directory: string
  readonly #source: RemoteSource
  readonly #git: Git
  readonly #refs: RefReader

  constructor(source: RemoteSource, cacheDirectory: string) {
    const name = createHash('sha256')
      .update([source.url, source.ref ?? '', source.full ? 'full' : 'shallow'].join('\0'))
      .digest('hex')
      .slice(0, 20)
    this.directory = join(cacheDirectory, `${name}.git`)
    const location: RepositoryLocation = {
      gitDirectory: this.directory,
      commonDirectory: this.directory,
      workTree: undefined,
      databasePath: '',
      databaseDirectory: this.directory,
    }
    this.#source = source
    this.#git = new Git(location)
    this.#refs = new RefReader(location)
  }

  /** Tip of the branch that HEAD names. */
  head(): CommitId | undefined {
    const branch = this.#refs.readCurrentBranch()
    return branch && this.#refs.readBranch(branch)
  }

  /** Whether there is something to read that was fetched not long ago. */
  isFresh(now: number): boolean {
    const stamp = statSync(this.#stampFile, { throwIfNoEntry: false })
    return stamp !== undefined && now - stamp.mtimeMs < freshMs
  }

  /** When it was fetched last; `undefined`: never. */
  fetchedAt(): Date | undefined {
    return statSync(this.#stampFile, { throwIfNoEntry: false })?.mtime
  }

  /** Brings the branch to where it is on the other side; what was committed here and never pushed is let go. */
  async fetch(): Promise<Result<void>> {
    const version = await this.#git.requireVersion()
    if (!version.ok) return version
    if (!existsSync(join(this.directory, 'HEAD'))) {
      mkdirSync(this.directory, { recursive: true, mode: 0o700 })
      const initialised = runGitInit(this.directory, ['--bare', '--quiet', '--template=', '--object-format=sha1', '--initial-branch=main'])
      if (initialised.code !== 0) return fail({ kind: 'unavailable', what: 'git init', why: initialised.stderr.trim() })
    }
    const found = await this.#findRef()
    if (!found.ok) return found
    const { name, branch } = found.value
    await this.#git.run(['symbolic-ref', 'HEAD', `refs/heads/${branch}`])
    if (name !== undefined) {
      // A tag may be an object of its own, which is no commit for a branch to stand at.
      const target = name.startsWith('refs/tags/') ? name : `refs/heads/${branch}`
      const isFirst = this.head() === undefined
      const depth = isFirst && !this.#source.full ? ['--depth=1'] : []
      const done = await this.#transport([
        'fetch',
        '--quiet',
        '--no-tags',
        '--no-write-fetch-head',
        '--no-recurse-submodules',
        ...depth,
        '--',
        this.#source.url,
        `+${name}:${target}`,
      ])
      if (done.code !== 0) return fail(this.#unreachable(done))
      if (target === name) await this.#git.run(['update-ref', `refs/heads/${branch}`, `${name}^{commit}`])
    }
    writeFileSync(this.#stampFile, '')
    return ok(undefined)
  }

  /**
   * Moves the branch on the other side from exactly one commit to another.
   * @returns `raced` when it was not there any more; then, as after any failure, the branch here is where it was
   */
  async push(before: CommitId | undefined, after: CommitId): Promise<Result<'pushed' | 'raced'>> {
    const branch = this.#refs.readCurrentBranch() ?? ''
    const ref = `refs/heads/${branch}`
    if (branch === pinnedBranch) {
      await this.#reset(ref, before)
      return fail({
        kind: 'unsupported',
        what: `writing to ${this.#source.ref ?? 'this'}`,
        why: 'it is a tag or a commit; only a branch can be written to',
      })
    }
    const lease = `--force-with-lease=${ref}:${before ?? ''}`
    const done = await this.#transport([
      'push',
      '--quiet',
      '--porcelain',
      '--no-verify',
      '--no-recurse-submodules',
      lease,
      '--',
      this.#source.url,
      `${after}:${ref}`,
    ])
    if (done.code === 0) return ok('pushed')
    // The connection may have broken after the other side took it.
    const now = await this.#listRefs([ref])
    if (now.ok && now.value.oids.get(ref) === after) return ok('pushed')
    await this.#reset(ref, before)
    if (now.ok && now.value.oids.get(ref) !== before) return ok('raced')
    return fail(this.#unreachable(done))
  }

  async #reset(ref: string, before: CommitId | undefined): Promise<void> {
    await this.#git.run(before === undefined ? ['update-ref', '-d', ref] : ['update-ref', ref, before])
  }

  get #stampFile(): string {
    return join(this.directory, 'ingitdb-fetched')
  }

  async #findRef(): Promise<Result<{ readonly name: string | undefined; readonly branch: string }>> {
    const { ref } = this.#source
    const id = ref === undefined ? undefined : parseCommitId(ref)
    if (id !== undefined) return ok({ name: id, branch: pinnedBranch })
    const listed = await this.#listRefs(ref === undefined ? ['HEAD'] : [`refs/heads/${ref}`, `refs/tags/${ref}`])
    if (!listed.ok) return listed
    const { oids, head } = listed.value
    if (ref === undefined) {
      const branch = parseBranchName(head ?? 'main') ?? 'main'
      return ok({ name: oids.has('HEAD') ? `refs/heads/${branch}` : undefined, branch })
    }
    if (oids.has(`refs/heads/${ref}`)) return ok({ name: `refs/heads/${ref}`, branch: ref })
    if (oids.has(`refs/tags/${ref}`)) return ok({ name: `refs/tags/${ref}`, branch: pinnedBranch })
    rmSync(this.directory, { recursive: true, force: true })
    return fail({ kind: 'not-found', what: 'branch', id: ref, why: `${this.#source.url} has no branch and no tag ${ref}` })
  }

  async #listRefs(patterns: readonly string[]): Promise<Result<{ readonly oids: ReadonlyMap<string, string>; readonly head: string | undefined }>> {
    const done = await this.#transport(['ls-remote', '--quiet', '--symref', '--', this.#source.url, ...patterns])
    if (done.code !== 0) return fail(this.#unreachable(done))
    const lines = done.stdout.toString().split('\n')
    const head = lines.flatMap((line) => /^ref: refs\/heads\/(.+)\tHEAD$/.exec(line)?.[1] ?? [])[0]
    return ok({ oids: new Map(lines.map((line) => line.split('\t')).map(([oid = '', name = '']) => [name, oid])), head })
  }

  #transport(args: readonly string[]): Promise<GitOutput> {
    const { url, credentials } = this.#source
    return this.#git.runTransport(args, credentials === undefined ? {} : { signIns: [{ url, credentials }] })
  }

  #unreachable(output: GitOutput): Failure {
    return transportFailure(output, { url: this.#source.url, signIn: 'give a token with --token or in the environment' })
  }
}
