import type { KnownCommit, Observation, ObservedCommit } from '../../domain/event-sourcing/event-store.ts'
import type { CommitId } from '../../domain/ids.ts'
import type { DefinitionFile } from '../../domain/table/codecs.ts'
import { createTableFinder, type RecordFileOfTable, type TableFinder } from '../../domain/table/find-table-of-path.ts'
import { joinPath, parseRecordPath, placementOf, recordPath, recordsDirectoryOf } from '../../domain/table/record-path.ts'
import { type Catalogue, emptyCatalogue, findTable, type Table } from '../../domain/table/table.ts'
import { inDatabase } from './database-path.ts'
import type { RawCommit, WrittenFile } from './fast-export-parser.ts'
import { findDirectory, findEntry, listTree, readTree } from './list-tree.ts'
import type { ObserveContext } from './observe-context.ts'
import { ScatteredObserver, type TouchedRecordFile } from './observe-scattered.ts'
import { completeBases, readDefinitions } from './read-definitions.ts'
import { type FoundFile, goneRecordFile, readRecordFile, type TableRead, TableReading } from './read-table.ts'
import { isDefinition, withoutShards } from './stage-changes.ts'
import { readBlob } from './staged-tree.ts'
import { directoryMode } from './tree-object.ts'

/** So many files are read ahead at once when a whole table is read. */
const readAheadMax = 1000

/** A path relative to the database, with what the commit wrote there; `undefined`: removed. */
interface Touched {
  readonly path: string
  readonly file: WrittenFile | undefined
}

/** Says of one commit after another what it did to tables and records; commits are given in order, each on top of the one before. */
export class CommitObserver {
  readonly #context: ObserveContext
  #catalogue: Catalogue
  #findTable: TableFinder
  /** Read when a definition changes for the first time. */
  #definitions: Map<string, DefinitionFile> | undefined
  readonly #scattered: ScatteredObserver
  /** Files that definitions inherit from, and that are not called as definitions are. */
  #bases: ReadonlySet<string>
  /** By table: keys of files that lie flat in the `$records/` of a sharded table. Read when it first matters. */
  readonly #strays = new Map<string, Set<string>>()

  constructor(context: ObserveContext, base: KnownCommit | undefined) {
    this.#context = context
    this.#catalogue = base?.catalogue ?? emptyCatalogue
    this.#findTable = createTableFinder(this.#catalogue, context.recordCodec.excludes)
    this.#definitions = base === undefined ? new Map() : undefined
    this.#bases = new Set(this.#catalogue.bases)
    this.#scattered = new ScatteredObserver(context, base === undefined)
  }

