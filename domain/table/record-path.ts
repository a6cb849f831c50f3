import type { Digest } from './codecs.ts'
import type { Table } from './table.ts'

/** Directory below a table's own that holds its files of one record each. */
export const recordsDirectory = '$records'

/** Whose file a path is: one record's (with its key), or the one that all records of the table share. */
export interface RecordFileOwner {
  readonly shared: boolean
  /** Text of the key as the path has it, not checked; `undefined` for a shared file. */
  readonly key: string | undefined
}

/**
 * Path of the file that holds a record, relative to the database root: `<directory>/$records/<name>`, with the first one or two bytes of the
 * key's digest as directories before the name in a sharded table, or `<directory>/<name>` where all records share one file.
 */
export const recordPath = (table: Table, key: string, digest: Digest): string => {
  if (table.recordFile.type !== 'single') return `${table.directory}/${table.recordFile.name}`
  const shards = table.layout === undefined ? '' : shardsOf(digest(key), table.layout.levels)
  return `${table.directory}/${recordsDirectory}/${shards}${table.recordFile.name.replaceAll('{key}', () => key)}`
}

const shardsOf = (hex: string, levels: 1 | 2): string => (levels === 1 ? `${hex.slice(0, 2)}/` : `${hex.slice(0, 2)}/${hex.slice(2, 4)}/`)

/**
 * The opposite of `recordPath`: whose record file a path relative to the database root is, `undefined` when it is none of this table's.
 * In a sharded table a file that lies directly in `$records/` counts too, and no check is made that a shard is the right one for its key:
 * a record is served where it is found. Hidden files are nobody's.
 */
export const parseRecordPath = (table: Table, path: string): RecordFileOwner | undefined => {
  if (table.recordFile.type !== 'single') return path === `${table.directory}/${table.recordFile.name}` ? { shared: true, key: undefined } : undefined
  const prefix = `${table.directory}/${recordsDirectory}/`
  return path.startsWith(prefix) ? parseRecordName(table, path.slice(prefix.length)) : undefined
}

/** As `parseRecordPath`, for what follows `$records/` in the path. */
export const parseRecordName = (table: Table, name: string): RecordFileOwner | undefined => {
  const pattern = table.recordFile.name
  const sharded = table.layout === undefined ? undefined : withoutShards(name, table.layout.levels)
  const key = (sharded === undefined ? undefined : keyIn(pattern, sharded)) ?? keyIn(pattern, name)
  return key === undefined ? undefined : { shared: false, key }
}

const oneShard = /^[0-9a-f]{2}\//
const twoShards = /^[0-9a-f]{2}\/[0-9a-f]{2}\//

const withoutShards = (name: string, levels: 1 | 2): string | undefined =>
  (levels === 1 ? oneShard : twoShards).test(name) ? name.slice(3 * levels) : undefined

const keyIn = (pattern: string, name: string): string | undefined => {
  const at = pattern.indexOf('{key}')
  const end = pattern.indexOf('/', at)
  const suffix = pattern.slice(at + '{key}'.length, end === -1 ? undefined : end)
  const segmentEnd = end === -1 ? name.length : name.indexOf('/', at)
  const key = name.slice(at, segmentEnd === -1 ? 0 : segmentEnd - suffix.length)
  if (key === '' || key.includes('/') || name.startsWith('.') || name.includes('/.')) return undefined
  return pattern.replaceAll('{key}', () => key) === name ? key : undefined
}
