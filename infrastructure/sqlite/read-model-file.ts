import { createHash, randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ReadDatabase, ReadModelDamaged, ReadModelUnavailable } from '../../projections/read-database.ts'
import type { ReadModelFile } from '../../projections/read-model-file.ts'
import { openDatabase } from './open-database.ts'
import { openWriterLock } from './writer-lock-file.ts'

interface ReadModelPlace {
  /** Git directory that the repository's work trees share; the file lies in `ingitdb/` below it. */
  readonly commonDirectory: string
  /** Database directory inside the repository: several databases of one repository have a file each. */
  readonly databasePath: string
  readonly version: number
  /** Another directory for the file, for repositories that cannot be written to (`INGITDB_CACHE`). */
  readonly cacheDirectory: string | undefined
}

/**
 * Where the read model of a database is, whether or not there is one: `<git directory>/ingitdb/<version>-<hash>.sqlite`, the hash being that of the
 * database's path in the repository, so that linked work trees share it. In `INGITDB_CACHE` the hash covers the repository too.
 * Touches no file. Opening throws `ReadModelDamaged` for a file of another version, one never finished, and one from before history became longer or
 * shorter (`git fetch --unshallow`): where a line of commits starts is projected too.
 */
export const locateReadModel = ({ commonDirectory, databasePath, version, cacheDirectory }: ReadModelPlace): ReadModelFile => {
  const identity = cacheDirectory === undefined ? databasePath : `${commonDirectory}\u0000${databasePath}`
  const name = `${version}-${createHash('sha256').update(identity).digest('hex').slice(0, 16)}.sqlite`
  return openFile(join(cacheDirectory ?? join(commonDirectory, 'ingitdb'), name), { version, readHorizon: () => readHorizon(commonDirectory) })
}

interface Expectation {
  readonly version: number
  readHorizon(): number
}

const openFile = (path: string, { version, readHorizon }: Expectation): ReadModelFile => ({
  path,
  lock: openWriterLock(`${path}.lock`),
  identity: () => `${identityOf(path)}:${readHorizon()}`,
  exists: () => existsSync(path),
  sizeBytes: () => statSync(path, { throwIfNoEntry: false })?.size ?? 0,
  openReader: () => checkFile(openDatabase(path, 'read'), { version, readHorizon }),
  openWriter: () => checkFile(openDatabase(path, 'write'), { version, readHorizon }),
  async build(fill) {
    makeDirectory(dirname(path))
    const horizon = readHorizon() // before the first commit is read: one that moves meanwhile is noticed by the next who opens the file
    const building = `${path}.building-${process.pid}-${randomBytes(4).toString('hex')}`
    try {
      const db = openDatabase(building, 'build')
      try {
        await fill(db)
        // Both are kept in the file: readers may come before the first writer, and a file without the version was never finished.
        db.execute(`pragma application_id = ${horizon}; pragma user_version = ${version}; pragma locking_mode = normal; pragma journal_mode = wal`)
      } finally {
        db.close()
      }
      removeFiles(path)
      renameSync(building, path)
    } finally {
      removeFiles(building)
    }
  },
})

const identityOf = (path: string): string => {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true })
  return stat === undefined ? 'gone' : `${stat.dev}:${stat.ino}:${stat.birthtimeNs}`
}

/** Tells apart where git cuts off history: 0 for a repository with all of it, else 31 bits of what the list of a shallow clone's last commits hashes to. */
const readHorizon = (commonDirectory: string): number => {
  const list = join(commonDirectory, 'shallow')
  if (!existsSync(list)) return 0
  return createHash('sha256').update(readFileSync(list)).digest().readUInt32BE() >>> 1
}

const checkFile = (db: ReadDatabase, { version, readHorizon }: Expectation): ReadDatabase => {
  const isFinished = db.sql<{ user_version: number }>('pragma user_version').get()?.user_version === version
  if (isFinished && db.sql<{ application_id: number }>('pragma application_id').get()?.application_id === readHorizon()) return db
  db.close()
  throw new ReadModelDamaged(isFinished ? 'history has become longer or shorter' : 'the file was never finished, or has been emptied')
}

const makeDirectory = (directory: string): void => {
  try {
    mkdirSync(directory, { recursive: true })
    accessSync(directory, constants.W_OK)
  } catch (error) {
    throw new ReadModelUnavailable(`${directory} cannot be written to: set INGITDB_CACHE to a folder that can`, { cause: error })
  }
}

/** A write-ahead log left without its file would be taken for the next file's. */
const removeFiles = (path: string): void => {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true })
}
