import type { FoundRecord } from '../event-sourcing/event-store.ts'
import { parseRecordKey } from '../record/record-key.ts'
import type { FileProblem, RecordCodec, SchemaValidator } from '../table/codecs.ts'
import { createTableFinder } from '../table/find-table-of-path.ts'
import { definitionDirectoryOf } from '../table/record-path.ts'
import { type Catalogue, findTable } from '../table/table.ts'
import { checkDatabase } from '../validation/check-database.ts'
import type { TableContents } from '../validation/whole-database.ts'
import type { ProposedTable } from './propose-tables.ts'

/** Why a table that is proposed would not hold: what would be wrong with it as soon as it existed. */
export interface Misfit {
  readonly table: string
  readonly file: string
  readonly message: string
}

export interface ProposedFiles {
  /** Every file that there is, relative to the database, whether the proposal speaks of it or not. */
  readonly paths: readonly string[]
  readFile(path: string): Uint8Array
  readonly codec: Pick<RecordCodec, 'read' | 'excludes'>
  readonly validateSchema: SchemaValidator
}

/**
 * Holds proposed definitions against all files, with what reads and validates records once they exist: for each table that would not be valid, or would not have
 * the records that it is proposed for, the first reason.
 *
 * @param catalogue  the proposed definitions as they are read back, and those that exist
 */
export const findMisfits = (catalogue: Catalogue, proposed: readonly ProposedTable[], files: ProposedFiles): readonly Misfit[] => {
  // A definition that cannot be used takes its table out of the catalogue.
  const tables = readProposed(catalogue, proposed, files).filter(({ table }) => findTable(catalogue, table) !== undefined)
  const whole = { catalogue, tables, files: new Map(files.paths.map((path) => [path, ''])) }
  const faults = checkDatabase(whole, files.validateSchema, 'all').filter(({ severity }) => severity === 'error')
  return proposed.flatMap(({ table: proposal, records, paths }): readonly Misfit[] => {
    const { id } = proposal
    const definition = `${definitionDirectoryOf(proposal)}/`
    const fault = faults.find(({ table, file }) => table === id || file?.startsWith(definition))
    if (fault !== undefined) return [{ table: id, file: fault.file ?? paths[0] ?? '', message: fault.message }]
    const found = tables.find(({ table }) => table === id)?.records.length ?? 0
    if (found === records) return []
    return [{ table: id, file: paths[0] ?? '', message: `${found} of ${records} records would be found` }]
  })
}

/** What the proposed tables would hold. */
const readProposed = (
  catalogue: Catalogue,
  proposed: readonly ProposedTable[],
  { paths, readFile, codec }: ProposedFiles,
): readonly TableContents[] => {
  const contents = new Map(
    proposed.map(({ table }) => [table.id, { records: [] as FoundRecord[], problems: [] as (FileProblem & { path: string })[] }]),
  )
  const findOwner = createTableFinder(catalogue, codec.excludes)
  for (const path of paths) {
    const owner = findOwner(path)
    const into = owner && contents.get(owner.table.id)
    if (into === undefined || owner === undefined) continue
    const { records, problems } = codec.read(owner.table, readFile(path), owner.key)
    into.problems.push(...problems.map((problem) => ({ ...problem, path })))
    for (const { key: text, fields, line } of records) {
      const key = parseRecordKey(text)
      if (key === undefined) into.problems.push({ path, message: `${JSON.stringify(text)} cannot be a key` })
      else into.records.push({ key, fields, revision: '', path, line })
    }
  }
  return [...contents].map(([table, each]) => ({ type: 'TableRead', table, ...each }))
}
