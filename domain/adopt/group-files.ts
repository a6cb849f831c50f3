import { isJsonObject, type JsonObject } from '../json.ts'
import { explainRecordKey } from '../record/record-key.ts'
import type { RecordFile } from '../table/table.ts'
import type { Candidate, LeftOut } from './candidate.ts'
import { scalarText } from './choose-key.ts'

/** Files that hold the records of one table. */
export interface TableFiles {
  /** What the table would be called, not made fit for an id yet, and the directory that tells it from others of that name. */
  readonly name: string
  readonly directory: string
  readonly recordFile: RecordFile
  /** Records with their keys; rows of a list do not have one yet. */
  readonly records: readonly { readonly key?: string; readonly fields: JsonObject }[]
  /** Header of a CSV file: its values are texts. */
  readonly header?: readonly string[]
  readonly paths: readonly string[]
  /** Files beside the records that are something else. */
  readonly strays: readonly string[]
}

export interface Grouping {
  readonly tables: readonly TableFiles[]
  readonly leftOut: readonly LeftOut[]
}

/**
 * Sorts files into tables: a list or a map of maps is a table by itself; several maps of one kind in a directory, or one of the same name in each of several
 * directories, are the records of one. What belongs to nothing is left out, with the reason.
 *
 * @param others  files that hold no records, whatever they are called
 */
export const groupFiles = (candidates: readonly Candidate[], others: readonly string[] = []): Grouping => {
  const tables: TableFiles[] = []
  const leftOut: LeftOut[] = []
  const lists = candidates.filter(({ contents }) => contents.shape === 'rows').map(({ path }) => path)
  const noRecords = [...others, ...lists]
  const othersInNests = new Set(noRecords.map(nestOf))
  const othersBeside = new Map(groupBy(noRecords, groupOf).map((paths) => [groupOf(paths[0] ?? ''), paths]))
  for (const candidate of candidates) {
    const list = candidate.contents.shape === 'rows' ? listTable(candidate) : undefined
    if (list !== undefined && 'why' in list) leftOut.push(list)
    else if (list !== undefined) tables.push(list)
  }
  let maps = candidates.filter(({ contents }) => contents.shape === 'map')
  const take = (found: TableFiles | undefined): boolean => {
    if (found === undefined) return false
    tables.push(found)
    const taken = new Set([...found.paths, ...found.strays])
    maps = maps.filter(({ path }) => !taken.has(path))
    leftOut.push(
      ...found.strays.map((path) => ({
        path,
        why: `is no record like the ${found.paths.length} beside it: other fields, or another key than its name says`,
      })),
    )
    return true
  }
  for (const group of groupBy(maps, ({ path }) => groupOf(path))) take(directoryTable(group))
  for (const map of maps) take(dictionaryTable(map))
  for (const group of groupBy(maps, ({ path }) => nestOf(path))) if (!othersInNests.has(nestOf(group[0]?.path ?? ''))) take(nestedTable(group))
  leftOut.push(...maps.map(({ path }) => ({ path, why: 'is one map by itself: neither a list, nor a map of records, nor one of several alike' })))
  const sorted = tables.map((table) => withOthers(table, othersBeside))
  return { tables: sorted, leftOut: leftOut.sort((a, b) => (a.path < b.path ? -1 : 1)) }
}

const listTable = ({ path, format, contents }: Candidate): TableFiles | LeftOut | undefined => {
  if (contents.shape !== 'rows') return undefined
  if (contents.rows.length === 0) return { path, why: 'has no rows' }
  const { columns } = contents
  if (columns !== undefined && new Set(columns).size < columns.length) return { path, why: 'has two columns of one name' }
  if (columns?.includes('')) return { path, why: 'has a column without a name' }
  return {
    name: stemOf(path),
    directory: directoryOf(path),
    recordFile: { name: baseOf(path), format, type: 'list' },
    records: contents.rows.map((fields) => ({ fields })),
    ...(columns === undefined ? {} : { header: columns }),
    paths: [path],
    strays: [],
  }
}

const dictionaryTable = ({ path, format, contents }: Candidate): TableFiles | undefined => {
  const entries = contents.shape === 'map' ? Object.entries(contents.fields) : []
  const records = entries.flatMap(([key, fields]) =>
    isJsonObject(fields) && explainRecordKey(key) === undefined && saysNoOtherKey(fields, key) ? [{ key, fields }] : [],
  )
  if (format === 'markdown' || records.length < entries.length || records.length < 2 || !isAlike(records.map(({ fields }) => fields)))
    return undefined
  const recordFile: RecordFile = { name: baseOf(path), format, type: 'dictionary' }
  return { name: stemOf(path), directory: directoryOf(path), recordFile, records, paths: [path], strays: [] }
}

