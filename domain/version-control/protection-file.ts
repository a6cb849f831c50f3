import type { Failure } from '../failure.ts'
import { parseBranchName } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Protection } from './protection.ts'

/** Version of the form below; a file of another one is not understood, and what is not understood protects. */
const version = 1

/** The protections of a repository as text: JSON, sorted by branch, one member a line, so that two versions can be compared. */
export const formatProtections = (protections: readonly Protection[]): string => {
  const sorted = [...protections].sort((a, b) => (a.branch < b.branch ? -1 : 1))
  return `${JSON.stringify({ version, protections: sorted }, undefined, 2)}\n`
}

/**
 * The opposite of `formatProtections`.
 * @param file  how the failure names the place
 * @returns `invalid-database` for anything else: somebody has written there, and which branches are protected cannot be told
 */
export const parseProtections = (text: string, file: string): Result<readonly Protection[]> => {
  const content = parseText(text)
  if (!isMap(content) || !Array.isArray(content.protections)) return fail(unreadableProtections(file, 'it is no list of protected branches'))
  if (content.version !== version)
    return fail(unreadableProtections(file, `it has version ${String(content.version)}, which this program does not know`))
  const entries: readonly unknown[] = content.protections
  const protections = entries.map(parseProtection)
  const good = protections.filter((protection) => protection !== undefined)
  return good.length === protections.length ? ok(good) : fail(unreadableProtections(file, 'an entry is no protection of a branch'))
}

const parseText = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)

const parseProtection = (entry: unknown): Protection | undefined => {
  if (!isMap(entry) || !isMap(entry.by)) return undefined
  const { branch: name, reason, frozen, until, since } = entry
  const { name: person, email } = entry.by
  const branch = typeof name === 'string' ? parseBranchName(name) : undefined
  if (branch === undefined || typeof reason !== 'string' || typeof frozen !== 'boolean' || !isTime(since)) return undefined
  if (typeof person !== 'string' || typeof email !== 'string' || (until !== undefined && !isTime(until))) return undefined
  return { branch, reason, frozen, ...(until !== undefined && { until }), by: { name: person, email }, since }
}

const isTime = (value: unknown): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value))

/** Nobody can tell which branches are protected, and why. */
export const unreadableProtections = (file: string, why: string): Failure => ({
  kind: 'invalid-database',
  issues: [
    {
      rule: 'protections',
      message: `which branches are protected cannot be read: ${why}; "git update-ref -d ${file}" takes all protections away`,
      file,
    },
  ],
})
