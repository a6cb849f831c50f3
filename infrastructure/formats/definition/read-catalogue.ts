import { parseTableId } from '../../../domain/ids.ts'
import { isJsonObject } from '../../../domain/json.ts'
import type { DefinitionFile } from '../../../domain/table/codecs.ts'
import { joinPath, placeBelow, recordsDirectoryOf } from '../../../domain/table/record-path.ts'
import { type Catalogue, type DefinitionProblem, resolveForeignKey, type Table } from '../../../domain/table/table.ts'
import { isLegacyJsonDefinition, legacyJsonMarker, legacyRootMarker, legacyTableMarker, settingsPath } from './definition-paths.ts'
import { listBases } from './inherit-definition.ts'
import { type DefinitionPlace, listDefinitions, placeRootTable, subcollectionsDirectory } from './place-definition.ts'
import { type RootEntry, readRootCollections } from './read-root-collections.ts'
import { readSettings } from './read-settings.ts'
import { readTable } from './read-table.ts'
import { openYaml, problemAt, type Source } from './yaml-source.ts'

type Files = ReadonlyMap<string, DefinitionFile>

/** See `CatalogueCodec.read`. Tables come sorted by id. A definition that is wrong takes its table out of the catalogue, and nothing else. */
export const readCatalogue = (files: Files): Catalogue => {
  const problems: DefinitionProblem[] = [...findLegacyMarkers(files)]
  const settings = files.get(settingsPath)
  const settingsSource = settings === undefined ? undefined : openYaml(settingsPath, settings, problems)
  const languages = settingsSource === undefined ? [] : readSettings(settingsSource, problems)
  const { entries, namespaces } = readRootCollections(files, problems)
  const tables = withoutSharedFiles(readTables(entries, files, problems), problems)
  tables.sort((a, b) => (a.table.id < b.table.id ? -1 : 1))
  const bases = listBases(files)
  const catalogue: Catalogue = {
    tables: tables.map(({ table }) => table),
    problems,
    ...(languages.length === 0 ? {} : { languages }),
    ...(namespaces.length === 0 ? {} : { namespaces }),
    ...(bases.length === 0 ? {} : { bases }),
  }
  for (const { table, source } of tables) problems.push(...findDanglingForeignKeys(catalogue, table, source))
  return catalogue
}

/** Which table a problem is about, for whoever asks for a table that is not there. */
const nameTable = (problem: DefinitionProblem, table: string): DefinitionProblem => ({ ...problem, table })

interface FoundTable {
  readonly table: Table
  readonly source: Source
}

/** Root tables in their order, each followed by its subcollections; those of a table that cannot be read are left out with it. */
const readTables = (entries: readonly RootEntry[], files: Files, problems: DefinitionProblem[]): FoundTable[] => {
  const found: FoundTable[] = []
  const definitions = listDefinitions(files)
  const roots = new Set(entries.map(({ directory }) => directory))
  const read = (place: DefinitionPlace): void => {
    const { table, source, problems: faults } = readTable(place, files)
    problems.push(...faults.map((problem) => nameTable(problem, place.id)))
    if (table === undefined || source === undefined) return
    found.push({ table, source })
    const above = subcollectionsDirectory(place)
    for (const name of [...(definitions.get(above) ?? [])].sort()) {
      const directory = joinPath(above, name)
      const id = parseTableId(`${table.id}/${name}`)
      if (roots.has(directory)) continue // beside a definition without a directory of its own: a table that is listed itself
      if (id === undefined)
        problems.push({ file: joinPath(directory, 'definition.yaml'), message: `"${name}" cannot be the name of a subcollection` })
      else read({ id, ...placeBelow(table, name), definitionDirectory: directory, layout: place.layout })
    }
  }
  for (const entry of entries) {
    const faults: DefinitionProblem[] = []
    const place = placeRootTable(entry, files, faults)
    problems.push(...faults.map((problem) => nameTable(problem, entry.id)))
    if (place !== undefined) read(place)
  }
  return found
}

/** Of two tables with the same record files the first keeps them: a record would be in both. */
const withoutSharedFiles = (tables: readonly FoundTable[], problems: DefinitionProblem[]): FoundTable[] => {
  const owners = new Map<string, Table>()
  return tables.filter(({ table, source }) => {
    const { directory, steps = [], recordFile } = table
    const files = joinPath(recordsDirectoryOf(table), recordFile.name)
    const place = JSON.stringify([directory, ...steps.map(({ name }) => name), files])
    const owner = owners.get(place)
    if (owner === undefined) owners.set(place, table)
    else
      problems.push(
        problemAt(source, ['record_file', 'name'], `table ${table.id} has the same record files as table ${owner.id}: ${joinPath(directory, files)}`),
      )
    return owner === undefined
  })
}

const findLegacyMarkers = (files: Files): readonly DefinitionProblem[] =>
  [...files].flatMap(([path, file]) => {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (name === legacyTableMarker || path === legacyJsonMarker || isLegacyJsonDefinition(path)) return [describeMarker(path, path)]
    return path === legacyRootMarker && hasRootCollections(path, file) ? [describeMarker(path, `${path} with rootCollections`)] : []
  })

const describeMarker = (file: string, what: string): DefinitionProblem => ({
  rule: 'legacy-layout',
  file,
  message: `${what} belongs to the layout of old versions, which is not read: convert the database with "ingitdb import --legacy" (--dry-run shows what it would do)`,
})

/** The file without that key is the server's configuration; what else is wrong with it is not for the catalogue to say. */
const hasRootCollections = (path: string, file: DefinitionFile): boolean => {
  const source = openYaml(path, file, [])
  return source !== undefined && isJsonObject(source.value) && Object.hasOwn(source.value, 'rootCollections')
}

const findDanglingForeignKeys = (catalogue: Catalogue, table: Table, source: Source): readonly DefinitionProblem[] =>
  table.columns.flatMap(({ name, foreignKey }) => {
    if (foreignKey === undefined || resolveForeignKey(catalogue, table, foreignKey) !== undefined) return []
    const known = catalogue.tables.map(({ id }) => id).join(', ')
    const message = `column "${name}" of table ${table.id}: foreign_key "${foreignKey}" is no table of this database (known tables: ${known})`
    return [{ ...problemAt(source, ['columns', name, 'foreign_key'], message), rule: 'unknown-table', table: table.id }]
  })
