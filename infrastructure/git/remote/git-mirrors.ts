import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Failure } from '../../../domain/failure.ts'
import type { MirrorState, Mirrors, Remote } from '../../../domain/remote/remote-ports.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import { hasCode } from '../read-ref.ts'
import type { Git } from '../run-git.ts'
import { proveMirror } from './mirror-consent.ts'
import { readMirrorStates, writeMirrorState } from './mirror-states.ts'
import { parsePushedRefs, toRejection } from './pushed-refs.ts'
import { chooseRemote, gitFailure, missingRemote, type RemoteSettings, readRemoteSettings } from './remote-settings.ts'
import { transportFailure } from './transport-failure.ts'

export interface GitMirrorsOptions {
  loadGit(): Promise<Git>
  readonly commonDirectory: string
  readonly findCredentials: (url: string) => string | undefined
  /** How a failed push is said in one sentence. */
  readonly describeFailure: (failure: Failure) => string
}

/** How long the end of a process is put off for a push that is under way. */
const closeMsMax = 10_000
const retryMsMin = 5_000
const retryMsMax = 300_000

/** Remotes that get every commit, pushed beside the writes that make them: those who write do not wait. */
export class GitMirrors implements Mirrors {
  readonly #options: GitMirrorsOptions
  readonly #abort = new AbortController()
  #isWanted = false
  #running: Promise<void> | undefined
  #retry: NodeJS.Timeout | undefined
  #failures = 0

  constructor(options: GitMirrorsOptions) {
    this.#options = options
  }

  notify(): void {
    if (this.#abort.signal.aborted || !this.#mayHaveMirrors()) return
    this.#isWanted = true
    clearTimeout(this.#retry)
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined
    })
  }

