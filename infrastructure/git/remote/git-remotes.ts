import type { Failure } from '../../../domain/failure.ts'
import { type BranchName, type CommitId, parseCommitId } from '../../../domain/ids.ts'
import { isRemoteName, redactAddresses, refuseAddress } from '../../../domain/remote/remote-address.ts'
import type {
  FetchReport,
  FetchRequest,
  FollowedBranch,
  MovedRef,
  PushReport,
  PushRequest,
  RefuseMove,
  Remote,
  Remotes,
  TransportRequest,
  Upstream,
  UpstreamComparison,
} from '../../../domain/remote/remote-ports.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import type { SignIn } from '../git-environment.ts'
import { branchOfHead } from '../read-ref.ts'
import type { Git } from '../run-git.ts'
import { followRemote, moveBranch } from './follow-remote.ts'
import type { TransportOutput } from './follow-transport.ts'
import { compareRefs, countBetween, listRefs } from './moved-refs.ts'
import { type PushedRef, parsePushedRefs, toRejection } from './pushed-refs.ts'
import { chooseRemote, fetchRefspecs, gitFailure, mapRef, missingRemote, type RemoteSettings, readRemoteSettings } from './remote-settings.ts'
import { transportFailure } from './transport-failure.ts'

export interface GitRemotesOptions {
  /** `user:token` for an address; asked for each that is reached, since names may lead anywhere. */
  readonly findCredentials: (url: string) => string | undefined
  /** Whether somebody is at the terminal who may be asked for a password. */
  readonly isInteractive: boolean
}

/** What to do when the other side wants to know who is there. */
const signIn = 'set INGITDB_TOKEN, or let a credential helper of git sign in'

/** The remotes of one repository, which are git's: each method is a git command or two. */
export class GitRemotes implements Remotes {
  readonly #git: Git
  readonly #options: GitRemotesOptions

  constructor(git: Git, options: GitRemotesOptions) {
    this.#git = git
    this.#options = options
  }

