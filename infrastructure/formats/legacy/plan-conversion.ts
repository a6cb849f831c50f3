import { parseTableId } from '../../../domain/ids.ts'
import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import type { ConvertedTable, LegacyPlan } from '../../../domain/legacy/legacy-plan.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import type { DefinitionFile } from '../../../domain/table/codecs.ts'
import type { Catalogue } from '../../../domain/table/table.ts'
import { decodeText } from '../decode-text.ts'
import {
  isDefinitionPath,
  isLegacyJsonDefinition,
  legacyCollectionsDirectory,
  legacyJsonMarker,
  legacyRootMarker,
  legacyTableMarker,
  rootCollectionsPath,
  settingsPath,
} from '../definition/definition-paths.ts'
import { insertEntry } from '../definition/edit-root-collections.ts'
import { settingsFile } from '../definition/new-database-files.ts'
import { readCatalogue } from '../definition/read-catalogue.ts'
import { writeEntries } from '../definition/write-table-files.ts'
import { compareCodePoints } from '../member-order.ts'
import { editYamlText } from '../yaml/edit-yaml-text.ts'
import { renameYamlNames } from '../yaml/rename-yaml-names.ts'
import { completeColumns } from './complete-columns.ts'
import { convertForeignKeys } from './convert-foreign-keys.ts'
import { convertView } from './convert-view.ts'
import { definitionDirectory, type LegacyFiles, LegacyReading, type LegacyTable } from './legacy-table.ts'
import { type PlacedFile, placeRecords } from './place-records.ts'
import { readJsonLayout } from './read-json-layout.ts'
import { readYamlLayout } from './read-yaml-layout.ts'

/**
 * What has to be done so that a database of a layout before 2024 is one of today. Pure: files in, files out. Nothing that could not be converted is
 * lost: its file stays, and `left` says why. Tables that are there already stay as they are.
 * @returns `invalid-input` when there is no file of such a layout
 */
export const planConversion = (files: LegacyFiles): Result<LegacyPlan> => {
  const reading = new LegacyReading(files)
  const old = files.paths.filter(isLegacyPath)
  if (old.length === 0) return fail({ kind: 'invalid-input', issues: [{ rule: 'legacy-layout', message: explainNothing }] })
  const found = withoutPresent(reading, [...readYamlLayout(reading), ...readJsonLayout(reading)])
  const placed = placeAll(reading, found)
  const complete = found.map((table) => completeColumns(reading, table, placed.get(table.id)?.map(({ from }) => from) ?? []))
  const { tables, written } = writeDefinitions(reading, complete)
  const moved = new Map(tables.flatMap(({ id }) => placed.get(id) ?? []).flatMap(({ from, to }) => (from === to ? [] : [[from, to] as const])))
  const converted = new Set(tables.flatMap(({ file, bases }) => [file, ...bases]))
  for (const { path, text } of convertViews(reading, tables)) {
    written.set(text.path, text.bytes)
    converted.add(path)
  }
  convertRoot(reading, tables, { written, converted })
  const kept = new Set(reading.left.map(({ path }) => path))
  const plan: LegacyPlan = {
    tables: tables.map(
      (table): ConvertedTable => ({
        id: table.id,
        from: table.file,
        definition: `${definitionDirectory(table)}/definition.yaml`,
        files: placed.get(table.id)?.length ?? 0,
      }),
    ),
    written,
    moved,
    removed: [...converted].filter((path) => !kept.has(path) && !written.has(path)).sort(),
    notes: reading.notes,
    left: withoutRepeats(reading.left),
  }
  return ok(plan)
}

const explainNothing = `there is nothing of an old layout here: no ${legacyRootMarker} with rootCollections, no ${legacyTableMarker}, nothing in ${legacyCollectionsDirectory}`

const isLegacyPath = (path: string): boolean =>
  path === legacyRootMarker ||
  path === legacyJsonMarker ||
  path === legacyTableMarker ||
  path.endsWith(`/${legacyTableMarker}`) ||
  isLegacyJsonDefinition(path)

const withoutRepeats = (left: LegacyPlan['left']): LegacyPlan['left'] => [
  ...new Map(left.map((each) => [`${each.path}\0${each.why}`, each])).values(),
]

/** Tables that can get a definition: their ids are good, nobody has them yet, and neither is their definition there. */
const withoutPresent = (reading: LegacyReading, found: readonly LegacyTable[]): readonly LegacyTable[] => {
  const present = new Set(readPresent(reading).tables.map(({ id }) => String(id)))
  const good = new Set<string>()
  return found.filter((table) => {
    const { id, file, directory, names } = table
    const definition = `${definitionDirectory(table)}/definition.yaml`
    const parent = names.length === 0 ? undefined : id.slice(0, id.lastIndexOf('/'))
    const bare = directory === '' ? 'definition.yaml' : `${directory}/definition.yaml`
    const taken = [definition, ...(names.length === 0 ? [bare] : [])].find((path) => reading.has(path))
    if (taken !== undefined) reading.leave(file, `${taken} is there already: compare the two, and remove the old one`)
    else if (present.has(id) || good.has(id)) reading.leave(file, `there is a table ${id} already`)
    else if (parseTableId(id) === undefined)
      reading.leave(file, `"${id}" can be no table id (letters, digits, "." and "_", with a letter or digit at both ends): give it another one first`)
    else if (parent !== undefined && !good.has(parent) && !present.has(parent))
      reading.leave(file, `${parent}, which it lies below, is not converted`)
    else {
      good.add(id)
      return true
    }
    return false
  })
}

