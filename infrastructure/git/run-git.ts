import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fail, ok, type Result } from '../../domain/result.ts'
import { fixedSettings, gitEnvironment, neutralise, type TransportOptions, transportEnvironment, transportSettings } from './git-environment.ts'
import { followTransport, type TransportOutput } from './remote/follow-transport.ts'
import type { RepositoryLocation } from './repository-location.ts'

export type GitProcess = ChildProcessByStdio<Writable, Readable, Readable>

export interface GitOutput {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

export interface GitOptions {
  readonly input?: Uint8Array | string
  /** `core.fsync` for this process; default `all`. */
  readonly fsync?: string
  /** Runs on the files of this work tree (with its git directory), with program-running configuration taken away. */
  readonly checkout?: Checkout
  /** Index file to read and write instead of the work tree's own. */
  readonly indexFile?: string
  /** More settings for the command line, `name=value`: they win over all others. */
  readonly settings?: readonly string[]
  /** More of the environment. */
  readonly environment?: Readonly<Record<string, string>>
  /** How long it may take, for `run`; then it is killed, with exit code 128. */
  readonly timeoutMs?: number
}

/** One work tree of the repository: the main one or a linked one. */
export interface Checkout {
  readonly gitDirectory: string
  readonly workTree: string
}

/** Oldest git whose fast-import, update-ref and cat-file do what the writer needs. */
export const gitVersionMin = [2, 38] as const

/** Starts git for one repository: the only place in the product that does. User text goes behind `--` or `--end-of-options`, never in front. */
export class Git {
  readonly location: RepositoryLocation
  readonly #environment: Readonly<Record<string, string>>
  #version: Promise<Result<string>> | undefined
  #neutral: { readonly stamp: string; readonly environment: Promise<Record<string, string>> } | undefined

  /** @param place  where new objects go; it has to name the repository's own as its alternates. Default: the repository. */
  constructor(location: RepositoryLocation, place: { readonly objectDirectory?: string | undefined } = {}) {
    this.location = location
    this.#environment = place.objectDirectory === undefined ? {} : { GIT_OBJECT_DIRECTORY: place.objectDirectory }
  }

  /** Runs to the end. A non-zero exit is an answer, not an error; throws only when git cannot be started. */
  async run(args: readonly string[], options: GitOptions = {}): Promise<GitOutput> {
    const child = await this.start(args, options)
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.stdin.on('error', ignoreBrokenPipe)
    child.stdin.end(options.input ?? '')
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => child.kill(), options.timeoutMs)
    const code = await exitCode(child)
    clearTimeout(timer)
    return { code, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() }
  }

  /** Runs a command that speaks to another repository, to its end. What the repository is configured to sign in with is trusted, as git trusts it. */
  runTransport(args: readonly string[], options: TransportOptions): Promise<TransportOutput> {
    return startTransport(['--git-dir', this.location.gitDirectory], args, { ...options, cwd: this.location.workTree ?? this.location.gitDirectory })
  }

