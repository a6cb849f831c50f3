import { isJsonObject, type Json, type JsonObject, numberOf } from '../../../domain/json.ts'
import { recordFileTypes } from '../../../domain/table/validate-record-file.ts'
import { legacyCollectionsDirectory, legacyJsonMarker } from '../definition/definition-paths.ts'
import { ownMember } from '../own-member.ts'
import { convertColumn } from './convert-column.ts'
import { type LegacyReading, type LegacyTable, resolveInside } from './legacy-table.ts'
import { keyPart, literalParts } from './path-pattern.ts'

const tableEnd = '.ingitdb.json'
const definitionEnd = '/definition.json'
const jsonFile: JsonObject = { name: '{key}.json', format: 'json', type: recordFileTypes.single }

/** The tables of the two layouts of JSON definitions below `.ingitdb/collections/`, those above others first. */
export const readJsonLayout = (reading: LegacyReading): readonly LegacyTable[] => {
  const below = reading.files.paths.filter((path) => path.startsWith(legacyCollectionsDirectory))
  const depth = (path: string): number => path.split('/').length
  const files = [...below].sort((a, b) => depth(a) - depth(b))
  const base = files.some((path) => path.endsWith(tableEnd)) ? readBase(reading) : ''
  const tables: LegacyTable[] = []
  for (const file of files) {
    const table = file.endsWith(tableEnd)
      ? base === undefined
        ? undefined
        : readTable(reading, { file, base, tables })
      : file.endsWith(definitionEnd)
        ? readLinkedTable(reading, file)
        : undefined
    if (table !== undefined) tables.push(table)
  }
  return tables
}

/** `baseDir` of `.ingitdb/.ingitdb.json`, which `~` stands for. */
const readBase = (reading: LegacyReading): string | undefined => {
  if (!reading.has(legacyJsonMarker)) return ''
  const value = reading.open(legacyJsonMarker)?.value
  const { baseDir = '', ...more } = isJsonObject(value) ? value : {}
  for (const key of Object.keys(more)) reading.leave(legacyJsonMarker, `"${key}": there is no such setting any more`)
  const base = typeof baseDir === 'string' ? resolveInside('', baseDir) : undefined
  if (base === undefined) reading.leave(legacyJsonMarker, '"baseDir" leads out of the database')
  return base
}

interface Around {
  readonly file: string
  readonly base: string
  /** Tables read so far. */
  readonly tables: readonly LegacyTable[]
}

/** `countries/states/states.ingitdb.json`: with `*` in its `dir` it is a table below `countries`. */
const readTable = (reading: LegacyReading, { file, base, tables }: Around): LegacyTable | undefined => {
  const value = reading.open(file)?.value
  if (value === undefined) return undefined
  const leave = (why: string): undefined => void reading.leave(file, why)
  const { dir, recordMode, primaryKey, fields, min, max, ...more } = isJsonObject(value) ? value : {}
  if (recordMode !== 'directory' && recordMode !== 'json') return leave('"recordMode" is neither "directory" nor "json"')
  const path = typeof dir === 'string' ? resolveInside(base, dir.replace(/^~(?=\/|$)/, '')) : undefined
  if (path === undefined) return leave('"dir" is missing, or leads out of the database')
  const place = placeTable(path, file, tables)
  if (typeof place === 'string') return leave(place)
  for (const key of Object.keys(more)) leave(`"${key}": there is no such key any more`)
  const columns = Object.fromEntries((Array.isArray(fields) ? fields : []).flatMap((field) => readField(field, leave)))
  const names = Object.keys(columns)
  const [keyField, ...others] = Array.isArray(primaryKey) ? primaryKey : []
  if (others.length > 0) leave('"primaryKey": the key of a record is the name of its file, which one field can repeat, not several')
  const repeats = others.length === 0 && typeof keyField === 'string' && Object.hasOwn(columns, keyField)
  const slots = place.names.flatMap((name, index) => [keyPart(index), name])
  const own = place.names.length
  const record = recordMode === 'directory' ? [keyPart(own), 'record.json'] : [{ before: '', slot: own, after: '.json' }]
  return {
    ...place,
    file,
    bases: [],
    definition: { record_file: jsonFile, columns, ...(names.length === 0 ? {} : { columns_order: names }), ...counts(min, max) },
    patterns: [[...literalParts(place.directory), ...slots, ...record]],
    ...(repeats ? { keyField } : {}),
  }
}