  async close(): Promise<void> {
    clearTimeout(this.#retry)
    const running = this.#running
    if (running !== undefined) {
      const end = setTimeout(() => this.#abort.abort(), closeMsMax)
      await running
      clearTimeout(end)
    }
    this.#abort.abort()
    clearTimeout(this.#retry)
  }

  async states(): Promise<readonly MirrorState[]> {
    if (!this.#mayHaveMirrors()) return []
    const git = await this.#options.loadGit()
    const settings = await readRemoteSettings(git)
    if (!settings.ok) return []
    const attempts = readMirrorStates(this.#options.commonDirectory)
    const mirrors = settings.value.remotes.filter(({ name }) => proofOf(settings.value, name) !== undefined)
    return Promise.all(
      mirrors.map(async (remote) => {
        const consent = this.#refuse(settings.value, remote)
        const attempt = attempts.get(remote.name) ?? {}
        return { remote: remote.name, unpushed: await countUnpushed(git, remote.name), ...attempt, ...(consent !== undefined && { error: consent }) }
      }),
    )
  }

  async set(name: string, isOn: boolean): Promise<Result<undefined>> {
    const git = await this.#options.loadGit()
    const settings = await readRemoteSettings(git)
    if (!settings.ok) return settings
    const { remotes } = settings.value
    const remote = remotes.find((candidate) => candidate.name === name)
    if (remote === undefined)
      return fail(
        missingRemote(
          name,
          remotes.map((candidate) => candidate.name),
        ),
      )
    const key = `remote.${name}.ingitdbMirror`
    if (!isOn) writeMirrorState(this.#options.commonDirectory, name, undefined)
    if (!isOn && proofOf(settings.value, name) === undefined) return ok(undefined)
    const args = isOn ? ['--replace-all', key, proveMirror(this.#options.commonDirectory, urlsOf(remote))] : ['--unset-all', key]
    const { code, stderr } = await git.run(['config', '--local', ...args])
    return code === 0 ? ok(undefined) : fail(gitFailure('git config', stderr))
  }

  async push(): Promise<void> {
    this.notify()
    await this.#running
  }

  /** Cheap enough for every write: without a mirror nothing is loaded, and no process started. */
  #mayHaveMirrors(): boolean {
    try {
      return /ingitdbmirror/i.test(readFileSync(join(this.#options.commonDirectory, 'config'), 'utf8'))
    } catch (error) {
      if (hasCode(error, ['ENOENT', 'EACCES'])) return false
      throw error
    }
  }

  async #work(): Promise<void> {
    while (this.#isWanted && !this.#abort.signal.aborted) {
      this.#isWanted = false
      const failures = await this.#pushAll()
      this.#failures = failures === 0 ? 0 : this.#failures + 1
    }
    if (this.#failures === 0 || this.#abort.signal.aborted) return
    const delay = Math.min(retryMsMax, retryMsMin * 2 ** (this.#failures - 1))
    this.#retry = setTimeout(() => this.notify(), delay).unref()
  }

  async #pushAll(): Promise<number> {
    const git = await this.#options.loadGit()
    const settings = await readRemoteSettings(git)
    if (!settings.ok) return 1
    let failures = 0
    for (const remote of settings.value.remotes) {
      if (proofOf(settings.value, remote.name) === undefined || this.#refuse(settings.value, remote) !== undefined) continue
      const done = await this.#pushTo(git, settings.value, remote)
      const now = new Date().toISOString()
      const before = readMirrorStates(this.#options.commonDirectory).get(remote.name)
      const failed = { ...(before?.pushedAt !== undefined && { pushedAt: before.pushedAt }), failedAt: now }
      const attempt = done.ok ? { pushedAt: now } : { ...failed, error: this.#options.describeFailure(done.failure) }
      writeMirrorState(this.#options.commonDirectory, remote.name, attempt)
      if (!done.ok) failures++
    }
    return failures
  }

  async #pushTo(git: Git, settings: RemoteSettings, remote: Remote): Promise<Result<undefined>> {
    const chosen = chooseRemote(settings, { name: remote.name, branch: undefined, isForPush: true })
    if (!chosen.ok) return chosen
    const isMapped = settings.values(`remote.${remote.name}.fetch`).length > 0
    const urls = urlsOf(remote)
    const done = await git.runTransport(
      [
        ...['push', '--porcelain', '--no-verify', '--no-recurse-submodules', '--force-with-lease', '--force-if-includes'],
        ...['--', remote.name, 'refs/heads/*:refs/heads/*', 'refs/tags/*:refs/tags/*'],
      ],
      {
        signIns: urls.flatMap((url) => {
          const credentials = this.#options.findCredentials(url)
          return credentials === undefined ? [] : [{ url, credentials }]
        }),
        signal: this.#abort.signal,
        settings: isMapped ? [] : [`remote.${remote.name}.fetch=+refs/heads/*:refs/remotes/${remote.name}/*`],
      },
    )
    if (done.code === 0) return ok(undefined)
    const refs = parsePushedRefs(done.stdout.toString())
    const rejected = refs.filter(({ flag }) => flag === '!').map((pushed) => toRejection(pushed, done.stderr))
    if (rejected.length > 0 && done.ended === undefined) return fail({ kind: 'push-rejected', remote: remote.name, refs: rejected, pushed: [] })
    return fail(transportFailure(done, { url: urls.join(', '), signIn: 'set INGITDB_TOKEN, or let a credential helper of git sign in' }))
  }

  /** Why nothing is sent to a mirror that the configuration names; `undefined`: it is sent. */
  #refuse(settings: RemoteSettings, remote: Remote): string | undefined {
    const isProven = proofOf(settings, remote.name) === proveMirror(this.#options.commonDirectory, urlsOf(remote))
    return isProven ? undefined : `nobody here has agreed to it for this address: ingitdb remote mirror ${remote.name}`
  }
}

const proofOf = (settings: RemoteSettings, name: string): string | undefined => settings.values(`remote.${name}.ingitdbmirror`).at(-1)

const urlsOf = ({ url, pushUrls }: Remote): readonly string[] => (pushUrls.length > 0 ? pushUrls : [url])

/** Commits of branches that are not known to be there. */
const countUnpushed = async (git: Git, name: string): Promise<number> => {
  const { stdout } = await git.run(['rev-list', '--count', '--branches', '--not', `--remotes=${name.replaceAll(/[*?[\\]/g, '\\$&')}`])
  return Number(stdout.toString().trim()) || 0
}
