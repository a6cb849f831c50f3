import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hasCode } from '../read-ref.ts'

/** How the last pushes to a mirror went; times as RFC 3339. */
export interface MirrorAttempt {
  readonly pushedAt?: string
  readonly failedAt?: string
  readonly error?: string
}

const fileOf = (commonDirectory: string): string => join(commonDirectory, 'ingitdb', 'mirrors.json')

/** By name of the remote. A file that is missing or damaged says nothing: git itself knows what was pushed. */
export const readMirrorStates = (commonDirectory: string): ReadonlyMap<string, MirrorAttempt> => {
  try {
    const read: unknown = JSON.parse(readFileSync(fileOf(commonDirectory), 'utf8'))
    return new Map(typeof read === 'object' && read !== null ? Object.entries(read).map(([name, attempt]) => [name, parseAttempt(attempt)]) : [])
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, ['ENOENT', 'ENOTDIR', 'EACCES'])) return new Map()
    throw error
  }
}

/** Writers of several processes may overwrite one another: what is lost is when one of them pushed. */
export const writeMirrorState = (commonDirectory: string, name: string, attempt: MirrorAttempt | undefined): void => {
  const file = fileOf(commonDirectory)
  const states = new Map(readMirrorStates(commonDirectory))
  if (attempt === undefined) states.delete(name)
  else states.set(name, attempt)
  mkdirSync(dirname(file), { recursive: true })
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify(Object.fromEntries(states), null, 2)}\n`)
  renameSync(temporary, file)
}

const parseAttempt = (value: unknown): MirrorAttempt => {
  const read = (name: keyof MirrorAttempt): string | undefined => {
    const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
    return typeof found === 'string' ? found : undefined
  }
  const [pushedAt, failedAt, error] = [read('pushedAt'), read('failedAt'), read('error')]
  return { ...(pushedAt !== undefined && { pushedAt }), ...(failedAt !== undefined && { failedAt }), ...(error !== undefined && { error }) }
}
