/** Names of the definition files, relative to the database root or to a table's own directory. */
export const rootCollectionsPath = '.ingitdb/root-collections.yaml'
export const settingsPath = '.ingitdb/settings.yaml'
/** Our server's configuration; with a key `rootCollections` it marks the layout of old versions. */
export const legacyRootMarker = '.ingitdb.yaml'
export const legacyTableMarker = '.ingitdb-collection.yaml'

/** What defines a table of the dedicated layout, in the order in which its fingerprint names them. */
export const tableFileNames = ['definition.yaml', 'schema.json', 'rules.yaml', 'layout.yaml'] as const
export type TableFileName = (typeof tableFileNames)[number]

export const tableFilePath = (directory: string, name: TableFileName): string => `${directory}/.collection/${name}`

/** A definition beside the records instead of in `.collection/`: the shared layout. */
export const bareDefinitionPath = (directory: string): string => `${directory}/definition.yaml`

export const moduleCollectionsPath = (directory: string): string => `${directory}/${rootCollectionsPath}`

const tableFileEnds = tableFileNames.map((name) => `/.collection/${name}`)

/** See `CatalogueCodec.isDefinitionPath`. A few comparisons of the path's end; files below `$records/` are never definitions. */
export const isDefinitionPath = (path: string): boolean => {
  const last = path.charCodeAt(path.length - 1)
  if (last !== 0x6c && last !== 0x6e) return false // every name ends with l or n
  return isNamedLikeDefinition(path) && !path.includes('/$records/')
}

const isNamedLikeDefinition = (path: string): boolean =>
  path === rootCollectionsPath ||
  path === settingsPath ||
  path === legacyRootMarker ||
  tableFileEnds.some((end) => path.endsWith(end)) ||
  path.endsWith(`/${rootCollectionsPath}`) ||
  path.endsWith('/definition.yaml') ||
  path.endsWith(legacyTableMarker)
