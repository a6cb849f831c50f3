import type { CatalogueCodec, DefinitionFile } from '../../domain/table/codecs.ts'
import { recordsDirectory } from '../../domain/table/record-path.ts'
import type { BlobCache } from './blob-cache.ts'
import type { CatFile } from './cat-file.ts'
import { listTree } from './list-tree.ts'
import { inDatabase, isDefinition } from './stage-changes.ts'
import { readBlob } from './staged-tree.ts'

export interface ObjectSource {
  readonly objects: CatFile
  readonly blobs: BlobCache
}

/** Every definition file of the database at one commit, paths relative to the database. Directories of records are not looked into. */
export const readDefinitions = async (
  source: ObjectSource,
  commit: string,
  database: { readonly path: string; readonly codec: CatalogueCodec },
): Promise<Map<string, DefinitionFile>> => {
  const skip = (path: string) => path.endsWith(`/${recordsDirectory}`)
  const listed = await listTree(source.objects, commit, { directory: database.path, skip })
  const start = inDatabase(database.path, '').length
  const files = listed.filter(({ path, mode }) => mode.startsWith('100') && isDefinition(database.codec, path.slice(start)))
  const bytes = await Promise.all(files.map(({ oid }) => readBlob(source.objects, source.blobs, oid)))
  const definitions = new Map<string, DefinitionFile>()
  for (const [index, { path, oid }] of files.entries()) {
    const content = bytes[index]
    if (content !== undefined) definitions.set(path.slice(start), { oid, bytes: content })
  }
  return definitions
}
