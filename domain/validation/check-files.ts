import { findKeyWarnings } from '../record/key-warnings.ts'
import { ownKey, sharesFile } from '../record/record-key.ts'
import { createTableFinder } from '../table/find-table-of-path.ts'
import { definitionDirectoryOf, type Nesting, recordsDirectory } from '../table/record-path.ts'
import type { Catalogue, Table } from '../table/table.ts'
import type { Finding } from './finding.ts'
import type { TableContents } from './whole-database.ts'

/**
 * Files among the records that are nobody's record: they are in nobody's way, but somebody may think that they count. Hidden files and those
 * that `exclude_regex` leaves out are meant so; a table that cannot be read leaves its records unexplained, and its definition is the finding.
 */
export const findStrayFiles = (catalogue: Catalogue, paths: Iterable<string>): readonly Finding[] => {
  const ownerOf = createTableFinder(catalogue, () => false)
  const known = new Set(catalogue.tables.map(({ directory }) => directory))
  const findings: Finding[] = []
  for (const path of paths) {
    const directory = tableDirectoryOf(path)
    if (directory === undefined || !known.has(directory) || isHidden(path) || ownerOf(path) !== undefined) continue
    findings.push({ severity: 'warning', code: 'stray-file', message: 'no table takes this file for a record', file: path })
  }
  return findings
}

/** Subcollections with records in both of the places that the Go tools have them: each of those tools sees only one. The first file in either place stands for them. */
export const findMixedLayouts = (catalogue: Catalogue, paths: Iterable<string>): readonly Finding[] => {
  const subcollections = catalogue.tables.filter(({ parent }) => parent !== undefined)
  if (subcollections.length === 0) return []
  const ownerOf = createTableFinder({ ...catalogue, tables: subcollections }, () => false)
  const places = new Map<Table, Map<Nesting, string>>()
  for (const path of paths) {
    const owner = ownerOf(path)
    if (owner?.nesting === undefined) continue
    const found = places.get(owner.table) ?? new Map<Nesting, string>()
    if (!found.has(owner.nesting)) found.set(owner.nesting, path)
    places.set(owner.table, found)
  }
  return [...places].flatMap(([{ id: table }, found]): readonly Finding[] => {
    const [first, second] = [...found.values()]
    if (first === undefined || second === undefined) return []
    const message = `records of ${table} lie in two kinds of places, here and as in ${second}: other tools see only one of them`
    return [{ severity: 'warning', code: 'mixed-layout', message, file: first, table }]
  })
}

/** What stands before the directory of records in a path; `undefined` when there is none in it. */
const tableDirectoryOf = (path: string): string | undefined => {
  if (path.startsWith(`${recordsDirectory}/`)) return ''
  const at = path.indexOf(`/${recordsDirectory}/`)
  return at === -1 ? undefined : path.slice(0, at)
}

const isHidden = (path: string): boolean => path.startsWith('.') || path.includes('/.')

const definitionEnd = '/.collection/definition.yaml'

/** Definitions in directories that no `root-collections.yaml` lists: tables that somebody has made and nobody sees. */
export const findUnlistedTables = ({ tables, problems }: Catalogue, paths: Iterable<string>): readonly Finding[] => {
  const known = new Set([...tables.map(definitionDirectoryOf), ...problems.map(({ file }) => file.slice(0, file.lastIndexOf('/')))])
  const findings: Finding[] = []
  for (const path of paths) {
    if (!path.endsWith(definitionEnd) || tableDirectoryOf(path) !== undefined || known.has(path.slice(0, path.lastIndexOf('/')))) continue
    findings.push({ severity: 'warning', code: 'unlisted-table', message: 'no root-collections.yaml lists this table', file: path })
  }
  return findings
}

/** Keys that are one on some systems, and keys that make no file name on Windows: a checkout there fails or loses a record. For tables with a file a record. */
export const findUnwiseKeys = (table: Table, { records }: TableContents): readonly Finding[] => {
  if (sharesFile(table)) return []
  const first = new Map<string, string>()
  const findings: Finding[] = []
  for (const { key, path } of records) {
    const warn = (code: string, message: string) => findings.push({ severity: 'warning', code, message, file: path, table: table.id, key })
    for (const why of findKeyWarnings(ownKey(key))) warn('windows-name', `the key ${why}`)
    const folded = key.normalize('NFC').toLowerCase()
    const other = first.get(folded)
    if (other === undefined) first.set(folded, key)
    else
      warn(
        'similar-keys',
        `the key differs from ${JSON.stringify(other)} only in case or in how its letters are composed: some systems hold only one of them`,
      )
  }
  return findings
}
