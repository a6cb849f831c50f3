import type { CatalogueCodec, DefinitionFile } from '../../domain/table/codecs.ts'
import { recordsDirectory } from '../../domain/table/record-path.ts'
import type { BlobCache } from './blob-cache.ts'
import type { CatFile } from './cat-file.ts'
import { inDatabase } from './database-path.ts'
import { findEntry, listTree } from './list-tree.ts'
import { isDefinition } from './stage-changes.ts'
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
  const { path, codec } = database
  const definitions = await readChosenFiles(source, commit, { path, isWanted: (file) => isDefinition(codec, file) })
  await completeBases(source, definitions, { commit, ...database })
  return definitions
}

/** Any files, by their path relative to the database, with what definitions among them inherit from. */
export const readFilesWithBases = async (
  source: ObjectSource,
  commit: string,
  { path, codec, isWanted }: { readonly path: string; readonly codec: CatalogueCodec; readonly isWanted: (path: string) => boolean },
): Promise<ReadonlyMap<string, DefinitionFile>> => {
  const files = await readChosenFiles(source, commit, { path, isWanted })
  const definitions = new Map([...files].filter(([file]) => isDefinition(codec, file)))
  await completeBases(source, definitions, { commit, path, codec })
  return new Map([...files, ...definitions])
}

const readChosenFiles = async (
  source: ObjectSource,
  commit: string,
  database: { readonly path: string; readonly isWanted: (path: string) => boolean },
): Promise<Map<string, DefinitionFile>> => {
  const skip = (path: string) => `/${path}`.endsWith(`/${recordsDirectory}`)
  const listed = await listTree(source.objects, commit, { directory: database.path, skip })
  const start = inDatabase(database.path, '').length
  const files = listed.filter(({ path, mode }) => mode.startsWith('100') && database.isWanted(path.slice(start)))
  const bytes = await Promise.all(files.map(({ oid }) => readBlob(source.objects, source.blobs, oid)))
  const definitions = new Map<string, DefinitionFile>()
  for (const [index, { path, oid }] of files.entries()) {
    const content = bytes[index]
    if (content !== undefined) definitions.set(path.slice(start), { oid, bytes: content })
  }
  return definitions
}

/** Adds the files that definitions inherit from, as a commit has them, and takes out those that none does any more. */
export const completeBases = async (
  source: ObjectSource,
  files: Map<string, DefinitionFile>,
  { commit, path: databasePath, codec }: { readonly commit: string; readonly path: string; readonly codec: CatalogueCodec },
): Promise<void> => {
  const tried = new Set<string>()
  for (;;) {
    const bases = codec.listBases(files)
    const missing = bases.filter((path) => !files.has(path) && !tried.has(path))
    if (missing.length === 0) {
      const wanted = new Set(bases)
      for (const path of files.keys()) if (!wanted.has(path) && !isDefinition(codec, path)) files.delete(path)
      return
    }
    for (const path of missing) {
      tried.add(path)
      const entry = await findEntry(source.objects, commit, inDatabase(databasePath, path))
      const bytes = entry?.mode.startsWith('100') ? await readBlob(source.objects, source.blobs, entry.oid) : undefined
      if (entry !== undefined && bytes !== undefined) files.set(path, { oid: entry.oid, bytes })
    }
  }
}