const directoryTable = (group: readonly Candidate[]): TableFiles | undefined => {
  const [first] = group
  if (first === undefined) return undefined
  const directory = directoryOf(first.path)
  const recordFile: RecordFile = { name: `{key}.${extensionOf(first.path)}`, format: first.format, type: 'single' }
  return singleTable(group, { name: baseOf(directory), directory, recordFile }, ({ path }) => stemOf(path))
}

const nestedTable = (group: readonly Candidate[]): TableFiles | undefined => {
  const [first] = group
  if (first === undefined || directoryOf(first.path) === '') return undefined
  const directory = directoryOf(directoryOf(first.path))
  const recordFile: RecordFile = { name: `{key}/${baseOf(first.path)}`, format: first.format, type: 'single' }
  const found = singleTable(group, { name: baseOf(directory), directory, recordFile }, ({ path }) => baseOf(directoryOf(path)))
  // All these files have one name, so none of them could be told apart from the records.
  return found?.strays.length === 0 ? found : undefined
}

const singleTable = (
  group: readonly Candidate[],
  place: Pick<TableFiles, 'name' | 'directory' | 'recordFile'>,
  keyOf: (candidate: Candidate) => string,
): TableFiles | undefined => {
  const maps = group.flatMap((candidate) => (candidate.contents.shape === 'map' ? [{ candidate, fields: candidate.contents.fields }] : []))
  const core = coreFields(maps.map(({ fields }) => fields))
  const isRecord = ({ candidate, fields }: (typeof maps)[number]): boolean =>
    explainRecordKey(keyOf(candidate)) === undefined && saysNoOtherKey(fields, keyOf(candidate)) && Object.keys(fields).some((name) => core.has(name))
  const records = maps.filter(isRecord)
  if (records.length < 2 || records.length < maps.length / 2 || !isAlike(records.map(({ fields }) => fields))) return undefined
  return {
    ...place,
    records: records.map(({ candidate, fields }) => ({ key: keyOf(candidate), fields })),
    paths: records.map(({ candidate }) => candidate.path),
    strays: maps.filter((map) => !isRecord(map)).map(({ candidate }) => candidate.path),
  }
}

/** `$id` and `$ID` repeat the key of a record or make it invalid. */
const saysNoOtherKey = (fields: JsonObject, key: string): boolean =>
  ['$id', '$ID'].every((name) => !Object.hasOwn(fields, name) || scalarText(fields[name]) === key)

/** With the files that are no records but have the name of one, so that the definition leaves them out. */
const withOthers = (table: TableFiles, othersBeside: ReadonlyMap<string, readonly string[]>): TableFiles => {
  if (!table.recordFile.name.startsWith('{key}.')) return table
  const others = othersBeside.get(groupOf(table.paths[0] ?? '')) ?? []
  return others.length === 0 ? table : { ...table, strays: [...table.strays, ...others] }
}

/** Fields that at least half of the maps have. */
const coreFields = (maps: readonly JsonObject[]): ReadonlySet<string> => {
  const counts = new Map<string, number>()
  for (const map of maps) for (const name of Object.keys(map)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return new Set([...counts].filter(([, count]) => count >= Math.max(2, maps.length / 2)).map(([name]) => name))
}

/** Whether maps are of one kind: of what they hold, half or more are fields that most of them have. */
const isAlike = (maps: readonly JsonObject[]): boolean => {
  const core = coreFields(maps)
  const names = maps.flatMap((map) => Object.keys(map))
  return core.size > 0 && names.filter((name) => core.has(name)).length >= names.length / 2
}

const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] => {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return [...groups.values()]
}

const nestOf = (path: string): string => `${directoryOf(directoryOf(path))}\0${baseOf(path)}`
const groupOf = (path: string): string => `${directoryOf(path)}\0${extensionOf(path)}`
const directoryOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '')
const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
const extensionOf = (path: string): string => baseOf(path).slice(baseOf(path).lastIndexOf('.') + 1)
const stemOf = (path: string): string => baseOf(path).slice(0, baseOf(path).lastIndexOf('.'))
