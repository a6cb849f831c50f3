import type { Observation } from '../../domain/event-sourcing/event-store.ts'
import { countKeyParts, type RecordKey, type TableId } from '../../domain/ids.ts'
import { joinKey, parseRecordKey } from '../../domain/record/record-key.ts'
import type { RecordFileOfTable, TableFinder } from '../../domain/table/find-table-of-path.ts'
import { joinPath, listNestings, listRecordPaths, type Nesting, placementOf, recordPathIn } from '../../domain/table/record-path.ts'
import type { Table } from '../../domain/table/table.ts'
import { inDatabase } from './database-path.ts'
import type { RawCommit, WrittenFile } from './fast-export-parser.ts'
import { findEntry, listTree } from './list-tree.ts'
import type { ObserveContext } from './observe-context.ts'
import { type FoundFile, goneRecordFile, readRecordFile, TableReading } from './read-table.ts'
import { readBlob } from './staged-tree.ts'
import { directoryMode } from './tree-object.ts'

/** A record file that a commit wrote or (`file` undefined) removed; path relative to the database. */
export interface TouchedRecordFile {
  readonly path: string
  readonly file: WrittenFile | undefined
  readonly owner: RecordFileOfTable
}

/** Which keys each file of a table holds: kept up while commits are observed one after the other. */
interface FileIndex {
  readonly keysOf: Map<string, readonly string[]>
  readonly pathsOf: Map<string, Set<string>>
}

/**
 * Observes tables whose records may lie in one of several files: subcollections, and files named after columns. What a key means then depends on
 * files that the commit did not touch.
 */
export class ScatteredObserver {
  readonly #context: ObserveContext
  /** By subcollection: which of the places below parent records have been in use. Known only when every commit was seen. */
  readonly #nestings: Map<TableId, Set<Nesting>> | undefined
  readonly #indexes = new Map<TableId, FileIndex>()

  constructor(context: ObserveContext, hasSeenAll: boolean) {
    this.#context = context
    this.#nestings = hasSeenAll ? new Map() : undefined
  }

  /** Definitions have changed: which file is whose may have changed too. */
  forget(): void {
    this.#indexes.clear()
  }

