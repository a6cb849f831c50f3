import { createHmac, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { hasCode } from '../read-ref.ts'

/**
 * What stands in a repository's configuration for a mirror that its user has asked for: proof that it was this user, for this repository and this address. A
 * repository that came from elsewhere may say what it likes in there; without the proof nothing is sent anywhere, and no program or token of the user's is used.
 */
export const proveMirror = (commonDirectory: string, urls: readonly string[]): string =>
  createHmac('sha256', readKey())
    .update([commonDirectory, ...urls].join('\0'))
    .digest('hex')

const keyLength = 64

/** A key of this user on this machine, made when it is first needed. */
const readKey = (): string => {
  const file = join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'ingitdb', 'mirror-key')
  const known = readExisting(file)
  if (known !== undefined) return known
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  try {
    writeFileSync(file, randomBytes(keyLength / 2).toString('hex'), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!hasCode(error, ['EEXIST'])) throw error
  }
  const made = readExisting(file)
  if (made === undefined) throw new Error(`${file} holds no key: remove it, and a new one is made`)
  return made
}

const readExisting = (file: string): string | undefined => {
  try {
    const text = readFileSync(file, 'utf8').trim()
    return text.length === keyLength ? text : undefined
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'ENOTDIR'])) return undefined
    throw error
  }
}