  currentBranch(): BranchName | undefined {
    return branchOfHead(this.#git.location.gitDirectory)
  }

  async list(): Promise<Result<readonly Remote[]>> {
    const settings = await readRemoteSettings(this.#git)
    return settings.ok ? ok(settings.value.remotes.map(withoutSecrets)) : settings
  }

  async add(name: string, url: string): Promise<Result<undefined>> {
    const refused = isRemoteName(name) ? refuseUrl(url) : notValid(name, `"${name}" cannot be the name of a remote: the rules of branch names hold`)
    if (refused !== undefined) return refused
    const settings = await readRemoteSettings(this.#git)
    if (!settings.ok) return settings
    if (settings.value.remotes.some((remote) => remote.name === name)) return fail({ kind: 'already-exists', what: 'remote', id: name })
    return this.#change(['add', '--', name, url])
  }

  remove(name: string): Promise<Result<undefined>> {
    return this.#changeExisting(name, ['remove', '--', name])
  }

  async setUrl(name: string, url: string, { isForPush }: { readonly isForPush: boolean }): Promise<Result<undefined>> {
    const refused = refuseUrl(url)
    return refused ?? (await this.#changeExisting(name, ['set-url', ...(isForPush ? ['--push'] : []), '--', name, url]))
  }

  async fetch(request: FetchRequest): Promise<Result<FetchReport>> {
    const chosen = await this.#choose(request.remote, { branch: this.currentBranch(), isForPush: false })
    if (!chosen.ok) return chosen
    const { remote, settings } = chosen.value
    const refspecs = fetchRefspecs(settings, remote.name)
    const prefixes = ['refs/tags/', ...refspecs.flatMap((refspec) => /:(refs\/remotes\/[^*]*)/.exec(refspec)?.[1] ?? [])]
    const before = await listRefs(this.#git, prefixes)
    const done = await this.#transport(
      request,
      [remote.url],
      [
        ...['fetch', '--progress', '--no-write-fetch-head', '--no-recurse-submodules', '--refmap='],
        ...(request.prune ? ['--prune'] : ['--no-prune']),
        ...(request.tags ? ['--tags'] : []),
        ...['--', remote.name, ...refspecs],
      ],
    )
    const moved = await compareRefs(this.#git, before, await listRefs(this.#git, prefixes))
    const url = redactAddresses(remote.url)
    // A tag that is another one there fails the command, although everything else has come.
    if (done.code !== 0) return fail(tagClash(done) ?? transportFailure(done, { url, signIn }))
    return ok({ remote: remote.name, url, moved })
  }

  async advance(remote: string, refuse: RefuseMove): Promise<Result<readonly FollowedBranch[]>> {
    const settings = await readRemoteSettings(this.#git)
    if (!settings.ok) return settings
    const isBare = this.#git.location.workTree === undefined
    const isMirror = isBare && settings.value.values(`remote.${remote}.mirror`).at(-1) === 'true'
    return ok(await followRemote(this.#git, { remote, isMirror, refuse }))
  }

  async startBranch(branch: BranchName, commit: CommitId): Promise<Result<undefined>> {
    const { status, why = '' } = await moveBranch(this.#git, { branch, from: undefined, to: commit, isForced: false })
    return status === 'blocked' ? fail({ kind: 'unavailable', what: `branch ${branch}`, why }) : ok(undefined)
  }

  async push(request: PushRequest): Promise<Result<PushReport>> {
    const { branch } = request
    const chosen = await this.#choose(request.remote, { branch, isForPush: true })
    if (!chosen.ok) return chosen
    const { remote, settings } = chosen.value
    const ref = `refs/heads/${branch}`
    const here = await listRefs(this.#git, [ref, ...(request.tags ? ['refs/tags/'] : [])])
    if (!here.has(ref)) return fail({ kind: 'not-found', what: 'branch', id: branch })
    const urls = remote.pushUrls.length > 0 ? remote.pushUrls : [remote.url]
    // A bare clone has no refspec: with the usual one, what was fetched is known to a lease, and follows what is pushed.
    const isMapped = settings.values(`remote.${remote.name}.fetch`).length > 0
    const done = await this.#transport(
      { ...request, settings: ['core.abbrev=40', ...(isMapped ? [] : [`remote.${remote.name}.fetch=+refs/heads/*:refs/remotes/${remote.name}/*`])] },
      urls,
      [
        ...['push', '--porcelain', '--progress', '--no-verify', '--no-recurse-submodules', '--no-follow-tags'],
        ...(request.forceWithLease ? [`--force-with-lease=${ref}`, '--force-if-includes'] : []),
        ...(request.dryRun ? ['--dry-run'] : []),
        ...(request.setUpstream ? ['--set-upstream'] : []),
        ...['--', remote.name, `${ref}:${ref}`, ...(request.tags ? ['refs/tags/*:refs/tags/*'] : [])],
      ],
    )
    const refs = parsePushedRefs(done.stdout.toString())
    const rejected = refs.filter(({ flag }) => flag === '!').map((pushed) => toRejection(pushed, done.stderr))
    const moved = refs.filter(({ flag }) => flag !== '!' && flag !== '=').map((pushed) => toMovedRef(pushed, here))
    const url = redactAddresses(urls.join(', '))
    if (rejected.length > 0) return fail({ kind: 'push-rejected', remote: remote.name, refs: rejected, pushed: moved.map(({ ref: name }) => name) })
    if (done.code !== 0) return fail(transportFailure(done, { url, signIn }))
    return ok({ remote: remote.name, url, moved: await Promise.all(moved.map((one) => this.#count(one))) })
  }

  async findUpstream(branch: BranchName, name: string | undefined): Promise<Result<Upstream>> {
    const chosen = await this.#choose(name, { branch, isForPush: false })
    if (!chosen.ok) return chosen
    const { remote, settings } = chosen.value
    const isFollowed = settings.values(`branch.${branch}.remote`).at(-1) === remote.name
    const theirs = (isFollowed ? settings.values(`branch.${branch}.merge`).at(-1) : undefined) ?? `refs/heads/${branch}`
    const ref = mapRef(fetchRefspecs(settings, remote.name), theirs) ?? `refs/remotes/${remote.name}/${theirs.replace(/^refs\/heads\//, '')}`
    return ok({ remote: remote.name, ref, name: ref.replace(/^refs\/remotes\//, '') })
  }

  async compareUpstream(branch: BranchName): Promise<UpstreamComparison | undefined> {
    const { stdout } = await this.#git.run(['for-each-ref', '--format=%(upstream) %(upstream:short)', `refs/heads/${branch}`])
    const [full = '', upstream = ''] = stdout.toString().trim().split(' ')
    const counted = full === '' ? undefined : await countBetween(this.#git, `refs/heads/${branch}`, full)
    return counted && { branch, upstream, ahead: counted.lost, behind: counted.gained }
  }

  async #choose(
    name: string | undefined,
    choice: { readonly branch: string | undefined; readonly isForPush: boolean },
  ): Promise<Result<{ readonly remote: Remote; readonly settings: RemoteSettings }>> {
    const version = await this.#git.requireVersion()
    if (!version.ok) return version
    const settings = await readRemoteSettings(this.#git)
    if (!settings.ok) return settings
    const remote = chooseRemote(settings.value, { name, ...choice })
    return remote.ok ? ok({ remote: remote.value, settings: settings.value }) : remote
  }

  async #changeExisting(name: string, args: readonly string[]): Promise<Result<undefined>> {
    const settings = await readRemoteSettings(this.#git)
    if (!settings.ok) return settings
    const names = settings.value.remotes.map((remote) => remote.name)
    return names.includes(name) ? this.#change(args) : fail(missingRemote(name, names))
  }

  async #change(args: readonly string[]): Promise<Result<undefined>> {
    const { code, stderr } = await this.#git.run(['remote', ...args])
    return code === 0 ? ok(undefined) : fail(gitFailure('git remote', redactAddresses(stderr)))
  }

  #transport(
    { stallMs, onProgress, signal, settings = [] }: TransportRequest & { readonly settings?: readonly string[] },
    urls: readonly string[],
    args: readonly string[],
  ): Promise<TransportOutput> {
    const signIns = urls.flatMap((url): readonly SignIn[] => {
      const credentials = this.#options.findCredentials(url)
      return credentials === undefined ? [] : [{ url, credentials }]
    })
    return this.#git.runTransport(args, { signIns, isInteractive: this.#options.isInteractive, stallMs, onProgress, signal, settings })
  }

  async #count(moved: MovedRef): Promise<MovedRef> {
    const counted = moved.from === undefined || moved.to === undefined ? undefined : await countBetween(this.#git, moved.from, moved.to)
    return { ...moved, commits: counted?.gained }
  }
}

const withoutSecrets = ({ name, url, pushUrls }: Remote): Remote => ({ name, url: redactAddresses(url), pushUrls: pushUrls.map(redactAddresses) })

const notValid = (value: string, message: string): Result<never> => fail({ kind: 'invalid-input', issues: [{ rule: 'remote', message, value }] })

const refuseUrl = (url: string): Result<never> | undefined => {
  const why = refuseAddress(url)
  return why === undefined ? undefined : notValid(redactAddresses(url), `${JSON.stringify(redactAddresses(url))} is no address for a remote: ${why}`)
}

/** Ids of a summary are whole, since git is told not to shorten them: `from..to`. */
const toMovedRef = ({ source, ref, flag, summary }: PushedRef, here: ReadonlyMap<string, CommitId>): MovedRef => {
  const [, from = '', to = ''] = /^([0-9a-f]{40})\.\.\.?([0-9a-f]{40})/.exec(summary) ?? []
  return {
    ref,
    from: parseCommitId(from),
    to: flag === '-' ? undefined : (parseCommitId(to) ?? here.get(source)),
    isForced: flag === '+',
    commits: undefined,
  }
}

const tagClash = ({ stderr }: TransportOutput): Failure | undefined => {
  const tags = [...stderr.matchAll(/^ ! \[rejected\]\s+(\S+)\s+-> \S+\s+\(would clobber existing tag\)/gm)].map(([, tag = '']) => tag)
  const why = `${tags.length === 1 ? 'the tag' : 'the tags'} ${tags.join(', ')} stand elsewhere there; git tag -d deletes a tag here, and a fetch then brings theirs`
  return tags.length === 0 ? undefined : { kind: 'unavailable', what: 'part of what was to be fetched', why }
}