  /** Takes note of a file that is read, or was written. */
  note({ table, nesting }: RecordFileOfTable): void {
    if (this.#nestings === undefined || nesting === undefined) return
    const known = this.#nestings.get(table.id)
    if (known === undefined) this.#nestings.set(table.id, new Set([nesting]))
    else known.add(nesting)
  }

  /** @param touched  all of one table, in this commit */
  async observe(
    table: Table,
    touched: readonly TouchedRecordFile[],
    at: { readonly raw: RawCommit; readonly find: TableFinder },
  ): Promise<readonly Observation[]> {
    for (const { file, owner } of touched) if (file !== undefined) this.note(owner)
    if (placementOf(table) === 'search') return [await this.#observeSearched(table, touched, at)]
    const groups = new Map<string, TouchedRecordFile[]>()
    for (const each of touched) {
      const scope = each.owner.key ?? each.owner.parent ?? ''
      groups.set(scope, [...(groups.get(scope) ?? []), each])
    }
    const observations: Observation[] = []
    for (const [scope, group] of groups) observations.push(await this.#observePlaces(table, { scope, group, raw: at.raw }))
    return observations
  }

  /** Of a record, or of the shared file below a parent record, that may lie in a few known places. */
  async #observePlaces(
    table: Table,
    { scope, group, raw }: { readonly scope: string; readonly group: readonly TouchedRecordFile[]; readonly raw: RawCommit },
  ): Promise<Observation> {
    const isKeyed = placementOf(table) === 'key'
    const found = await this.#openAll(group)
    const keys = new Set(found.flatMap((file) => this.#keysIn(table, file)))
    const paths = new Set(group.map(({ path }) => path))
    for (const path of this.#hasOnePlace(table) ? [] : this.#listPlaces(table, scope)) {
      if (paths.has(path)) continue
      const rival = await this.#openAt(raw.info.oid, path, isKeyed ? { key: scope } : { key: undefined, parent: scope })
      if (rival !== undefined) found.push(rival)
      paths.add(path)
    }
    const [only] = found
    if (isKeyed && only === undefined) return goneRecordFile(table, group[0]?.path ?? '', scope)
    if (isKeyed && only !== undefined && found.length === 1) return readRecordFile(this.#context.recordCodec, table, only)
    const before = isKeyed ? [scope] : (await Promise.all(group.map((each) => this.#keysBefore(table, each, raw)))).flat()
    for (const key of before) keys.add(key)
    return this.#conclude(table, { found, keys, paths: [...paths] })
  }

  #hasOnePlace(table: Table): boolean {
    return table.layout === undefined && (this.#nestings?.get(table.id)?.size ?? 2) < 2
  }

  #listPlaces(table: Table, scope: string): readonly string[] {
    const { digest } = this.#context
    if (placementOf(table) === 'key') return listRecordPaths(table, scope, digest)
    return listNestings(table).map((nesting) => recordPathIn(table, joinKey(scope, ''), { digest, nesting }))
  }

  /** Of files that may hold any record: all that hold one of those that the touched files hold, or held. */
  async #observeSearched(
    table: Table,
    touched: readonly TouchedRecordFile[],
    { raw, find }: { readonly raw: RawCommit; readonly find: TableFinder },
  ): Promise<Observation> {
    const index = await this.#indexOf(table, { raw, find })
    const found = await this.#openAll(touched)
    const opened = new Map(found.map((file) => [file.path, file]))
    const before = touched.flatMap(({ path }) => index.keysOf.get(path) ?? [])
    for (const { path } of touched) setKeys(index, path, this.#keysIn(table, opened.get(path)))
    const keys = new Set([...before, ...touched.flatMap(({ path }) => index.keysOf.get(path) ?? [])])
    const paths = new Set(touched.map(({ path }) => path))
    for (const path of [...keys].flatMap((key) => [...(index.pathsOf.get(key) ?? [])])) {
      if (paths.has(path)) continue
      paths.add(path)
      const owner = find(path)
      const rival = owner && (await this.#openAt(raw.info.oid, path, owner))
      if (rival !== undefined) found.push(rival)
    }
    return this.#conclude(table, { found, keys, paths: [...paths] })
  }

  async #indexOf(table: Table, { raw, find }: { readonly raw: RawCommit; readonly find: TableFinder }): Promise<FileIndex> {
    const known = this.#indexes.get(table.id)
    if (known !== undefined) return known
    const index: FileIndex = { keysOf: new Map(), pathsOf: new Map() }
    this.#indexes.set(table.id, index)
    const [parent] = raw.info.parents
    const { objects, databasePath } = this.#context
    const listed = parent === undefined ? [] : await listTree(objects, parent, { directory: joinPath(databasePath, table.directory) })
    for (const file of listed) {
      const path = file.path.slice(inDatabase(databasePath, '').length)
      const owner = find(path)
      if (owner?.table === table) setKeys(index, path, this.#keysIn(table, await this.#open({ ...file, path, bytes: undefined }, owner)))
    }
    return index
  }

  /** Only records that a touched file holds or held are said anything about; other files were read to tell which file each is served from. */
  #conclude(
    table: Table,
    { found, keys, paths }: { readonly found: readonly FoundFile[]; readonly keys: ReadonlySet<string>; readonly paths: readonly string[] },
  ): Observation {
    const { recordCodec, digest } = this.#context
    const reading = new TableReading(table, recordCodec, digest)
    for (const file of found) reading.add(file)
    const result = reading.result()
    const records = result.records.filter(({ key }) => keys.has(key))
    const left = new Set(records.map(({ key }): string => key))
    const gone = [...keys].filter((key) => !left.has(key)).map((key) => parseRecordKey(key, countKeyParts(table.id)))
    return {
      type: 'RecordsRead',
      table: table.id,
      records,
      gone: gone.filter((key): key is RecordKey => key !== undefined),
      paths,
      problems: result.problems.filter(({ key }) => key === undefined || keys.has(key)),
    }
  }

  async #keysBefore(table: Table, { path, owner }: TouchedRecordFile, { info }: RawCommit): Promise<readonly string[]> {
    const [parent] = info.parents
    return this.#keysIn(table, parent === undefined ? undefined : await this.#openAt(parent, path, owner))
  }

  /** Keys of records in a file, those that cannot be read included. */
  #keysIn(table: Table, file: FoundFile | undefined): readonly string[] {
    if (file === undefined) return []
    if (file.key !== undefined) return [file.key]
    if (file.bytes === undefined) return []
    const { records, problems } = this.#context.recordCodec.read(table, file.bytes, undefined)
    const own = [...records.map(({ key }) => key), ...problems.flatMap(({ key }) => (key === undefined ? [] : [key]))]
    return own.map((key) => joinKey(file.parent, key))
  }

  async #openAll(touched: readonly TouchedRecordFile[]): Promise<FoundFile[]> {
    const found = await Promise.all(touched.map(({ file, path, owner }) => (file === undefined ? undefined : this.#open({ ...file, path }, owner))))
    return found.filter((file) => file !== undefined)
  }

  async #openAt(commit: string, path: string, owner: Pick<RecordFileOfTable, 'key' | 'parent'>): Promise<FoundFile | undefined> {
    const { objects, databasePath } = this.#context
    const entry = await findEntry(objects, commit, inDatabase(databasePath, path))
    return entry === undefined || entry.mode === directoryMode ? undefined : this.#open({ ...entry, path, bytes: undefined }, owner)
  }

  async #open({ path, mode, oid, bytes }: WrittenFile, { key, parent }: Pick<RecordFileOfTable, 'key' | 'parent'>): Promise<FoundFile> {
    const { objects, blobs } = this.#context
    return { path, mode, oid, key, parent, bytes: mode.startsWith('100') ? (bytes ?? (await readBlob(objects, blobs, oid))) : undefined }
  }
}

const setKeys = ({ keysOf, pathsOf }: FileIndex, path: string, keys: readonly string[]): void => {
  for (const key of keysOf.get(path) ?? []) pathsOf.get(key)?.delete(path)
  if (keys.length === 0) keysOf.delete(path)
  else keysOf.set(path, keys)
  for (const key of keys) {
    const paths = pathsOf.get(key)
    if (paths === undefined) pathsOf.set(key, new Set([path]))
    else paths.add(path)
  }
}
