import { findTable } from '../table/table.ts'
import type { Finding } from './finding.ts'
import type { WholeDatabase } from './whole-database.ts'

/** A database at one commit, with everything that is wrong with it. */
export interface CheckedDatabase {
  readonly whole: WholeDatabase
  readonly findings: readonly Finding[]
}

/**
 * The findings that have to do with what changed between two states of a database: those in records, files and tables that changed, and those
 * that were not there before, such as a foreign key that leads to a record since deleted. Old ones in what nobody touched are left out.
 */
export const selectNew = (before: CheckedDatabase, after: CheckedDatabase): readonly Finding[] => {
  const known = new Set(before.findings.map(identify))
  const [revisionsBefore, revisionsAfter] = [readRevisions(before), readRevisions(after)]
  const isTouched = ({ table, key, file }: Finding): boolean => {
    if (table !== undefined && findTable(before.whole.catalogue, table)?.fingerprint !== findTable(after.whole.catalogue, table)?.fingerprint)
      return true
    const record = key === undefined ? undefined : `${table}/${key}`
    const revision = record && revisionsAfter.get(record)
    if (record !== undefined && revision !== undefined) return revisionsBefore.get(record) !== revision
    return file !== undefined && before.whole.files.get(file) !== after.whole.files.get(file)
  }
  return after.findings.filter((finding) => !known.has(identify(finding)) || isTouched(finding))
}

/** Lines are left out: they shift when something above is edited. */
const identify = ({ code, message, file, table, key, field }: Finding): string => JSON.stringify([code, message, file, table, key, field])

const readRevisions = ({ whole }: CheckedDatabase): ReadonlyMap<string, string> =>
  new Map(whole.tables.flatMap(({ table, records }) => records.map(({ key, revision }) => [`${table}/${key}`, revision] as const)))
