import { isJsonObject, type Json } from '../../domain/json.ts'
import type { FileProblem } from '../../domain/table/codecs.ts'
import type { CommitTarget } from './commit-target.ts'
import type { NewVersion } from './write-record.ts'

/** Where something unreadable is: a file, or one record in it. */
export interface QuarantinePlace {
  readonly table: string
  readonly path: string
  readonly key: string | undefined
  /** Tells several problems of one file apart that no key can be named for. */
  readonly line?: number | undefined
}

/** Quarantine entries are versions of their own pseudo-table, so that they follow lanes and time travel like records do. */
export const entryKey = ({ table, path, key, line }: QuarantinePlace): string =>
  (key === undefined ? [table, 'file', path, line ?? ''] : [table, 'record', key]).join('\u0000')

/** Puts a file or record into quarantine, or takes it out again when there is no problem any more. */
export const quarantineRecord = (target: CommitTarget, place: QuarantinePlace, problem: FileProblem | undefined): void => {
  if (problem === undefined && !target.hasQuarantine) return
  target.quarantine.write(target.place, entryKey(place), problem && entryVersion(place, problem))
}

/** Takes a record out of quarantine because it was written anew. */
export const releaseRecord = (target: CommitTarget, { table, key }: { readonly table: string; readonly key: string }): void =>
  quarantineRecord(target, { table, path: '', key }, undefined)

/** The quarantine of a table holds exactly these problems from this commit on. */
export const replaceQuarantine = (target: CommitTarget, table: string, problems: readonly (FileProblem & { readonly path: string })[]): void => {
  if (problems.length === 0 && !target.hasQuarantine) return
  const wanted = new Map(
    problems.map((problem) => {
      const place = { table, path: problem.path, key: problem.key, line: problem.line }
      return [entryKey(place), entryVersion(place, problem)] as const
    }),
  )
  for (const key of target.visibleQuarantine()) {
    if (key.startsWith(`${table}\u0000`) && !wanted.has(key)) target.quarantine.write(target.place, key, undefined)
  }
  for (const [key, version] of wanted) target.quarantine.write(target.place, key, version)
}

/** As `replaceQuarantine`, for some records and files of a table. */
export const replaceQuarantineOf = (
  target: CommitTarget,
  { table, keys, paths }: { readonly table: string; readonly keys: readonly string[]; readonly paths: readonly string[] },
  problems: readonly (FileProblem & { readonly path: string })[],
): void => {
  if (problems.length === 0 && !target.hasQuarantine) return
  const starts = paths.map((path) => [table, 'file', path, ''].join('\u0000'))
  const records = new Set(keys.map((key) => entryKey({ table, path: '', key })))
  const wanted = new Map(
    problems.map((problem) => [
      entryKey({ table, path: problem.path, key: problem.key, line: problem.line }),
      entryVersion({ table, path: problem.path, key: problem.key, line: problem.line }, problem),
    ]),
  )
  for (const key of target.visibleQuarantine())
    if (!wanted.has(key) && (records.has(key) || starts.some((start) => key.startsWith(start)))) target.quarantine.write(target.place, key, undefined)
  for (const [key, version] of wanted) target.quarantine.write(target.place, key, version)
}

const entryVersion = (place: QuarantinePlace, problem: FileProblem): NewVersion => {
  const fields: Json = {
    table: place.table,
    path: place.path,
    ...(place.key === undefined ? {} : { key: place.key }),
    ...(problem.line === undefined ? {} : { line: problem.line }),
    message: problem.message,
  }
  if (!isJsonObject(fields)) throw new Error('unreachable')
  return { text: JSON.stringify(fields), fields, revision: '' }
}
