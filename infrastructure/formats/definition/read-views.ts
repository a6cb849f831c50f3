import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import type { DefinitionFile } from '../../../domain/table/codecs.ts'
import { definitionDirectoryOf, joinPath } from '../../../domain/table/record-path.ts'
import type { DefinitionProblem, Table } from '../../../domain/table/table.ts'
import {
  defaultViewName,
  type ReadmeSettings,
  type TableViews,
  type View,
  type ViewFormat,
  type ViewProblem,
  viewFormats,
} from '../../../domain/view/view.ts'
import { compareCodePoints } from '../member-order.ts'
import { ownMember } from '../own-member.ts'
import { openBases } from './inherit-definition.ts'
import { below, type Place, type Reader, readCount, readFlag, readList, readMap, readText, readTextMap, readWhole } from './read-fields.ts'
import { openYaml, placeIn, type Source } from './yaml-source.ts'

/** Where the files of a table's views lie: `views/` beside its definition, `$views/` in the shared layout. */
export const viewsDirectory = (table: Table): string => {
  const directory = definitionDirectoryOf(table)
  return joinPath(directory, directory.split('/').includes('.collection') ? 'views' : '$views')
}

const definitionPath = (table: Table): string => joinPath(definitionDirectoryOf(table), 'definition.yaml')

/** See `ViewCodec.concerns`. */
export const concernsViews = (tables: readonly Table[]): ((path: string) => boolean) => {
  const definitions = new Set(tables.map(definitionPath))
  const directories = new Set(tables.map(viewsDirectory))
  return (path) => definitions.has(path) || (isViewFile(path) && directories.has(path.slice(0, path.lastIndexOf('/'))))
}

const isViewFile = (path: string): boolean => /\/[^/]+\.ya?ml$/.test(path)

/** See `ViewCodec.read`. */
export const readViews = (table: Table, files: ReadonlyMap<string, DefinitionFile>): TableViews => {
  const directory = viewsDirectory(table)
  const paths = [...files.keys()].filter(
    (path) => isViewFile(path) && path.startsWith(`${directory}/`) && !path.slice(directory.length + 1).includes('/'),
  )
  const named = paths.sort(compareCodePoints).map((file) => readViewFile(table, file, files.get(file)))
  const { inline, readme } = readDefinition(table, files)
  const read = [...(inline === undefined ? [] : [inline]), ...named]
  return {
    views: read.flatMap(({ view }) => view ?? []),
    readme,
    problems: read.flatMap(({ problems }) => problems),
    lineOf: ({ file, isDefault }, path) => {
      const content = files.get(file)
      return content && openYaml(file, content, [])?.lineOf(isDefault ? ['default_view', ...path] : path)
    },
  }
}

interface ReadView {
  readonly view: View | undefined
  readonly problems: readonly ViewProblem[]
}

const readViewFile = (table: Table, file: string, content: DefinitionFile | undefined): ReadView => {
  const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '')
  const problems: DefinitionProblem[] = []
  const source = content && openYaml(file, content, problems)
  const view = source && readView({ table: table.id, name, isDefault: false, file }, source.value, placeIn(source, problems))
  return nameProblems(table, name, { view, problems })
}

const nameProblems = (
  table: Table,
  name: string,
  { view, problems }: { readonly view: View | undefined; readonly problems: readonly DefinitionProblem[] },
): ReadView => ({
  view: problems.length === 0 ? view : undefined,
  problems: problems.map((problem) => ({ ...problem, table: table.id, view: name })),
})

/** What a definition does not say itself is inherited. */
const readDefinition = (
  table: Table,
  files: ReadonlyMap<string, DefinitionFile>,
): { readonly inline: ReadView | undefined; readonly readme: ReadmeSettings } => {
  const file = definitionPath(table)
  const content = files.get(file)
  const own = content && openYaml(file, content, [])
  const chain = own === undefined ? [] : openBases(own, files, [])
  const withView = chain.find(({ value }) => memberOf(value, 'default_view') !== undefined)
  const withReadme = chain.find(({ value }) => memberOf(value, 'readme') !== undefined)
  return {
    inline: withView && readDefaultView(table, withView),
    readme: withReadme === undefined ? noReadmeSettings : readReadme(table, withReadme),
  }
}

