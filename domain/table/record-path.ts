import type { JsonObject } from '../json.ts'
import { ownKey, parentKey } from '../record/record-key.ts'
import type { Digest } from './codecs.ts'
import { fillName, isLiteralName, listNameColumns, matchName } from './file-name-pattern.ts'
import type { Layout, Table } from './table.ts'

/** Directory below a table's own that holds its files of one record each. */
export const recordsDirectory = '$records'

/** The four files that may define a table, beside one another. */
export const definitionFileNames = ['definition.yaml', 'schema.json', 'rules.yaml', 'layout.yaml'] as const

/** Where a table's record files lie, relative to its own directory; `''`: in it. */
export const recordsDirectoryOf = ({ recordsDirectory: chosen, recordFile }: Pick<Table, 'recordsDirectory' | 'recordFile'>): string =>
  chosen ?? (recordFile.name.includes('{key}') ? recordsDirectory : '')

/** Where the files that define a table lie, relative to the database root. */
export const definitionDirectoryOf = (table: Pick<Table, 'definitionDirectory' | 'directory'>): string =>
  table.definitionDirectory ?? joinPath(table.directory, '.collection')

/** A path below a directory; `''` stands for the directory itself on either side. */
export const joinPath = (directory: string, path: string): string => (directory === '' ? path : path === '' ? directory : `${directory}/${path}`)

/**
 * The records below a parent record may lie in one of two places, since the Go tools do not agree: `spaces/family/contacts`, where new ones
 * go, and `spaces/$records/family/contacts`. Bit n is set where step n goes through the directory of records: 0 and 1 here, up to 3 two steps down.
 */
export type Nesting = number

/** Every nesting that a table's records can have, the one of new records first. */
export const listNestings = ({ steps = [] }: Pick<Table, 'steps'>): readonly Nesting[] => {
  let found: readonly Nesting[] = [0]
  for (const [index, step] of steps.entries()) if (step.recordsDirectory !== '') found = found.concat(found.map((nesting) => nesting | (1 << index)))
  return found
}

/** Whose file a path is: one record's (with its key), or one that several records share. */
export interface RecordFileOwner {
  readonly shared: boolean
  /** Text of the key as the path has it, not checked; `undefined` for a shared file. */
  readonly key: string | undefined
  /** In a subcollection: key of the record that everything in the file lies below, not checked, and which of the places it is. */
  readonly parent?: string
  readonly nesting?: Nesting
}

/** The table's own directory; in a subcollection, the one below a parent record. */
export const dataDirectory = (
  { directory, steps = [] }: Pick<Table, 'directory' | 'steps'>,
  parent: string | undefined,
  nesting: Nesting = 0,
): string => {
  const keys = parent?.split('/') ?? []
  return steps.reduce((above, step, index) => {
    const records = (nesting & (1 << index)) === 0 ? above : joinPath(above, step.recordsDirectory)
    return joinPath(records, `${keys[index]}/${step.name}`)
  }, directory)
}

/**
 * Path of the file that holds a record, relative to the database root: `<directory>/$records/<name>`, with the first one or two bytes of the
 * key's digest as directories before the name in a sharded table, or `<directory>/<name>` where the name has no `{key}`. Where a table's paths
 * depend on more than the key, `recordPathIn` says the others.
 */
export const recordPath = (table: Table, key: string, digest: Digest): string => recordPathIn(table, key, { digest })

/** Where the records of a subcollection lie. */
export const placeBelow = (parent: Table, name: string): Pick<Table, 'directory'> & Required<Pick<Table, 'parent' | 'steps'>> => ({
  parent: parent.id,
  directory: parent.directory,
  steps: [...(parent.steps ?? []), { recordsDirectory: recordsDirectoryOf(parent), name }],
})

/** What the path of a record depends on beside its key. */
export interface RecordPlace {
  readonly digest: Digest
  readonly nesting?: Nesting
  /** Values for `{column}` in the file name. */
  readonly fields?: JsonObject | undefined
}

/** As `recordPath`, in any of the places that a record of a subcollection, or of a file named after columns, can be. */
export const recordPathIn = (table: Table, key: string, { digest, nesting, fields }: RecordPlace): string => {
  const own = ownKey(key)
  const shards = table.layout === undefined ? '' : shardsOf(digest(own), table.layout.levels)
  const name = fillName(table.recordFile.name, { key: own, fields })
  const directory = table.steps === undefined ? table.directory : dataDirectory(table, parentKey(key), nesting)
  return joinPath(joinPath(directory, recordsDirectoryOf(table)), shards + name)
}

/** The same table with its records directly in its directory of records. */
const withoutLayout = ({ layout: _, ...table }: Table): Table => table

/**
 * Every path at which a record is looked for whose path depends on nothing but its key, the one of new records first: the places below a parent
 * record, and in a sharded table those outside of shards. Files in the wrong shard are read too, and are not among them.
 */
export const listRecordPaths = (table: Table, key: string, digest: Digest): readonly string[] =>
  listNestings(table).flatMap((nesting) => [
    recordPathIn(table, key, { digest, nesting }),
    ...(table.layout === undefined ? [] : [recordPathIn(withoutLayout(table), key, { digest, nesting })]),
  ])

/**
 * How the file of a record is found. `key`: by the key alone, in one place or a few. `file`: all records of the table, or below one parent
 * record, share one file. `search`: file names hold columns, or the key although a file may hold more records, so that a record may be in any file.
 */
export type RecordPlacement = 'key' | 'file' | 'search'

export const placementOf = ({ recordFile: { name, type } }: Pick<Table, 'recordFile'>): RecordPlacement => {
  if (isLiteralName(name)) return type === 'single' ? 'key' : 'file'
  return type === 'single' && listNameColumns(name).length === 0 ? 'key' : 'search'
}

