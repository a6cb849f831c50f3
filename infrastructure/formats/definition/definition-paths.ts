import { definitionFileNames, joinPath, recordsDirectory } from '../../../domain/table/record-path.ts'

/** Names of the definition files, relative to the database root or to the directory that defines a table. */
export const rootCollectionsPath = '.ingitdb/root-collections.yaml'
export const settingsPath = '.ingitdb/settings.yaml'
/** Our server's configuration; with a key `rootCollections` it marks the layout of old versions. */
export const legacyRootMarker = '.ingitdb.yaml'
export const legacyTableMarker = '.ingitdb-collection.yaml'
/** Of the layouts before that: settings, and definitions in JSON. */
export const legacyJsonMarker = '.ingitdb/.ingitdb.json'
export const legacyCollectionsDirectory = '.ingitdb/collections/'

/** A definition in JSON: `countries/countries.ingitdb.json`, or `auth/users/definition.json`. */
export const isLegacyJsonDefinition = (path: string): boolean =>
  path.startsWith(legacyCollectionsDirectory) && (path.endsWith('.ingitdb.json') || path.endsWith('/definition.json'))

/** What defines a table, in the order in which its fingerprint names them. */
export const tableFileNames = definitionFileNames
export type TableFileName = (typeof tableFileNames)[number]

/** Where the dedicated layout has a table's definition. */
export const dedicatedDirectory = (directory: string): string => joinPath(directory, '.collection')

export const moduleCollectionsPath = (directory: string): string => joinPath(directory, rootCollectionsPath)

const fileNames: ReadonlySet<string> = new Set([...tableFileNames, legacyTableMarker])

/** See `CatalogueCodec.isDefinitionPath`. One look at the last character for most files; those below `$records/` are never definitions. */
export const isDefinitionPath = (path: string): boolean => {
  const last = path.charCodeAt(path.length - 1)
  if (last !== 0x6c && last !== 0x6e) return false // every name ends with l or n
  return isNamedLikeDefinition(path) && !`/${path}`.includes(`/${recordsDirectory}/`)
}

const isNamedLikeDefinition = (path: string): boolean =>
  fileNames.has(path.slice(path.lastIndexOf('/') + 1)) ||
  path === settingsPath ||
  path === legacyRootMarker ||
  path === legacyJsonMarker ||
  isLegacyJsonDefinition(path) ||
  path === rootCollectionsPath ||
  path.endsWith(`/${rootCollectionsPath}`)

/** A relative path from a directory, without `.` and `..`; `undefined` when it leads out of the database. */
export const resolvePath = (directory: string, path: string): string | undefined => {
  const segments: string[] = directory === '' ? [] : directory.split('/')
  for (const segment of path.split('/')) {
    if (segment === '..' && segments.pop() === undefined) return undefined
    if (segment !== '' && segment !== '.' && segment !== '..') segments.push(segment)
  }
  return segments.join('/')
}

/** `a/b/c` → `a/b`, `c` → `''` */
export const directoryOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
