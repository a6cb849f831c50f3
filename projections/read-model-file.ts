import type { ReadDatabase } from './read-database.ts'
import type { WriteLock } from './write-lock.ts'

/** The SQLite file of one database's read model. Disposable: whoever misses it builds it again from git. */
export interface ReadModelFile {
  readonly path: string
  /** Turns among all processes that write or build this file. */
  readonly lock: WriteLock & { close(): void }
  exists(): boolean
  /** Tells the file at this place from another one that takes its place later. */
  identity(): string
  sizeBytes(): number
  openReader(): ReadDatabase
  openWriter(): ReadDatabase
  /** Builds a new file beside the old one, which answers until the new one takes its place. On failure the old one stays. */
  build(fill: (db: ReadDatabase) => Promise<void>): Promise<void>
}