const readDefaultView = (table: Table, source: Source): ReadView => {
  const problems: DefinitionProblem[] = []
  const identity = { table: table.id, name: defaultViewName, isDefault: true, file: source.file }
  const view = readView(identity, memberOf(source.value, 'default_view') ?? {}, below(placeIn(source, problems), 'default_view'))
  return nameProblems(table, defaultViewName, { view, problems })
}

const noReadmeSettings: ReadmeSettings = { hideColumns: false, hideSubcollections: false, hideViews: false }

const readReadme = (table: Table, source: Source): ReadmeSettings => {
  const readme = memberOf(source.value, 'readme')
  if (!isJsonObject(readme)) return noReadmeSettings
  const place = below(placeIn(source, []), 'readme')
  const hidden = ownMember(readme, 'hide_columns')
  const isSet = (name: string): boolean => {
    const value = ownMember(readme, name)
    return value !== undefined && value !== null && readFlag(value, below(place, name)) === true
  }
  const shown = memberOf(readme, 'data_preview')
  const preview =
    shown && readView({ table: table.id, name: 'data_preview', isDefault: false, file: source.file }, shown, below(place, 'data_preview'))
  return {
    hideColumns: Array.isArray(hidden) ? (readList(readText)(hidden, below(place, 'hide_columns')) ?? []) : isSet('hide_columns'),
    hideSubcollections: isSet('hide_subcollections'),
    hideViews: isSet('hide_views'),
    ...(preview === undefined ? {} : { preview }),
  }
}

const memberOf = (value: Json, name: string): JsonObject | undefined => {
  const member = isJsonObject(value) ? ownMember(value, name) : undefined
  return isJsonObject(member) ? member : undefined
}

const readView = (identity: Pick<View, 'table' | 'name' | 'isDefault' | 'file'>, value: Json, place: Place): View => {
  const members = readMap(value, place)
  const get = <T>(name: string, read: Reader<T>): T | undefined => {
    const member = ownMember(members, name)
    return member === undefined || member === null ? undefined : read(member, below(place, name))
  }
  const view: { readonly [Key in keyof View]: View[Key] | undefined } = {
    ...identity,
    titles: get('titles', readTextMap),
    columns: get('columns', readList(readText)) ?? [],
    orderBy: get('order_by', readText),
    where: get('where', readText),
    top: get('top', readSize),
    format: get('format', readFormat),
    formats: identity.isDefault ? [] : (get('formats', readList(readOutput)) ?? (ownMember(members, 'template') === markdownTable ? ['md'] : [])),
    fileName: get('file_name', readText),
    maxBatchSize: get('max_batch_size', readSize),
    template: get('template', readTemplate),
    recordsVariable: get('records_var_name', readText),
    includeHash: get('include_hash', readFlag),
    recordsDelimiter: get('records_delimiter', readDelimiter),
  }
  return Object.fromEntries(Object.entries(view).filter(([, member]) => member !== undefined)) as unknown as View
}

const readFormat: Reader<ViewFormat> = (value, place) => {
  const text = (readText(value, place) ?? '').toLowerCase()
  const format = viewFormats.find((known) => known === text)
  if (format === undefined) place.report(place.path, `unknown format "${text}" of a view; formats are ${viewFormats.join(', ')}`)
  return format
}

const readOutput: Reader<string> = (value, place) => {
  const text = (readText(value, place) ?? '').toLowerCase()
  return text === 'md' || text === 'markdown' ? 'md' : readFormat(text, place)
}

/** In the documents of the Go tools the name of a template; what it makes is what `formats: [md]` makes. */
const markdownTable = 'md-table'

const readTemplate: Reader<string> = (value, place) => {
  const text = readText(value, place)
  return text === markdownTable ? undefined : text
}

const readSize: Reader<number> = (value, place) => {
  const size = readCount(value, place)
  if (size === undefined || size > 0) return size
  place.report(place.path, `"${place.path.at(-1)}" must not be negative`)
  return undefined
}

/** The Go tools count delimiters, 0 or 1, and took true and false before. */
const readDelimiter: Reader<boolean> = (value, place) => {
  if (typeof value === 'number') return (readWhole(value, place) ?? 0) > 0
  if (value === false || value === 'false' || value === 'no' || value === 'off') return false
  return readFlag(value, place) === true
}
