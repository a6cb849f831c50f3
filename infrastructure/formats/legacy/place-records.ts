import { isJsonObject } from '../../../domain/json.ts'
import { explainRecordKey } from '../../../domain/record/record-key.ts'
import { isPattern, matchesPattern } from '../exclude-regex.ts'
import { ownMember } from '../own-member.ts'
import type { LegacyReading, LegacyTable } from './legacy-table.ts'
import { matchPath } from './path-pattern.ts'

/** A record file, and where today's layout has it. */
export interface PlacedFile {
  readonly from: string
  readonly to: string
}

/**
 * The files of a table's records: below `$records` when each holds one, else in the table's directory; those of a subcollection below
 * `<key of the record above>/<name>`.
 * @param taken  paths that belong to something already; those of the table are added
 */
export const placeRecords = (reading: LegacyReading, table: LegacyTable, taken: Set<string>): readonly PlacedFile[] => {
  const { name, exclude } = readRecordFile(table)
  const start = table.directory === '' ? '' : `${table.directory}/`
  const placed: PlacedFile[] = []
  for (const from of reading.files.paths) {
    if (!from.startsWith(start) || taken.has(from)) continue
    const base = from.slice(from.lastIndexOf('/') + 1)
    if (base.startsWith('.') || (exclude !== undefined && matchesPattern(exclude, base))) continue
    const keys = findKeys(table, from)
    if (keys === undefined) continue
    taken.add(from)
    const fault = keys.map((key) => explainRecordKey(key)).find((each) => each !== undefined)
    if (fault !== undefined) {
      reading.leave(from, `the key ${fault}`)
      continue
    }
    const to = targetOf(table, name, keys)
    if (to !== from && (reading.has(to) || taken.has(to))) reading.leave(from, `its place is taken: ${to}`)
    else placed.push({ from, to })
    taken.add(to)
  }
  return placed
}

const readRecordFile = ({ definition }: LegacyTable): { readonly name: string; readonly exclude: string | undefined } => {
  const file = ownMember(definition, 'record_file')
  const { name, exclude_regex: exclude } = isJsonObject(file) ? file : {}
  return { name: String(name), exclude: typeof exclude === 'string' && isPattern(exclude) ? exclude : undefined }
}

const findKeys = ({ patterns }: LegacyTable, path: string): readonly string[] | undefined => {
  for (const pattern of patterns) {
    const keys = matchPath(pattern, path)
    if (keys !== undefined) return keys
  }
  return undefined
}

const targetOf = ({ directory, names }: LegacyTable, name: string, keys: readonly string[]): string => {
  const below = names.flatMap((step, index) => [keys[index] ?? '', step])
  const own = keys[names.length]
  const file = own === undefined ? [name] : ['$records', name.replace('{key}', () => own)]
  return [directory, ...below, ...file].filter((part) => part !== '').join('/')
}
