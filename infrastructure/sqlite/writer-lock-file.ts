import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { ReadModelUnavailable } from '../../projections/read-database.ts'
import { createWriteLock, type WriteLock } from '../../projections/write-lock.ts'

const waitMs = 5
const waitMaxMs = 120_000

/**
 * Turns to write the read model, among all processes: a write transaction on a database of its own that holds nothing and is never replaced, unlike
 * the read model's file. The system gives the turn of a killed process back.
 * @param path  of the lock's file; made when it is first taken. Taking throws `ReadModelUnavailable` after two minutes.
 */
export const openWriterLock = (path: string): WriteLock & { close(): void } => {
  const turns = createWriteLock()
  let database: Database.Database | undefined
  return {
    async take() {
      const release = await turns.take()
      try {
        database ??= openLockFile(path)
        await beginWriting(database)
      } catch (error) {
        release()
        throw error
      }
      return () => {
        database?.exec('rollback')
        release()
      }
    },
    close: () => database?.close(),
  }
}

const openLockFile = (path: string): Database.Database => {
  try {
    mkdirSync(dirname(path), { recursive: true })
    return new Database(path, { timeout: 0 })
  } catch (error) {
    throw new ReadModelUnavailable(`${dirname(path)} cannot be written to: set INGITDB_CACHE to a folder that can`, { cause: error })
  }
}

/** Asks again and again instead of waiting inside SQLite, where this process would stand still. */
const beginWriting = async (database: Database.Database): Promise<void> => {
  for (let waitedMs = 0; !tryBegin(database); waitedMs += waitMs) {
    if (waitedMs >= waitMaxMs) throw new ReadModelUnavailable(`another process has been writing for ${waitMaxMs / 1000} seconds`)
    await new Promise((resolve) => setTimeout(resolve, waitMs))
  }
}

const tryBegin = (database: Database.Database): boolean => {
  try {
    database.exec('begin immediate')
    return true
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error
    if (error.code.startsWith('SQLITE_BUSY')) return false
    throw new ReadModelUnavailable(
      `the lock of the read model cannot be taken (${error.code}): set INGITDB_CACHE to a folder that can be written to`,
      { cause: error },
    )
  }
}
