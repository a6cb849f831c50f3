import { isJsonObject } from '../../../domain/json.ts'
import type { DefinitionFile } from '../../../domain/table/codecs.ts'
import { type Catalogue, type DefinitionProblem, resolveForeignKey, type Table } from '../../../domain/table/table.ts'
import { legacyRootMarker, legacyTableMarker, settingsPath } from './definition-paths.ts'
import { readRootCollections } from './read-root-collections.ts'
import { readSettings } from './read-settings.ts'
import { readTable } from './read-table.ts'
import { openYaml, problemAt, type Source } from './yaml-source.ts'

/** See `CatalogueCodec.read`. Tables come sorted by id. A definition that is wrong takes its table out of the catalogue, and nothing else. */
export const readCatalogue = (files: ReadonlyMap<string, DefinitionFile>): Catalogue => {
  const problems: DefinitionProblem[] = [...findLegacyMarkers(files)]
  const settings = files.get(settingsPath)
  const settingsSource = settings === undefined ? undefined : openYaml(settingsPath, settings, problems)
  const languages = settingsSource === undefined ? [] : readSettings(settingsSource, problems)
  const { entries, namespaces } = readRootCollections(files, problems)
  const read = entries.map((entry) => readTable(entry, files))
  problems.push(...read.flatMap((each, index) => each.problems.map((problem) => nameTable(problem, entries[index]?.id))))
  const tables = read.flatMap(({ table, source }) => (table === undefined || source === undefined ? [] : [{ table, source }]))
  tables.sort((a, b) => (a.table.id < b.table.id ? -1 : 1))
  const catalogue: Catalogue = {
    tables: tables.map(({ table }) => table),
    problems,
    ...(languages.length === 0 ? {} : { languages }),
    ...(namespaces.length === 0 ? {} : { namespaces }),
  }
  for (const { table, source } of tables) problems.push(...findDanglingForeignKeys(catalogue, table, source))
  return catalogue
}

/** Which table a problem is about, for whoever asks for a table that is not there. */
const nameTable = (problem: DefinitionProblem, table: string | undefined): DefinitionProblem =>
  table === undefined ? problem : { ...problem, table }

const findLegacyMarkers = (files: ReadonlyMap<string, DefinitionFile>): readonly DefinitionProblem[] =>
  [...files].flatMap(([path, file]) => {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (name === legacyTableMarker)
      return [
        {
          rule: 'legacy-layout',
          file: path,
          message: `${path} belongs to the layout of old versions, which is not read; tables are listed in .ingitdb/root-collections.yaml`,
        },
      ]
    return path === legacyRootMarker && hasRootCollections(path, file)
      ? [
          {
            rule: 'legacy-layout',
            file: path,
            message: `${path} with rootCollections belongs to the layout of old versions, which is not read; use .ingitdb/root-collections.yaml`,
          },
        ]
      : []
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
