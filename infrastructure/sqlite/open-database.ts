import Database from 'better-sqlite3'
import { type ReadDatabase, ReadModelDamaged, type SqlValue, type Statement } from '../../projections/read-database.ts'

/** `build`: a new file that nobody else sees, without safety nets; `write` and `read`: the two connections of a file in use. */
export type OpenMode = 'build' | 'write' | 'read'

const pragmas: Readonly<Record<OpenMode, readonly string[]>> = {
  build: ['journal_mode = off', 'synchronous = off', 'locking_mode = exclusive', 'cache_size = -262144'],
  // The read model is rebuilt from git after a power loss, so commits need not wait for the disk.
  write: ['journal_mode = wal', 'synchronous = normal', 'cache_size = -65536', 'wal_autocheckpoint = 4000'],
  read: ['query_only = on', 'cache_size = -65536'],
}

/** Statements kept per connection; filters make new texts without end. */
const statementsMax = 1_000
/** How long opening and reading wait for another process to finish or recover its write-ahead log; nothing else runs here meanwhile. */
const busyTimeoutMs = 2_000

/** Opens a SQLite file. Throws `ReadModelDamaged` when it is not a database. */
export const openDatabase = (file: string, mode: OpenMode): ReadDatabase =>
  guard(() => {
    const database = new Database(file, { timeout: busyTimeoutMs, fileMustExist: mode !== 'build' })
    for (const pragma of pragmas[mode]) database.pragma(pragma)
    return wrap(database)
  })

/** Opens a file for a user's statement: read only, with a temporary schema of its own. What it sorts stays in memory, which is limited, and not on disk. */
export const openForSql = (file: string): { readonly database: Database.Database; readonly db: ReadDatabase } =>
  guard(() => {
    const database = new Database(file, { timeout: busyTimeoutMs, fileMustExist: true, readonly: true })
    for (const pragma of ['temp_store = memory', 'cache_size = -65536']) database.pragma(pragma)
    return { database, db: wrap(database) }
  })

const wrap = (database: Database.Database): ReadDatabase => {
  const statements = new Map<string, Statement<unknown>>()
  const prepare = (text: string): Statement<unknown> => {
    const found = statements.get(text)
    if (found !== undefined) return found
    if (statements.size >= statementsMax) statements.clear()
    const statement = wrapStatement(guard(() => database.prepare<SqlValue[]>(text)))
    statements.set(text, statement)
    return statement
  }
  let isPatient = true
  return {
    sql: <Row>(text: string) => prepare(text) as Statement<Row>,
    execute: (text) => guard(() => database.exec(text)),
    tryBegin: () => {
      // Who writes must not wait inside SQLite, where this process would stand still: it asks again.
      if (isPatient) database.pragma('busy_timeout = 0')
      isPatient = false
      return tryBegin(database)
    },
    commit: () => guard(() => database.exec('commit')),
    rollback: () => {
      if (database.inTransaction) database.exec('rollback')
    },
    readConsistently: (work) => {
      if (database.inTransaction) return work()
      guard(() => database.exec('begin'))
      try {
        return work()
      } finally {
        database.exec('commit')
      }
    },
    close: () => database.close(),
  }
}

const wrapStatement = (statement: Database.Statement<SqlValue[]>): Statement<unknown> => ({
  run: (...parameters) => void guard(() => statement.run(...parameters)),
  get: (...parameters) => guard(() => statement.get(...parameters)),
  all: (...parameters) => guard(() => statement.all(...parameters)),
  iterate: (...parameters) => guard(() => statement.iterate(...parameters)),
})

const tryBegin = (database: Database.Database): boolean => {
  try {
    database.exec('begin immediate')
    return true
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false
    throw translate(error)
  }
}

const damaged = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_IOERR_SHORT_READ', 'SQLITE_CANTOPEN'])

const translate = (error: unknown): unknown =>
  error instanceof Database.SqliteError && (damaged.has(error.code) || error.code.startsWith('SQLITE_CORRUPT'))
    ? new ReadModelDamaged(error.message, { cause: error })
    : error

/** Does work on a database, and throws `ReadModelDamaged` where SQLite says that the file is none. */
export const guard = <T>(work: () => T): T => {
  try {
    return work()
  } catch (error) {
    throw translate(error)
  }
}
