/** Who signs in with a token, at each kind of host. */
export const userOfProvider: ReadonlyMap<string, string> = new Map([
  ['github', 'x-access-token'],
  ['gitlab', 'oauth2'],
  ['bitbucket', 'x-token-auth'],
])

const providerOfHost: ReadonlyMap<string, string> = new Map([
  ['github.com', 'github'],
  ['gitlab.com', 'gitlab'],
  ['bitbucket.org', 'bitbucket'],
])

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The token that the environment has for a host: `GITHUB_TOKEN` for github.com, `GITHUB_COM_TOKEN` after it, and so for every host, as in the Go CLI.
 * A variable that is for one host is never sent to another.
 */
export const findHostToken = (host: string, env: Environment): string | undefined =>
  [host.replace(/\.[^.]*$/, ''), host]
    .filter((name) => name !== '')
    .map((name) => env[`${name.toUpperCase().replaceAll('.', '_')}_TOKEN`])
    .find((token) => token !== undefined && token !== '')

/** Whether a token may be sent to an address: over https, and to this machine. */
export const isSafeForTokens = (url: string): boolean => /^(https:|http:\/\/(localhost|127\.0\.0\.1)[:/])/i.test(url)

/** @returns `user:token`; without a provider the host's own one, and for hosts of other names the user of GitHub, which others take too */
export const toCredentials = (token: string, host: string, provider?: string): string =>
  `${userOfProvider.get(provider ?? providerOfHost.get(host) ?? 'github')}:${token}`

/**
 * `user:token` for an address of a remote: the token of its host, else `INGITDB_TOKEN`, which is for every host. `undefined` for an address that is not
 * https, that signs in by itself, or for which there is none: git then asks its credential helpers.
 */
export const findCredentials = (url: string, env: Environment): string | undefined => {
  const [, user, host] = /^https?:\/\/(?:([^/@]*)@)?([^/:?#]+)/i.exec(url) ?? []
  if (host === undefined || user?.includes(':') === true || !isSafeForTokens(url)) return undefined
  const token = findHostToken(host.toLowerCase(), env) ?? env.INGITDB_TOKEN
  return token === undefined || token === '' || /[\u0000-\u0020\u007f]/.test(token) ? undefined : toCredentials(token, host.toLowerCase())
}
