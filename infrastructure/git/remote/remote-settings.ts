import type { Failure } from '../../../domain/failure.ts'
import type { Remote } from '../../../domain/remote/remote-ports.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import type { Git } from '../run-git.ts'

/** What git's configuration says about remotes, addresses with the rules of `url.….insteadOf` applied. */
export interface RemoteSettings {
  readonly remotes: readonly Remote[]
  /** All values of a key, in the order in which git reads them; the last one counts where there can be one only. */
  values(key: string): readonly string[]
}

export const readRemoteSettings = async (git: Git): Promise<Result<RemoteSettings>> => {
  const [listed, named] = await Promise.all([git.run(['config', '--list', '--includes', '-z']), git.run(['remote', '-v'])])
  for (const { code, stderr } of [listed, named]) if (code !== 0) return fail(gitFailure('git remote', stderr))
  const values = new Map<string, string[]>()
  for (const entry of listed.stdout.toString().split('\0')) {
    if (entry === '') continue
    const end = entry.indexOf('\n')
    // A key without a value is true.
    const [key, value] = end === -1 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)]
    values.set(key, [...(values.get(key) ?? []), value])
  }
  return ok({ remotes: parseRemotes(named.stdout.toString()), values: (key) => values.get(key) ?? [] })
}

/** Lines of `git remote -v`: name, tab, address, and what it is for in parentheses. */
const parseRemotes = (text: string): readonly Remote[] => {
  const remotes = new Map<string, { url: string; pushUrls: string[] }>()
  for (const line of text.split('\n')) {
    const [, name, url, use] = /^([^\t]*)\t(.*) \((fetch|push)\)(?: \[.*\])?$/.exec(line) ?? []
    if (name === undefined || url === undefined) continue
    const remote = remotes.get(name) ?? { url: '', pushUrls: [] }
    if (use === 'fetch') remote.url = url
    else remote.pushUrls.push(url)
    remotes.set(name, remote)
  }
  return [...remotes].map(([name, { url, pushUrls }]) => ({ name, url, pushUrls: pushUrls.every((push) => push === url) ? [] : pushUrls }))
}

interface Choice {
  readonly name?: string | undefined
  readonly branch: string | undefined
  readonly isForPush: boolean
}

/** The remote that is named, else the one that git would take for the branch. */
export const chooseRemote = ({ remotes, values }: RemoteSettings, { name, branch, isForPush }: Choice): Result<Remote> => {
  const names = remotes.map((remote) => remote.name)
  const keys = [...(isForPush ? [`branch.${branch}.pushremote`, 'remote.pushdefault'] : []), `branch.${branch}.remote`]
  const configured = keys.flatMap((key) => values(key).slice(-1)).find((value) => names.includes(value))
  const wanted = name ?? configured ?? (names.length === 1 ? names[0] : 'origin')
  const remote = remotes.find((candidate) => candidate.name === wanted)
  if (remote === undefined) return fail(missingRemote(name, names))
  for (const key of ['vcs', 'uploadpack', 'receivepack'])
    if (values(`remote.${remote.name}.${key}`).length > 0)
      return fail({ kind: 'unsupported', what: `remote.${remote.name}.${key}`, why: 'a program that the configuration of a remote names is not run' })
  return ok(remote)
}

export const missingRemote = (name: string | undefined, among: readonly string[]): Failure => {
  const why = among.length === 0 ? 'there is no remote yet' : `say which remote: ${among.join(', ')}`
  return { kind: 'not-found', what: 'remote', id: name ?? 'origin', among, ...(name === undefined && { why }) }
}

export const gitFailure = (what: string, stderr: string): Failure => ({
  kind: 'unavailable',
  what,
  why:
    stderr
      .trim()
      .split('\n', 1)[0]
      ?.replace(/^(fatal|error): /, '') || 'git failed without saying why',
})

/**
 * Where a fetch puts what it gets: the refspecs of the remote that lead below `refs/remotes/` and to tags. Those that lead to branches of this repository are
 * left out, since a fetch moves none.
 */
export const fetchRefspecs = ({ values }: RemoteSettings, remote: string): readonly string[] => {
  const configured = values(`remote.${remote}.fetch`)
  const safe = configured.filter((refspec) => refspec.startsWith('^') || /^\+?[^:]+:refs\/(remotes|tags)\//.test(refspec))
  return safe.some((refspec) => !refspec.startsWith('^')) ? safe : [`+refs/heads/*:refs/remotes/${remote}/*`]
}

/** Where refspecs put a ref of the other side: `+refs/heads/*:refs/remotes/origin/*` puts `refs/heads/main` at `refs/remotes/origin/main`. */
export const mapRef = (refspecs: readonly string[], ref: string): string | undefined => {
  for (const refspec of refspecs) {
    const [, source = '', target = ''] = /^\+?([^:^]+):(.+)$/.exec(refspec) ?? []
    const [before = '', after] = source.split('*')
    if (after === undefined && source === ref) return target
    if (after !== undefined && ref.startsWith(before) && ref.endsWith(after) && ref.length >= before.length + after.length)
      return target.replace('*', ref.slice(before.length, ref.length - after.length))
  }
  return undefined
}
