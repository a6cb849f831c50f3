import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FileToMerge } from '../domain/merge/merge-file.ts'
import { ok, type Result } from '../domain/result.ts'
import { findRepository } from '../infrastructure/git/find-repository.ts'
import type { DriverFiles } from '../infrastructure/git/merge/merge-driver.ts'
import type { MergeAnswer } from './operations/describe-merge.ts'

/** What git's configuration has to say so that it merges with this program. */
export const readMergeSettings = async (): Promise<ReadonlyMap<string, string>> =>
  (await import('../infrastructure/git/merge/register-merge-driver.ts')).mergeSettings(thisProgram())

/** The command line as it was built, beside this file. */
const thisProgram = () => ({
  node: process.execPath,
  script: fileURLToPath(new URL(`../client/cli/main${extname(import.meta.url)}`, import.meta.url)),
  searchPath: process.env.PATH,
})

/** Makes git merge a database with this program. @param where  `where-named`: only if its files name the driver already */
export const registerDriver = async (directory: string, where: 'always' | 'where-named'): Promise<Result<readonly string[]>> => {
  const location = findRepository(directory)
  if (!location.ok) return location
  const { readMergeDriver, registerMergeDriver } = await import('../infrastructure/git/merge/register-merge-driver.ts')
  if (where === 'where-named' && (await readMergeDriver(location.value)) !== 'incomplete') return ok([])
  return registerMergeDriver(location.value, await readMergeSettings())
}

/** What git gives to a merge driver, and how long the markers are that it wants. */
export interface FilesToMerge extends DriverFiles {
  readonly markerSize: number
  /** Two common ancestors are merged: nothing is marked, and what is in conflict is as in the base. */
  readonly isAncestor: boolean
}

/**
 * Merges one file for git, by the definitions of HEAD of the repository that git started this in; the result goes into the file of ours, with markers
 * where something is in conflict. Throws when files or the repository cannot be read; then nothing is written.
 */
export const mergeFilesLocal = async ({ markerSize, isAncestor, ...files }: FilesToMerge): Promise<MergeAnswer['conflicts']> => {
  const [{ mergeDriverFiles }, { mergeTowardsBase, mergeWithMarkers }, { catalogueCodec }, { recordCodec }, { describeConflict }] = await Promise.all(
    [
      import('../infrastructure/git/merge/merge-driver.ts'),
      import('../infrastructure/formats/merge/merge-with-markers.ts'),
      import('../infrastructure/formats/definition/catalogue-codec.ts'),
      import('../infrastructure/formats/record-codec.ts'),
      import('./operations/describe-merge.ts'),
    ],
  )
  const place = { cwd: process.cwd(), env: process.env }
  const merge = isAncestor ? mergeTowardsBase : (file: FileToMerge) => mergeWithMarkers(file, markerSize)
  const { conflicts } = await mergeDriverFiles(files, place, { catalogueCodec, recordCodec, merge })
  return conflicts.map(describeConflict)
}
