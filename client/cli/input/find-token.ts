import type { RemoteAddress } from './parse-remote.ts'

/**
 * The token for a host: the one given, else `GITHUB_TOKEN` for github.com, `GITHUB_COM_TOKEN` after it, and so for every host, as in the Go CLI.
 * A variable that the environment has for one host is never sent to another.
 */
export const findToken = (
  { host }: RemoteAddress,
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined => {
  const names = [host.replace(/\.[^.]*$/, ''), host].filter((name) => name !== '').map((name) => `${name.toUpperCase().replaceAll('.', '_')}_TOKEN`)
  return [given, ...names.map((name) => env[name])].find((token) => token !== undefined && token !== '')
}