const shardsOf = (hex: string, levels: 1 | 2): string => (levels === 1 ? `${hex.slice(0, 2)}/` : `${hex.slice(0, 2)}/${hex.slice(2, 4)}/`)

/**
 * Where a record file of a table lies once the table is spread another way: in the directories that its key asks for, under the name it has.
 * `undefined` for a path that is no file of one record, or whose name does not tell the key.
 */
export const pathInLayout = (
  table: Table,
  path: string,
  { layout, digest }: { readonly layout: Layout | undefined; readonly digest: Digest },
): string | undefined => {
  const owner = canReshard(table) ? parseRecordPath(table, path) : undefined
  if (owner?.key === undefined) return undefined
  const above = table.steps === undefined ? table.directory : dataDirectory(table, owner.parent, owner.nesting)
  const directory = joinPath(above, recordsDirectoryOf(table))
  const name = below(directory, path)
  const found = name === undefined ? undefined : findName(table, name)
  if (found === undefined) return undefined
  return joinPath(directory, (layout === undefined ? '' : shardsOf(digest(found.key), layout.levels)) + found.name)
}

/** Whether the records of a table can be spread over directories: each has a file of its own, whose name tells the key. */
export const canReshard = ({ recordFile: { type, name } }: Pick<Table, 'recordFile'>): boolean => type === 'single' && name.includes('{key}')

/**
 * The opposite of `recordPath`: whose record file a path relative to the database root is, `undefined` when it is none of this table's.
 * In a sharded table a file that lies directly in `$records/`, or below one level of shards more or less, counts too, for a merge may leave it there; and
 * no check is made that a shard is the right one for its key: a record is served where it is found. Hidden files are nobody's, and so are those that define the table.
 */
export const parseRecordPath = (table: Table, path: string): RecordFileOwner | undefined => {
  const rest = below(table.directory, path)
  return rest === undefined || isDefinitionFile(table, path) ? undefined : parseSteps(table, rest, { at: 0, keys: [], nesting: 0 })
}

const below = (directory: string, path: string): string | undefined =>
  directory === '' ? path : path.startsWith(directory) && path[directory.length] === '/' ? path.slice(directory.length + 1) : undefined

/** Beside the records of a table of the shared layout; `.collection` is hidden anyhow. */
const isDefinitionFile = ({ definitionDirectory }: Table, path: string): boolean =>
  definitionDirectory !== undefined && definitionFileNames.some((name) => path === joinPath(definitionDirectory, name))

interface StepsTaken {
  readonly at: number
  readonly keys: readonly string[]
  readonly nesting: Nesting
}

const parseSteps = (table: Table, rest: string, { at, keys, nesting }: StepsTaken): RecordFileOwner | undefined => {
  const step = table.steps?.[at]
  if (step === undefined) {
    const name = below(recordsDirectoryOf(table), rest)
    const owner = name === undefined ? undefined : parseRecordName(table, name)
    if (owner === undefined || keys.length === 0) return owner
    const parent = keys.join('/')
    return { ...owner, key: owner.key === undefined ? undefined : `${parent}/${owner.key}`, parent, nesting }
  }
  for (const through of step.recordsDirectory === '' ? [0] : [0, 1 << at]) {
    const tail = through === 0 ? rest : below(step.recordsDirectory, rest)
    const end = tail?.indexOf('/') ?? -1
    if (tail === undefined || end < 1 || !tail.startsWith(`${step.name}/`, end + 1)) continue
    const key = tail.slice(0, end)
    if (key.startsWith('.') || key === recordsDirectory) continue
    const taken = { at: at + 1, keys: [...keys, key], nesting: nesting | through }
    const owner = parseSteps(table, tail.slice(end + step.name.length + 2), taken)
    if (owner !== undefined) return owner
  }
  return undefined
}

/** As `parseRecordPath`, for what follows the directory of records in the path of a table that is no subcollection. */
export const parseRecordName = (table: Table, name: string): RecordFileOwner | undefined => {
  const { type, name: pattern } = table.recordFile
  if (name.startsWith('.') || name.includes('/.')) return undefined
  if (isLiteralName(pattern)) {
    if (name !== pattern) return undefined
    return type === 'single' ? { shared: false, key: stemOf(name) } : { shared: true, key: undefined }
  }
  const found = findName(table, name)
  if (found === undefined) return undefined
  return type === 'single' ? { shared: false, key: found.key } : { shared: true, key: undefined }
}

/** The one key of a table whose file name has no place for it: the name without directories and its last extension. */
export const stemOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1).replace(/(?<=.)\.[^.]*$/, '')

interface FoundName {
  /** Without the directories of shards. */
  readonly name: string
  readonly key: string
}

const findName = ({ layout, recordFile }: Table, name: string): FoundName | undefined => {
  for (const levels of layout === undefined ? flat : depths[layout.levels]) {
    const rest = withoutShards(name, levels)
    const found = rest === undefined ? undefined : matchName(recordFile.name, rest)
    if (rest !== undefined && found !== undefined) return { name: rest, key: found.key }
  }
  return undefined
}

/** How many levels of shards a file may lie below, the proper number first. */
const depths: Readonly<Record<Layout['levels'], readonly (0 | 1 | 2)[]>> = { 1: [1, 2, 0], 2: [2, 1, 0] }
const flat = [0] as const

const shards = { 1: /^[0-9a-f]{2}\//, 2: /^[0-9a-f]{2}\/[0-9a-f]{2}\// } as const

const withoutShards = (name: string, levels: 0 | 1 | 2): string | undefined =>
  levels === 0 ? name : shards[levels].test(name) ? name.slice(3 * levels) : undefined