const placeAll = (reading: LegacyReading, tables: readonly LegacyTable[]): ReadonlyMap<string, readonly PlacedFile[]> => {
  const taken = new Set(reading.files.paths.filter((path) => isDefinitionPath(path) || isLegacyPath(path) || /(^|\/)\.collection\//.test(path)))
  return new Map(tables.map((table) => [table.id, placeRecords(reading, table, taken)]))
}

const definitionsOf = ({ files }: LegacyReading): Map<string, DefinitionFile> =>
  new Map(files.paths.filter((path) => isDefinitionPath(path) && !isLegacyPath(path)).map((path) => [path, { oid: '', bytes: files.read(path) }]))

const readPresent = (reading: LegacyReading): Catalogue => readCatalogue(definitionsOf(reading))

interface Written {
  readonly tables: readonly LegacyTable[]
  readonly written: Map<string, Uint8Array>
}

/** Definitions of all tables, and the list of them; a table that would not be read is left, and those below it. */
const writeDefinitions = (reading: LegacyReading, found: readonly LegacyTable[]): Written => {
  const present = definitionsOf(reading)
  const ids = readCatalogue(present).tables.map(({ id }) => String(id))
  let tables = found
  for (;;) {
    const known = new Set([...ids, ...tables.map(({ id }) => id)])
    const isLast = reading.left.length
    const resolved = tables.map((table) => convertForeignKeys(reading, table, { tables: found, ids: known }))
    const written = new Map(resolved.flatMap((table) => writeTable(table)))
    const roots = resolved.filter(({ names }) => names.length === 0)
    const list = present.get(rootCollectionsPath)
    const text = roots.reduce((edited, { id, directory }) => insertEntry(edited, id, directory === '' ? '.' : directory), textOf(list))
    if (roots.length > 0) written.set(rootCollectionsPath, encode(text))
    const all = new Map([...present, ...[...written].map(([path, bytes]) => [path, { oid: '', bytes }] as const)])
    const catalogue = readCatalogue(all)
    const bad = resolved.filter(({ id }) => !catalogue.tables.some((table) => table.id === id))
    if (bad.length === 0) return { tables: resolved, written }
    reading.left.splice(isLast)
    for (const table of bad) reading.leave(table.file, explainBad(catalogue, table))
    tables = tables.filter(({ id }) => !bad.some((each) => id === each.id || id.startsWith(`${each.id}/`)))
  }
}

const explainBad = ({ problems }: Catalogue, table: LegacyTable): string => {
  const own = problems.filter(({ file, table: id }) => id === table.id || file.startsWith(`${definitionDirectory(table)}/`))
  return `is not converted: ${own.map(({ message }) => message).join('; ') || 'the table that it lies below is not'}`
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (file: DefinitionFile | undefined): string => (file === undefined ? '' : (decodeText(file.bytes)?.text ?? ''))

const definitionKeys = ['titles', 'record_file', 'columns', 'columns_order', 'primary_key', 'min_records_count', 'max_records_count']

const writeTable = (table: LegacyTable): readonly (readonly [string, Uint8Array])[] => {
  const { definition, text, keyField } = table
  const at = definitionDirectory(table)
  const kept = text === undefined ? undefined : editDefinition(text, definition)
  return [
    [`${at}/definition.yaml`, encode(kept ?? writeEntries(definition))],
    ...(keyField === undefined ? [] : [[`${at}/rules.yaml`, encode(writeEntries({ key_field: keyField }))] as const]),
  ]
}

/** The old text with what changes in it changed, so that its comments are in the new file. */
const editDefinition = (text: string, definition: JsonObject): string | undefined =>
  editYamlText(renameYamlNames(text, [], new Map([['records_file', 'record_file']])), definition, {
    columns: definitionKeys,
    compare: compareCodePoints,
  })

const viewStart = '.ingitdb-view.'

const convertViews = (
  reading: LegacyReading,
  tables: readonly LegacyTable[],
): readonly { readonly path: string; readonly text: { readonly path: string; readonly bytes: Uint8Array } }[] =>
  reading.files.paths.flatMap((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (!name.startsWith(viewStart) || !name.endsWith('.yaml')) return []
    const directory = path.slice(0, -name.length).replace(/\/$/, '')
    const table = tables.find((each) => each.names.length === 0 && each.directory === directory)
    if (table === undefined) reading.leave(path, 'the table of this directory is not converted')
    if (table === undefined) return []
    const to = `${definitionDirectory(table)}/views/${name.slice(viewStart.length, -'.yaml'.length)}.yaml`
    const source = reading.open(path)
    if (source === undefined) return []
    const view = convertView(textOf({ oid: '', bytes: reading.files.read(path) }), source.value)
    const why = 'why' in view ? view.why : reading.has(to) ? [`${to} is there already`] : []
    for (const each of why) reading.leave(path, each)
    return 'text' in view && why.length === 0 ? [{ path, text: { path: to, bytes: encode(view.text) } }] : []
  })

interface Outcome {
  readonly written: Map<string, Uint8Array>
  readonly converted: Set<string>
}

/** The files that stand for the database as a whole: what is converted goes out of them, and they go when nothing is left. */
const convertRoot = (reading: LegacyReading, tables: readonly LegacyTable[], { written, converted }: Outcome): void => {
  const value = reading.has(legacyRootMarker) ? reading.open(legacyRootMarker)?.value : undefined
  const languages = isJsonObject(value) && Object.hasOwn(value, 'rootCollections') ? value.languages : undefined
  const settings = writeSettings(reading, languages)
  if (settings !== undefined) written.set(settingsPath, settings)
  if (reading.has(legacyJsonMarker)) {
    const isNeeded = reading.left.some(({ path }) => isLegacyJsonDefinition(path))
    if (isNeeded) reading.leave(legacyJsonMarker, 'says where the tables are whose old definitions are left')
    else if (tables.length > 0) converted.add(legacyJsonMarker)
  }
  const list = `${legacyCollectionsDirectory}all.json`
  const listed = reading.has(list) ? reading.open(list)?.value : undefined
  if (Array.isArray(listed)) {
    const missing = listed.filter((name) => !tables.some(({ id }) => id === String(name).replaceAll('/', '.')))
    if (missing.length > 0) reading.leave(list, `lists what is not converted: ${missing.map(String).join(', ')}`)
    converted.add(list)
  }
  if (!isJsonObject(value) || !Object.hasOwn(value, 'rootCollections')) return
  const rest = restOfRoot(reading, tables, value)
  if (Object.keys(rest).length === 0) return void converted.add(legacyRootMarker)
  const text = textOf({ oid: '', bytes: reading.files.read(legacyRootMarker) })
  const edited = editYamlText(text, rest, { columns: Object.keys(rest), compare: compareCodePoints })
  if (edited === undefined) reading.leave(legacyRootMarker, 'cannot be edited in place: take out by hand what is converted')
  else if (edited !== text) written.set(legacyRootMarker, encode(edited))
}

/** What the file says besides `rootCollections` and `languages`, and of these what is not converted. */
const restOfRoot = (reading: LegacyReading, tables: readonly LegacyTable[], value: JsonObject): JsonObject => {
  const { rootCollections, languages, ...rest } = value
  const ids = new Set([...readPresent(reading).tables.map(({ id }) => String(id)), ...tables.map(({ id }) => id)])
  const isDone = ([id, path]: readonly [string, Json]): boolean =>
    ids.has(id) || (String(path).endsWith('*') && !reading.left.some((left) => left.path.startsWith(String(path).slice(0, -1).replace(/^\.\//, ''))))
  const open = isJsonObject(rootCollections) ? Object.entries(rootCollections).filter((entry) => !isDone(entry)) : []
  const hasLanguages = languages !== undefined && reading.left.some(({ path, why }) => path === legacyRootMarker && why.startsWith('languages'))
  return {
    ...(open.length === 0 ? {} : { rootCollections: Object.fromEntries(open) }),
    ...(hasLanguages ? { languages } : {}),
    ...rest,
  }
}

const writeSettings = (reading: LegacyReading, languages: Json | undefined): Uint8Array | undefined => {
  const present = reading.has(settingsPath) ? reading.open(settingsPath) : undefined
  const text = reading.has(settingsPath)
    ? textOf({ oid: '', bytes: reading.files.read(settingsPath) })
    : new TextDecoder().decode(settingsFile().bytes)
  const fresh = present === undefined ? encode(text) : undefined
  if (languages === undefined) return fresh
  const own = isJsonObject(present?.value) ? present.value.languages : undefined
  if (own !== undefined) {
    if (writeEntries({ own }) !== writeEntries({ own: languages })) reading.leave(legacyRootMarker, `languages: ${settingsPath} has others`)
    return fresh
  }
  const edited = encode(`${text === '' || text.endsWith('\n') ? text : `${text}\n`}${writeEntries({ languages })}`)
  const { problems } = readCatalogue(new Map([[settingsPath, { oid: '', bytes: edited }]]))
  for (const { message } of problems) reading.leave(legacyRootMarker, `languages: ${message}`)
  return problems.length === 0 ? edited : fresh
}
