import { findHostToken, isSafeForTokens, toCredentials, userOfProvider } from '../../../api/contract/remote-credentials.ts'
import { UsageError } from '../errors.ts'
import type { RemotePlace } from '../local.ts'
import { isRef, parseRemote } from './parse-remote.ts'

interface RemoteOptions {
  readonly remote?: string
  readonly path?: string
  readonly branch?: string
  readonly token?: string
  readonly provider?: string
  readonly refresh?: boolean
}

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly asksForPast: boolean
}

/** The place that `--remote` and the options beside it name. */
export const readRemotePlace = (options: RemoteOptions, { env, asksForPast }: Surroundings): RemotePlace => {
  const { remote = '', path, branch, token: given, provider, refresh } = options
  if (path !== undefined) throw new UsageError('--path names a folder, --remote a repository somewhere else: give one of the two')
  const address = parseRemote(remote)
  if (branch !== undefined && address.ref !== undefined)
    throw new UsageError(`the branch is named twice: by --branch and by "@${address.ref}" in --remote`)
  if (branch !== undefined && !isRef(branch)) throw new UsageError(`"${branch}" is no branch`)
  const ref = address.ref ?? branch
  if (provider !== undefined && !userOfProvider.has(provider)) throw new UsageError(`--provider is one of ${[...userOfProvider.keys()].join(', ')}`)
  const token = given || findHostToken(address.host, env)
  if (token !== undefined && /[\u0000-\u0020\u007f]/.test(token)) throw new UsageError('the token holds blanks or control characters')
  const isSafe = isSafeForTokens(address.url)
  if (given !== undefined && !isSafe) throw new UsageError('a token goes over https alone')
  return {
    url: address.url,
    ...(ref !== undefined && { ref }),
    ...(token !== undefined && isSafe && { credentials: toCredentials(token, address.host, provider) }),
    full: asksForPast,
    refresh: refresh === true,
  }
}
