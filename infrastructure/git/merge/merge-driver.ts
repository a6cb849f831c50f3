import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type CommitId, parseCommitId } from '../../../domain/ids.ts'
import type { FileContent, FileToMerge, MergedFile } from '../../../domain/merge/merge-file.ts'
import type { CatalogueCodec, RecordCodec } from '../../../domain/table/codecs.ts'
import { BlobCache } from '../blob-cache.ts'
import { blobSizeBytesMax, CatFile } from '../cat-file.ts'
import { commonDirectoryOf, findRepository, locateInRepository } from '../find-repository.ts'
import type { RepositoryLocation } from '../repository-location.ts'
import { Git } from '../run-git.ts'
import { createIdentifier } from './identify-file.ts'

/** What git gives to a merge driver: names of three files relative to where it runs, and the path of the file in the repository. */
export interface DriverFiles {
  readonly base: string
  readonly ours: string
  readonly theirs: string
  readonly path: string
}

export interface DriverPorts {
  readonly recordCodec: RecordCodec
  readonly catalogueCodec: CatalogueCodec
  merge(file: FileToMerge): MergedFile
}

/** Where a driver was started, with the environment that git made for it. */
export interface DriverPlace {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Merges the three files as git asks for it, by the definitions of HEAD, which is ours in a merge, a rebase and a cherry-pick alike; the result goes
 * into ours. Throws when a file or the repository cannot be read; then ours is as it was.
 */
export const mergeDriverFiles = async (files: DriverFiles, place: DriverPlace, ports: DriverPorts): Promise<MergedFile> => {
  const { path } = files
  const large = [files.base, files.ours, files.theirs].some((file) => statSync(resolve(place.cwd, file)).size > blobSizeBytesMax)
  if (large) return { bytes: undefined, conflicts: [{ type: 'file', file: path, why: `it is larger than ${blobSizeBytesMax} bytes` }] }
  const [base, ours, theirs] = [files.base, files.ours, files.theirs].map((file) => readFileSync(resolve(place.cwd, file)))
  const { name, content } = await identify(path, place, ports)
  const merged = ports.merge({ path: name, sides: { base, ours, theirs }, content })
  if (merged.bytes !== undefined) {
    writeFileSync(resolve(place.cwd, files.ours), merged.bytes)
    return merged
  }
  const gone = { type: 'file', file: name, why: 'nothing is left in it: "git rm" removes it' } as const
  return { bytes: undefined, conflicts: merged.conflicts.length === 0 ? [gone] : merged.conflicts }
}

const identify = async (path: string, place: DriverPlace, codecs: DriverPorts): Promise<{ readonly name: string; readonly content: FileContent }> => {
  const location = locate(path, place)
  const { databasePath } = location
  const prefix = databasePath === '' ? '' : `${databasePath}/`
  if (!path.startsWith(prefix)) return { name: path, content: { type: 'other' } }
  const name = path.slice(prefix.length)
  const objects = new CatFile(new Git(location))
  try {
    const source = { ...codecs, objects, blobs: new BlobCache(blobSizeBytesMax), databasePath }
    return { name, content: await createIdentifier(source, ['HEAD', ...listTheirs(place)])(name) }
  } finally {
    await objects.close()
  }
}

/** Git names the repository in the environment where it is not the one that is found from the folder. */
const locate = (path: string, { cwd, env }: DriverPlace): RepositoryLocation => {
  const start = join(cwd, dirname(path))
  if (env.GIT_DIR !== undefined) {
    const gitDirectory = resolve(cwd, env.GIT_DIR)
    return locateInRepository({ gitDirectory, commonDirectory: commonDirectoryOf(gitDirectory), workTree: cwd }, start)
  }
  const found = findRepository(start)
  if (!found.ok) throw new Error(`${start} is in no repository that can be read (${found.failure.kind})`)
  return found.value
}

/** `git merge` says in the environment which commits it merges. */
const listTheirs = ({ env }: DriverPlace): readonly CommitId[] =>
  Object.keys(env).flatMap((name) => {
    const commit = name.startsWith('GITHEAD_') ? parseCommitId(name.slice('GITHEAD_'.length)) : undefined
    return commit === undefined ? [] : [commit]
  })