const readField = (field: Json, leave: (why: string) => void): readonly (readonly [string, JsonObject])[] => {
  const { name, ...column } = isJsonObject(field) ? field : {}
  if (typeof name !== 'string') leave(`"fields": an entry has no name: ${JSON.stringify(field)}`)
  return typeof name === 'string' ? [[name, convertColumn(name, column, leave)]] : []
}

const counts = (min: Json | undefined, max: Json | undefined): JsonObject => ({
  ...(numberOf(min) === undefined || min === 0 ? {} : { min_records_count: min ?? null }),
  ...(numberOf(max) === undefined ? {} : { max_records_count: max ?? null }),
})

const placeTable = (path: string, file: string, tables: readonly LegacyTable[]): Pick<LegacyTable, 'id' | 'directory' | 'names'> | string => {
  const names = file.slice(legacyCollectionsDirectory.length).split('/').slice(0, -1)
  const id = names.join('.')
  if (!path.includes('*')) return { id, directory: path, names: [] }
  const parent = tables.find((table) => {
    const [own, star, ...above] = path.split('/').reverse()
    return own !== undefined && star === '*' && above.reverse().join('/') === pathOf(table)
  })
  const own = path.slice(path.lastIndexOf('/') + 1)
  if (parent === undefined) return `"dir": ${path}: no old definition is of a table whose records have these below them`
  return { id: `${parent.id}/${own}`, directory: parent.directory, names: [...parent.names, own] }
}

const pathOf = ({ directory, names }: LegacyTable): string =>
  [directory, ...names.flatMap((name) => ['*', name])].filter((part) => part !== '').join('/')

/** `auth/users/definition.json`: records are `<somewhere>/auth/users/#<key>/<key>.json`, with links to other tables in fields `!auth/roles`. */
const readLinkedTable = (reading: LegacyReading, file: string): LegacyTable | undefined => {
  const value = reading.open(file)?.value
  if (value === undefined) return undefined
  const leave = (why: string): undefined => void reading.leave(file, why)
  const path = file.slice(legacyCollectionsDirectory.length, -definitionEnd.length)
  const directories = new Set(reading.files.paths.flatMap((each) => findRecordsDirectory(each, path)))
  const [directory, ...others] = directories
  if (directory === undefined) return leave(`there are no records ${path}/#<key>/<key>.json anywhere`)
  if (others.length > 0) return leave(`its records are in several places: ${[...directories].join(', ')}`)
  const { manyToManyWith, min, max, format = 'json', ...more } = isJsonObject(value) ? value : {}
  if (format !== 'json') leave(`"format": only "json" is converted, not ${JSON.stringify(format)}`)
  for (const key of Object.keys(more)) leave(`"${key}": there is no such key any more`)
  return {
    id: path.replaceAll('/', '.'),
    directory,
    names: [],
    file,
    bases: [],
    definition: { record_file: jsonFile, columns: readLinks(manyToManyWith, leave), ...counts(min, max) },
    patterns: [[...literalParts(directory), { before: '#', slot: 0, after: '' }, { before: '', slot: 0, after: '.json' }]],
  }
}

const findRecordsDirectory = (path: string, table: string): readonly string[] => {
  const [name, key, ...above] = path.split('/').reverse()
  const directory = above.reverse().join('/')
  const isRecord = key?.startsWith('#') === true && name === `${key.slice(1)}.json`
  return isRecord && `/${directory}`.endsWith(`/${table}`) ? [directory] : []
}

/** A link is a list of keys in today's form; how many there may be are the lengths of the list. */
const readLinks = (links: Json | undefined, leave: (why: string) => void): JsonObject => {
  const named = Array.isArray(links) ? Object.fromEntries(links.map((name) => [String(name), {}])) : isJsonObject(links) ? links : {}
  return Object.fromEntries(
    Object.entries(named).map(([name, link]) => {
      const { min, max, ...more } = isJsonObject(link) ? link : {}
      for (const key of Object.keys(more)) leave(`"manyToManyWith": "${name}": "${key}": there is no such key any more`)
      const least = numberOf(ownMember({ ...(min === undefined ? {} : { min }) }, 'min')) ?? 0
      const column = {
        type: '[]string',
        foreign_key: name.replaceAll('/', '.'),
        ...(least > 0 ? { required: true, min_length: least } : {}),
        ...(max === undefined ? {} : { max_length: max }),
      }
      return [`!${name}`, convertColumn(`!${name}`, column, leave)]
    }),
  )
}
