import { parseTableId, type TableId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import { noRules, type RecordFile, type Table } from '../table/table.ts'
import type { Candidate, LeftOut } from './candidate.ts'
import { chooseKey, keyText, scalarText } from './choose-key.ts'
import { findReference, type ReferenceTarget } from './find-references.ts'
import { groupFiles, type TableFiles } from './group-files.ts'
import { fieldNames, type InferredColumn, inferColumn } from './infer-column.ts'

/** A table as it would be defined over files that are there, with the reason for everything about it. */
export interface ProposedTable {
  readonly table: Table
  /** Record files, relative to the database. */
  readonly paths: readonly string[]
  readonly records: number
  readonly keyEvidence: string
  /** By column, in the order of the table's columns. */
  readonly columns: readonly ProposedColumn[]
}

export interface ProposedColumn extends InferredColumn {
  /** What speaks for its foreign key, or against one that its name suggests. */
  readonly reference?: string
}

export interface Proposal {
  /** Sorted by id. */
  readonly tables: readonly ProposedTable[]
  readonly leftOut: readonly LeftOut[]
}

/**
 * Proposes tables over files that are there: which files belong together, what names their records, what each field holds and what it refers to. Everything is
 * judged by all records, so that none of them breaks the definition proposed for it. Nothing is moved: definitions say where the files are.
 *
 * @param name   what the folder is called: the name of a table that lies directly in it
 * @param taken  ids of tables that exist
 * @param others files that hold no records but may be called as if they did: a README beside Markdown records, a broken file
 */
export const proposeTables = (
  candidates: readonly Candidate[],
  name: string,
  { taken = [], others = [] }: { readonly taken?: readonly string[]; readonly others?: readonly string[] } = {},
): Proposal => {
  const grouping = groupFiles(candidates, others)
  const leftOut = [...grouping.leftOut]
  const drafts: Draft[] = []
  const ids = new Set(taken.map((id) => id.toLowerCase()))
  for (const files of [...grouping.tables].sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1))) {
    const id = chooseId(files, name, ids)
    const draft = draftTable(files, id)
    if (draft === undefined) leftOut.push(...files.paths.map((path) => ({ path, why: 'has no column, and no two, that name every row differently' })))
    else {
      ids.add(id.toLowerCase())
      drafts.push(draft)
    }
  }
  const targets = drafts.map(({ id, records }): ReferenceTarget => ({ id, keys: new Set(records.map(({ key }) => key)) }))
  const isAlone = (directory: string): boolean => directory !== '' && drafts.filter(({ files }) => files.directory === directory).length === 1
  const tables = drafts.map((draft) => completeTable(draft, targets, isAlone(draft.files.directory)))
  return { tables: tables.sort((a, b) => (a.table.id < b.table.id ? -1 : 1)), leftOut: leftOut.sort((a, b) => (a.path < b.path ? -1 : 1)) }
}

interface Draft {
  readonly id: TableId
  readonly files: TableFiles
  readonly records: readonly { readonly key: string; readonly fields: JsonObject }[]
  readonly primaryKey: readonly string[]
  readonly keyEvidence: string
}

const pathOf = ({ directory, recordFile }: TableFiles): string => `${directory}/${recordFile.name}`

/** The name of the file or directory; where that is taken, with the directories above before it; at last with a number. */
const chooseId = ({ name, directory }: TableFiles, folder: string, taken: ReadonlySet<string>): TableId => {
  const stem = name === '' ? folder : name
  const above = directory.split('/').filter((part) => part !== '' && part !== stem)
  const candidates = [stem, ...above.map((_, index) => [...above.slice(-1 - index), stem].join('_'))]
  for (let number = 2; number <= taken.size + 2; number++) candidates.push(`${stem}_${number}`)
  const ids = candidates.map((text) => parseTableId(text.replaceAll(/[^A-Za-z0-9_]+/g, '_').replaceAll(/^_+|_+$/g, '')) ?? parseTableId('table'))
  const id = ids.find((each) => each !== undefined && !taken.has(each.toLowerCase()))
  if (id === undefined) throw new Error(`no id is left for ${name}`)
  return id
}

const draftTable = (files: TableFiles, id: TableId): Draft | undefined => {
  if (files.recordFile.type !== 'list') {
    const keyEvidence = files.recordFile.type === 'single' ? `${files.paths.length} file names` : 'the names in the file'
    return { id, files, keyEvidence, primaryKey: [], records: files.records.map(({ key = '', fields }) => ({ key, fields })) }
  }
  const rows = files.records.map(({ fields }) => fields)
  const key = chooseKey(rows, files.header ?? fieldNames(rows), id)
  if (key === undefined) return undefined
  const records = rows.map((fields) => ({ key: key.columns.map((column) => keyText(fields, column)).join('\u001f'), fields }))
  return { id, files, records, primaryKey: key.columns, keyEvidence: key.evidence }
}

/** @param isAlone  whether the directory is this table's own, so that its definition can lie in it */
const completeTable = (
  { id, files, records, primaryKey, keyEvidence }: Draft,
  targets: readonly ReferenceTarget[],
  isAlone: boolean,
): ProposedTable => {
  const rows = records.map(({ fields }) => fields)
  const names = (files.header ?? fieldNames(rows)).filter((name) => !(name.startsWith('$') && name !== '$ID'))
  const columns = names.map((name): ProposedColumn => {
    const inferred = inferColumn(
      name,
      rows.map((row) => (Object.hasOwn(row, name) ? row[name] : undefined)),
      files.header !== undefined,
    )
    if (name === '$ID') return { ...inferred, column: { ...inferred.column, type: 'string' } } // the key as text, however it looks
    return primaryKey.includes(name) && primaryKey.length === 1 ? inferred : addReference(inferred, rows, targets)
  })
  const keyField = primaryKey.length === 0 ? findKeyField(records, names) : undefined
  const table: Table = {
    id,
    directory: files.directory,
    ...(isAlone ? {} : { definitionDirectory: `${files.directory === '' ? '' : `${files.directory}/`}.collections/${id}` }),
    ...(files.recordFile.type === 'single' ? { recordsDirectory: '' } : {}),
    recordFile: withoutStrays(files),
    columns: columns.map(({ column }) => column),
    columnsOrder: names,
    primaryKey,
    rules: { ...noRules, ...(keyField === undefined ? {} : { keyField }) },
    fingerprint: '',
  }
  return { table, paths: files.paths, records: records.length, keyEvidence, columns }
}

const addReference = (inferred: InferredColumn, rows: readonly JsonObject[], targets: readonly ReferenceTarget[]): ProposedColumn => {
  const { column } = inferred
  const isFit = ['string', 'int', '[]string', '[]int'].includes(column.type)
  const found = isFit ? findReference(column.name, rows, targets) : undefined
  if (found === undefined) return inferred
  if ('isBroken' in found) return { ...inferred, reference: `no reference to ${found.target}: ${found.evidence}` }
  return { ...inferred, column: { ...column, foreignKey: found.target }, reference: `refers to ${found.target}: ${found.evidence}` }
}

/** The field that repeats the key in every record. */
const findKeyField = (records: Draft['records'], names: readonly string[]): string | undefined =>
  records.length < 2 ? undefined : names.find((name) => records.every(({ key, fields }) => scalarText(fields[name]) === key))

const withoutStrays = ({ recordFile, strays }: TableFiles): RecordFile => {
  if (strays.length === 0) return recordFile
  const names = strays.map((path) => path.slice(path.lastIndexOf('/') + 1).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return { ...recordFile, excludeRegex: `^(${[...new Set(names)].sort().join('|')})$` }
}