  async observe(raw: RawCommit): Promise<ObservedCommit> {
    const touched = this.#inDatabase(raw)
    const before = this.#catalogue
    const definitions = touched.filter(({ path }) => isDefinition(this.#context.catalogueCodec, path) || this.#bases.has(path))
    if (definitions.length > 0) await this.#readCatalogue(raw, definitions)
    const isChanged = (table: Table) => definitions.length > 0 && !sameTable(findTable(before, table.id), table)
    const observations: Observation[] = []
    for (const table of definitions.length > 0 ? this.#catalogue.tables : [])
      if (isChanged(table)) observations.push(await this.#readTable(table, raw, touched))
    const scattered = new Map<Table, TouchedRecordFile[]>()
    for (const each of touched) {
      const owner = this.#findTable(each.path)
      if (owner === undefined || isChanged(owner.table)) continue
      if (isScattered(owner.table)) scattered.set(owner.table, [...(scattered.get(owner.table) ?? []), { ...each, owner }])
      else await this.#observeFile(each, owner, { raw, observations })
    }
    for (const [table, files] of scattered) observations.push(...(await this.#scattered.observe(table, files, { raw, find: this.#findTable })))
    return { commit: raw.info, catalogue: definitions.length > 0 ? this.#catalogue : undefined, observations }
  }

  /** Removed paths come last, so that what a commit moved is known under its new name first. */
  #inDatabase(raw: RawCommit): readonly Touched[] {
    const prefix = inDatabase(this.#context.databasePath, '')
    const touched: Touched[] = []
    for (const file of raw.written) if (file.path.startsWith(prefix)) touched.push({ path: file.path.slice(prefix.length), file })
    for (const path of raw.removed) if (path.startsWith(prefix)) touched.push({ path: path.slice(prefix.length), file: undefined })
    return touched
  }

  async #readCatalogue(raw: RawCommit, touched: readonly Touched[]): Promise<void> {
    const { catalogueCodec, databasePath } = this.#context
    const [parent] = raw.info.parents
    this.#definitions ??=
      parent === undefined ? new Map() : await readDefinitions(this.#context, parent, { path: databasePath, codec: catalogueCodec })
    const files = this.#definitions
    for (const { path, file } of touched) {
      const bytes = file === undefined ? undefined : await this.#bytesOf(file)
      if (file === undefined || bytes === undefined) files.delete(path)
      else files.set(path, { oid: file.oid, bytes: Uint8Array.prototype.slice.call(bytes) })
    }
    await completeBases(this.#context, files, { commit: raw.info.oid, path: databasePath, codec: catalogueCodec })
    this.#catalogue = catalogueCodec.read(files)
    this.#bases = new Set(this.#catalogue.bases)
    this.#scattered.forget()
    this.#findTable = createTableFinder(this.#catalogue, this.#context.recordCodec.excludes)
    this.#strays.clear()
  }

  async #bytesOf(file: WrittenFile): Promise<Uint8Array | undefined> {
    if (!file.mode.startsWith('100')) return undefined
    return file.bytes ?? (await readBlob(this.#context.objects, this.#context.blobs, file.oid))
  }

  async #observeFile(
    { path, file }: Touched,
    { table, key }: RecordFileOfTable,
    into: { raw: RawCommit; observations: Observation[] },
  ): Promise<void> {
    const { recordCodec, digest } = this.#context
    if (key === undefined) {
      const reading = new TableReading(table, recordCodec, digest)
      if (file !== undefined) reading.add({ path, mode: file.mode, oid: file.oid, key, bytes: await this.#bytesOf(file) })
      into.observations.push(reading.result())
    } else if (table.layout !== undefined && (file === undefined || path !== recordPath(table, key, digest))) {
      into.observations.push(await this.#observeSharded(table, { path, key, isGone: file === undefined }, into.raw))
    } else if (file === undefined) into.observations.push(goneRecordFile(table, path, key))
    else
      into.observations.push(
        readRecordFile(recordCodec, table, { path, mode: file.mode, oid: file.oid, key, bytes: file.bytes ?? (await this.#bytesOf(file)) }),
      )
  }

  /**
   * In a sharded table a record may lie in its shard, flat in `$records/`, or in both; the shard wins. Asks the commit what there is,
   * unless there never was a stray file of this key.
   */
  async #observeSharded(
    table: Table,
    touched: { readonly path: string; readonly key: string; readonly isGone: boolean },
    raw: RawCommit,
  ): Promise<Observation> {
    const { path, key } = touched
    const proper = recordPath(table, key, this.#context.digest)
    const flat = recordPath(withoutShards(table), key, this.#context.digest)
    const strays = await this.#straysOf(table, raw)
    if (path === flat && !touched.isGone) strays.add(key)
    if (path === flat && touched.isGone) strays.delete(key)
    const candidates =
      path === proper ? (strays.has(key) ? [flat] : []) : [proper, ...(strays.has(key) ? [flat] : []), ...(touched.isGone ? [] : [path])]
    for (const candidate of candidates) {
      const entry = await findEntry(this.#context.objects, raw.info.oid, inDatabase(this.#context.databasePath, candidate))
      if (entry === undefined || entry.mode === directoryMode) continue
      const bytes = entry.mode.startsWith('100') ? await readBlob(this.#context.objects, this.#context.blobs, entry.oid) : undefined
      return readRecordFile(this.#context.recordCodec, table, { path: candidate, ...entry, key, bytes })
    }
    return goneRecordFile(table, path, key)
  }

  async #straysOf(table: Table, raw: RawCommit): Promise<Set<string>> {
    const known = this.#strays.get(table.id)
    if (known !== undefined) return known
    const strays = new Set<string>()
    this.#strays.set(table.id, strays)
    const directory = joinPath(table.directory, recordsDirectoryOf(table))
    const oid = await findDirectory(this.#context.objects, raw.info.oid, inDatabase(this.#context.databasePath, directory))
    for (const [name, entry] of oid === undefined ? [] : await readTree(this.#context.objects, oid)) {
      const key = entry.mode === directoryMode ? undefined : parseRecordPath(table, `${directory}/${name}`)?.key
      if (key !== undefined) strays.add(key)
    }
    return strays
  }

  async #readTable(table: Table, raw: RawCommit, touched: readonly Touched[]): Promise<TableRead> {
    const { databasePath, objects, recordCodec, digest } = this.#context
    const reading = new TableReading(table, recordCodec, digest)
    const directory = joinPath(databasePath, table.directory)
    const [parent] = raw.info.parents
    const isNew = parent === undefined || (await findDirectory(objects, parent, directory)) === undefined
    const files = isNew ? writtenFiles(touched) : await this.#listFiles(raw.info.oid, directory)
    const openFrom = (start: number) => Promise.all(files.slice(start, start + readAheadMax).map((file) => this.#open(table, file)))
    let ahead = openFrom(0)
    for (let start = readAheadMax; start < files.length + readAheadMax; start += readAheadMax) {
      const found = await ahead
      ahead = openFrom(start) // git reads on while these are parsed
      for (const file of found) if (file !== undefined) reading.add(file)
    }
    return reading.result()
  }

  async #listFiles(commit: CommitId, directory: string): Promise<readonly WrittenFile[]> {
    const start = inDatabase(this.#context.databasePath, '').length
    const listed = await listTree(this.#context.objects, commit, { directory })
    return listed.map((file) => ({ ...file, path: file.path.slice(start), bytes: undefined }))
  }

  async #open(table: Table, file: WrittenFile): Promise<FoundFile | undefined> {
    const owner = this.#findTable(file.path)
    if (owner?.table !== table) return undefined
    this.#scattered.note(owner)
    return { path: file.path, mode: file.mode, oid: file.oid, key: owner.key, parent: owner.parent, bytes: await this.#bytesOf(file) }
  }
}

/** Whether what a record's key means can depend on files that a commit did not touch, beyond stray files of a sharded table. */
const isScattered = (table: Table): boolean => table.parent !== undefined || placementOf(table) === 'search'

const writtenFiles = (touched: readonly Touched[]): readonly WrittenFile[] =>
  touched.flatMap(({ path, file }) => (file === undefined ? [] : [{ ...file, path }]))

/** Same fingerprint: the definition files say the same, so the records mean the same. */
const sameTable = (before: Table | undefined, after: Table): boolean =>
  before !== undefined && before.fingerprint === after.fingerprint && before.directory === after.directory
