import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FastImport } from './fast-import.ts'
import { hasCode } from './read-ref.ts'
import type { RepositoryLocation } from './repository-location.ts'
import { Git } from './run-git.ts'
import { isGone, ownerOf } from './writer-owner.ts'

/** Git's own prune takes directories of this name away when they are old, as it does with those of its pushes. */
const prefix = 'tmp_objdir-ingitdb-'

/**
 * A place for the objects of one large commit until it is known to be wanted, as git has one for a push: a repository of its own inside the directory of
 * objects, which finds in the real one what it lacks. Nothing in it is part of the real one before `admit`, and `discard` leaves nothing of it.
 */
export class Quarantine {
  readonly importer: FastImport
  readonly #directory: string
  readonly #objects: string

  private constructor(directory: string, objects: string, importer: FastImport) {
    this.#directory = directory
    this.#objects = objects
    this.importer = importer
  }

  /** Makes the directory, and removes those of processes that are gone. */
  static open(location: RepositoryLocation): Quarantine {
    const objects = join(location.commonDirectory, 'objects')
    sweep(objects)
    const directory = join(objects, `${prefix}${ownerOf(process.pid).id}-${performance.now().toFixed(6).replace('.', '')}`)
    mkdirSync(join(directory, 'objects', 'info'), { recursive: true })
    mkdirSync(join(directory, 'objects', 'pack'))
    mkdirSync(join(directory, 'refs'))
    writeFileSync(join(directory, 'HEAD'), 'ref: refs/heads/import\n')
    writeFileSync(join(directory, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n')
    writeFileSync(join(directory, 'objects', 'info', 'alternates'), `${objects}\n`)
    const git = new Git({ ...location, gitDirectory: directory, commonDirectory: directory, workTree: undefined })
    const importer = new FastImport(git, { deleteRefs: async () => true, onPacksFree: () => undefined })
    return new Quarantine(directory, objects, importer)
  }

  /** Makes the objects part of the repository. An index comes after its pack, for whoever finds it looks for the pack. */
  async admit(): Promise<void> {
    await this.importer.close()
    const from = join(this.#directory, 'objects', 'pack')
    const files = readdirSync(from).filter((name) => /^pack-.*\.(pack|rev|idx)$/.test(name))
    for (const name of files.sort((a, b) => rank(a) - rank(b))) renameSync(join(from, name), join(this.#objects, 'pack', name))
  }

  async discard(): Promise<void> {
    await this.importer.close()
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

const rank = (name: string): number => (name.endsWith('.idx') ? 1 : 0)

const sweep = (objects: string): void => {
  for (const name of readdirSync(objects)) {
    if (!name.startsWith(prefix)) continue
    const directory = join(objects, name)
    const id = name.slice(prefix.length).split('-').slice(0, 3).join('-')
    if (isGone(id, ageOf(directory))) rmSync(directory, { recursive: true, force: true })
  }
}

const ageOf = (directory: string): number => {
  try {
    return statSync(directory).mtimeMs
  } catch (error) {
    if (hasCode(error, ['ENOENT'])) return Date.now()
    throw error
  }
}
