import { isJsonObject, type JsonObject } from '../../../domain/json.ts'
import type { Table } from '../../../domain/table/table.ts'
import { goRow, renderJson } from '../json/write-json.ts'
import { compareByColumns, compareCodePoints } from '../member-order.ts'
import { ownMember } from '../own-member.ts'
import type { FindOffset, KeyedFields, RecordFormatCodec } from '../record-format.ts'
import { collectRecords, type FileEntry, findKey } from '../shared-file.ts'
import { editIngr } from './edit-ingr.ts'
import { fieldsOf, hashOf, type IngrFile, readIngr } from './read-ingr.ts'

/** INGR files (1.0.0-RC): many records, the key of each in its `$ID`; null and an absent field are the same. */
export const ingrFormat: RecordFormatCodec = {
  read: (table, text) =>
    collectRecords(
      table,
      readEntries(table, readIngr(text)).filter((entry) => !entry.isCommented),
    ),
  createLocator: (table, text) => createIngrLocator(table, text),
  create: (table, records) => {
    const ordered = table.recordFile.type === 'list' ? records : [...records].sort((a, b) => compareCodePoints(a.key, b.key))
    // Like the Go writer of record files, without a line end after the last line.
    return writeIngr({ name: table.id, columns: columnsOf(table, records), rows: ordered.map(toRow) }).trimEnd()
  },
  edit: (table, text, edits) => {
    if (text.trim() === '') return []
    return [() => editFile(table, text, edits)]
  },
  explainLoss: (_table, name) => (isIngrColumn(name) ? undefined : `${JSON.stringify(name)} cannot be the name of a column in an INGR header`),
}

/** What a new INGR file holds. */
export interface IngrContent {
  readonly name: string
  /** `$ID` is the first of them. */
  readonly columns: readonly string[]
  readonly rows: readonly JsonObject[]
  /** Types for the header, by column. */
  readonly types?: ReadonlyMap<string, string>
  /** A line `#-` after each record, for whoever merges the file. */
  readonly isDelimited?: boolean
  /** SHA-256 of everything above it, in a last line without a line end. */
  readonly isHashed?: boolean
}

/** A new INGR file: header, one line a value, number of records. */
export const writeIngr = ({ name, columns, rows, types, isDelimited = false, isHashed = false }: IngrContent): string => {
  const heading = columns.map((column) => (types?.has(column) ? `${column}:${types.get(column)}` : column)).join(', ')
  const delimiter = isDelimited ? '#-\n' : ''
  const records = rows.map((row) => columns.map((column) => `${renderJson(ownMember(row, column) ?? null, goRow, '')}\n`).join('') + delimiter)
  const text = `# INGR.io | ${name}: ${heading}\n${records.join('')}# ${rows.length} ${rows.length === 1 ? 'record' : 'records'}\n`
  return isHashed ? `${text}# sha256:${hashOf(text)}` : text
}

/** Whether a name can stand between the commas of a header; white space around it (U+0085 is some to Go) would be cut off. */
export const isIngrColumn = (name: string): boolean => /^[^,:\s\x85](?:[^,:\n\r]*[^,:\s\x85])?$/.test(name)

const toRow = ({ key, fields }: KeyedFields): JsonObject => ({ $ID: key, ...fields })

/** `$ID`, the declared columns, then what else there is by name. */
const columnsOf = (table: Table, records: readonly KeyedFields[]): readonly string[] => {
  const names = new Set(['$ID', ...table.columnsOrder, ...records.flatMap(({ fields }) => Object.keys(fields))])
  return [...names].sort(compareByColumns(['$ID', ...table.columnsOrder]))
}

interface IngrEntry extends FileEntry {
  readonly isCommented: boolean
}

const readEntries = (table: Table, file: IngrFile): readonly IngrEntry[] => {
  const hasId = file.columns.includes('$ID')
  return file.records.map((record): IngrEntry => {
    const { isCommented, problem, first } = record
    const line = first + 1
    const value = hasId ? fieldsOf(record) : Object.fromEntries(record.fields)
    const id = hasId ? record.fields.get('$ID') : table.recordFile.type === 'list' ? findKey(table, value) : undefined
    const found = problem ?? (typeof id === 'string' && id !== '' ? undefined : { message: 'a record needs a text as its $ID', line })
    return { value, line, isCommented, ...(typeof id === 'string' ? { name: id } : {}), ...(found === undefined ? {} : { problem: found }) }
  })
}

/** A field is on the line of its column, there or not; of records with the same key the first counts, which is the one that is served. */
const createIngrLocator = (table: Table, text: string): FindOffset => {
  const file = readIngr(text)
  const entries = readEntries(table, file)
  const byKey = new Map<string, number>()
  file.records.forEach(({ first, isCommented }, index) => {
    const name = entries[index]?.name
    if (name !== undefined && !isCommented && !byKey.has(name)) byKey.set(name, first)
  })
  return (key, [name = '']) => {
    const first = byKey.get(key)
    return first === undefined ? undefined : file.lines[first + Math.max(0, file.columns.indexOf(name))]?.start
  }
}

const editFile = (table: Table, text: string, edits: ReadonlyMap<string, JsonObject | null>): string => {
  const file = readIngr(text)
  const hasId = file.columns.includes('$ID')
  const changed = new Map<number, JsonObject | null>()
  const found = new Set<string>()
  readEntries(table, file).forEach(({ name, value, problem, isCommented }, index) => {
    const fields = name === undefined || problem !== undefined || isCommented || !isJsonObject(value) ? undefined : edits.get(name)
    if (name === undefined || fields === undefined) return
    if (fields === null || !found.has(name)) changed.set(index, fields === null ? null : hasId ? { $ID: name, ...fields } : fields)
    found.add(name)
  })
  const added = [...edits].flatMap(([key, fields]) => (found.has(key) || fields === null ? [] : [hasId ? { $ID: key, ...fields } : fields]))
  return editIngr(text, file, { changed, added, isSorted: hasId && table.recordFile.type === 'dictionary' })
}
