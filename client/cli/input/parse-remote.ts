import { UsageError } from '../errors.ts'

/** A repository somewhere else. */
export interface RemoteAddress {
  /** What git is given: https, http, ssh or file, without a password. */
  readonly url: string
  /** Empty for file addresses. */
  readonly host: string
  /** Branch, tag or full commit id. */
  readonly ref?: string
}

/**
 * Reads `github.com/owner/repo[@ref]`, where `github`, `gitlab` and `bitbucket` are short for their hosts, `https://…`, `ssh://…`, `git@host:path` and `file://…`.
 * The ref follows the last `@` of the path; an `@` that belongs to a path is written `%40`. Everything else that git would take as a place is
 * refused, above all what starts a program (`ext::`) or reads as an option.
 */
export const parseRemote = (text: string): RemoteAddress => {
  if (/[\u0000-\u0020\u007f]/.test(text)) throw refuse(text, 'it holds blanks or control characters')
  if (text.startsWith('-') || /^[a-z][a-z0-9+.-]*::/i.test(text)) throw refuse(text, usual)
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? []
  if (scheme !== undefined) return parseUrl(text, scheme.toLowerCase(), rest)
  const [, user, host, path = ''] = /^([\w.-]+)@([\w.-]+):(.+)$/.exec(text) ?? []
  if (user !== undefined && host !== undefined) return address(text, { start: `ssh://${user}@${host}/`, host, path: path.replace(/^\/+/, '') })
  const [, name = '', bare = ''] = /^([a-z0-9][\w.-]*(?::\d+)?)\/(.+)$/i.exec(text) ?? []
  const known = aliases.get(name) ?? name
  if (!known.includes('.') || !bare.replace(/@.*$/s, '').includes('/')) throw refuse(text, usual)
  return address(text, { start: `https://${known}/`, host: known, path: bare })
}

const usual = 'say github.com/OWNER/REPO[@REF], or an https, ssh or file address'

const aliases = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
  ['bitbucket', 'bitbucket.org'],
])

const parseUrl = (text: string, scheme: string, rest: string): RemoteAddress => {
  if (!['https', 'http', 'ssh', 'file'].includes(scheme)) throw refuse(text, `${scheme} is not spoken here; https, http, ssh and file are`)
  const slash = rest.indexOf('/')
  if (slash === -1) throw refuse(text, usual)
  const [authority, path] = [rest.slice(0, slash), rest.slice(slash + 1)]
  if (scheme === 'file') {
    if (authority !== '' && authority !== 'localhost') throw refuse(text, 'a file address has three slashes: file:///path')
    return address(text, { start: 'file:///', host: '', path })
  }
  const [, user, host = ''] = /^(?:([^@]*)@)?([\w.-]+(?::\d+)?|\[[0-9a-f:]+\](?::\d+)?)$/i.exec(authority) ?? []
  if (host === '' || host.startsWith('-') || user?.startsWith('-') === true) throw refuse(hidePassword(text), usual)
  if (user?.includes(':') === true || (user !== undefined && scheme !== 'ssh'))
    throw refuse(hidePassword(text), 'a password or token does not belong into an address: use --token or the environment')
  return address(text, { start: `${scheme}://${authority}/`, host, path })
}

interface Parts {
  /** The address up to its path. */
  readonly start: string
  readonly host: string
  readonly path: string
}

const address = (text: string, { start, host, path }: Parts): RemoteAddress => {
  const at = path.lastIndexOf('@')
  const [place, ref] = at === -1 ? [path, undefined] : [path.slice(0, at), path.slice(at + 1)]
  if (host.startsWith('-') || place.replace(/\/+$/, '') === '' || place.startsWith('-')) throw refuse(text, usual)
  if (ref !== undefined && !isRef(ref)) throw refuse(text, `"${ref}" is no branch, tag or commit`)
  return { url: `${start}${place.replace(/\/+$/, '')}`, host: host.replace(/:\d+$/, ''), ...(ref !== undefined && { ref }) }
}

/** The rules of git-check-ref-format(1), a little stricter. */
export const isRef = (ref: string): boolean => /^[\p{L}\p{N}_][\p{L}\p{N}_./+#-]*$/u.test(ref) && !/\.\.|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(ref)

const hidePassword = (text: string): string => text.replace(/\/\/[^@]*@/, '//…@')

const refuse = (text: string, why: string): UsageError => new UsageError(`--remote ${JSON.stringify(text)} is no address of a repository: ${why}`)