  /** Starts a process that stays; the caller reads, writes and ends it. */
  async start(args: readonly string[], options: GitOptions = {}): Promise<GitProcess> {
    const { checkout } = options
    const extra = checkout === undefined ? {} : await this.#neutralEnvironment(checkout)
    const place = checkout === undefined ? ['--git-dir', this.location.gitDirectory] : placeOf(checkout)
    const more = [`core.fsync=${options.fsync ?? 'all'}`, ...(options.settings ?? [])].flatMap((setting) => ['-c', setting])
    return spawn('git', [...place, ...fixedSettings, ...more, ...args], {
      cwd: checkout?.workTree ?? this.location.commonDirectory,
      env: {
        ...gitEnvironment(),
        ...this.#environment,
        ...extra,
        ...options.environment,
        ...(options.indexFile !== undefined && { GIT_INDEX_FILE: options.indexFile }),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    })
  }

  /** Checks once that git is there and new enough to write with. */
  requireVersion(): Promise<Result<string>> {
    this.#version ??= readVersion()
    return this.#version
  }

  #neutralEnvironment(checkout: Checkout): Promise<Record<string, string>> {
    const stamp = [join(this.location.commonDirectory, 'config'), join(checkout.gitDirectory, 'config.worktree')].map(stampOf).join()
    if (this.#neutral?.stamp !== stamp) this.#neutral = { stamp, environment: this.#readNeutral(checkout) }
    return this.#neutral.environment
  }

  async #readNeutral(checkout: Checkout): Promise<Record<string, string>> {
    const child = spawn('git', [...placeOf(checkout), 'config', '--list', '--show-scope', '--includes', '-z'], {
      cwd: checkout.workTree,
      env: gitEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const out: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.resume()
    child.stdin.end()
    const code = await exitCode(child)
    if (code !== 0) throw new Error(`git config exited with ${code}`)
    return neutralise(Buffer.concat(out).toString())
  }
}

/** Exit code of a process; a signal counts as 128. Throws when it could not be started. */
export const exitCode = (child: GitProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 128))
  })

/** Whether git itself would work in a directory that belongs to somebody else (`safe.directory`). Starts a process; for this rare case only. */
export const isTrustedByGit = (directory: string): boolean =>
  spawnSync('git', ['rev-parse', '--git-dir'], { cwd: directory, env: gitEnvironment(), stdio: 'ignore' }).status === 0

/** Runs `git clone`, which has no repository to run in yet. @param options `cwd` is where relative paths start */
export const runGitClone = (args: readonly string[], options: TransportOptions & { readonly cwd: string }): Promise<TransportOutput> =>
  startTransport([], ['clone', ...args], options)

const startTransport = (
  place: readonly string[],
  args: readonly string[],
  options: TransportOptions & { readonly cwd: string },
): Promise<TransportOutput> => {
  const settings = (options.settings ?? []).flatMap((setting) => ['-c', setting])
  const isInteractive = options.isInteractive === true
  const child = spawn('git', [...place, ...transportSettings, ...settings, ...args], {
    cwd: options.cwd,
    env: transportEnvironment(options),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    // A session of its own has no terminal: ssh then fails where it would wait for a password that nobody types.
    detached: !isInteractive && process.platform !== 'win32',
  })
  child.stdin.on('error', ignoreBrokenPipe)
  child.stdin.end()
  return followTransport(child, options)
}

/** Runs `git init`, which has no repository to run in yet. */
export const runGitInit = (directory: string, args: readonly string[]): { readonly code: number; readonly stderr: string } => {
  const done = spawnSync('git', [...fixedSettings, 'init', ...args, '--', directory], { env: gitEnvironment(), encoding: 'utf8' })
  return { code: done.status ?? 128, stderr: done.stderr ?? String(done.error) }
}

/** A process that died before it read everything says why by its exit code. */
export const ignoreBrokenPipe = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
}

const placeOf = (checkout: Checkout): readonly string[] => ['--git-dir', checkout.gitDirectory, '--work-tree', checkout.workTree]

const stampOf = (file: string): string => {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat === undefined ? '-' : `${stat.ino}:${stat.size}:${stat.mtimeMs}`
}

const readVersion = async (): Promise<Result<string>> => {
  const done = spawnSync('git', ['--version'], { env: gitEnvironment(), encoding: 'utf8' })
  const match = /(\d+)\.(\d+)/.exec(done.stdout ?? '')
  if (match === null) return fail({ kind: 'unavailable', what: 'git', why: 'the git program is needed for this and was not found on the PATH' })
  const [major, minor] = [Number(match[1]), Number(match[2])]
  if (major > gitVersionMin[0] || (major === gitVersionMin[0] && minor >= gitVersionMin[1])) return ok(match[0])
  return fail({ kind: 'unsupported', what: `git ${match[0]}`, why: `git ${gitVersionMin.join('.')} or newer is needed for writing` })
}
