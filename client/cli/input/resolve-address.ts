import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../errors.ts'
import { parseRemote } from './parse-remote.ts'

/** An address of a repository as it is stored: a path that starts with a dot is made absolute, since git would look for it from the top of the work tree. */
export const resolveAddress = (cwd: string, text: string): string => (/^\.{1,2}([/\\]|$)/.test(text) ? resolve(cwd, text) : text)

/** Where to clone from: an address as git takes it, a path from the current folder, or `github.com/owner/repo[@ref]` and its like. */
export const resolveCloneAddress = (cwd: string, text: string): { readonly url: string; readonly ref?: string } => {
  if (text !== '' && !text.startsWith('-') && existsSync(resolve(cwd, text))) return { url: resolve(cwd, text) }
  if (/^([a-z][a-z0-9+.-]*::?\/?\/?|[^/]*:)/i.test(text) && !/^[\w.-]+:\d+\//.test(text)) return { url: text }
  if (/^[a-z0-9][\w.-]*(:\d+)?\/[^/]+\/[^/]/i.test(text) || /^(github|gitlab|bitbucket)\//.test(text)) return parseRemote(text)
  return { url: resolveAddress(cwd, text) }
}

/** The folder that a clone goes to when none is named: the last part of the address, as git takes it. */
export const nameOfClone = (url: string, isBare: boolean): string => {
  const name = /([^/\\:]+?)(?:\.git)?(?:[/\\]\.git)?[/\\]*$/.exec(url)?.[1] ?? ''
  if (name === '' || name === '.' || name === '..' || name.startsWith('-')) throw new UsageError('say into which folder: ingitdb clone URL DIR')
  return isBare ? `${name}.git` : name
}
