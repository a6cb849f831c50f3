import { parseBranchName } from '../ids.ts'

/** Longest address that is taken, in characters. */
const addressLengthMax = 2_000
/** Names of users are shorter; tokens, which some hosts take in the place of one, are longer. */
const userLengthMax = 19

/** @returns whether `refs/remotes/<name>/…` can be: the rules of branches hold */
export const isRemoteName = (name: string): boolean => parseBranchName(name) !== undefined

/**
 * Why an address is not taken for a remote; `undefined` when it is. Taken are https, http, ssh and file addresses, `[user@]host:path`, and paths of folders.
 * Refused is what else git would take, above all what starts a program (`ext::…`) or reads as an option; and addresses with a password, because they
 * would be written to a file that everybody copies.
 */
export const refuseAddress = (text: string): string | undefined => {
  if (text === '' || text.length > addressLengthMax) return `an address has between 1 and ${addressLengthMax.toLocaleString('en')} characters`
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'it holds control characters'
  if (text.startsWith('-')) return 'it reads as an option'
  if (/^[a-z][a-z0-9+.-]*::/i.test(text)) return 'it names a program to run; https, http, ssh, file and paths are taken'
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? []
  if (scheme !== undefined) return refuseUrl(scheme.toLowerCase(), rest)
  const [, user, host] = /^(?:([^/:@]*)@)?([^/:@]*):/.exec(text) ?? []
  return user?.startsWith('-') === true || host?.startsWith('-') === true ? 'its host or user reads as an option' : undefined
}

const refuseUrl = (scheme: string, rest: string): string | undefined => {
  if (!['https', 'http', 'ssh', 'file'].includes(scheme)) return `${scheme} is not spoken here; https, http, ssh, file and paths are`
  const slash = rest.indexOf('/')
  if (slash === -1 || (slash === 0 && scheme !== 'file')) return 'it names no repository: a host and a path are needed'
  const authority = rest.slice(0, slash)
  const at = authority.lastIndexOf('@')
  const [user, host] = [at === -1 ? '' : authority.slice(0, at), authority.slice(at + 1)]
  if (user.startsWith('-') || host.startsWith('-')) return 'its host or user reads as an option'
  const isSecret = user.includes(':') || (scheme.startsWith('http') && user.length > userLengthMax)
  return isSecret ? 'a password or token does not belong into an address: set INGITDB_TOKEN, or let a credential helper of git keep it' : undefined
}

/** An address, or a text with addresses in it, without what may be a secret: who signs in over http, and every password. */
export const redactAddresses = (text: string): string =>
  text.replaceAll(/\b(https?:\/\/)[^\s/@]*@/gi, '$1…@').replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]*@/gi, '$1:…@')
