import type { RecordChange } from '../../domain/event-sourcing/change.ts'
import { joinKey, parentKey } from '../../domain/record/record-key.ts'
import { createTableFinder, type TableFinder } from '../../domain/table/find-table-of-path.ts'
import { dataDirectory, joinPath, listNestings, listRecordPaths, type Nesting, placementOf, recordPathIn } from '../../domain/table/record-path.ts'
import type { Table } from '../../domain/table/table.ts'
import type { StageContext } from './stage-context.ts'
import { directoryMode } from './tree-object.ts'

/** Where the file of a changed record is and where it has to be, relative to the database. `from` is absent for a record that has no file yet. */
export interface RecordFiles {
  readonly from: string | undefined
  readonly to: string
}

/** Parents whose records are looked at to see which of the two places their subcollections are in. */
const parentsAskedMax = 64

/**
 * Finds the files of records that are about to change. A record is edited where it is; a new one goes where others of its table are, first those
 * below the same parent record. One object serves one commit: what it found out about places stays true meanwhile.
 */
export class RecordLocator {
  readonly #context: StageContext
  readonly #find: TableFinder
  readonly #nestings = new Map<string, Promise<Nesting>>()

  constructor(context: StageContext) {
    this.#context = context
    this.#find = createTableFinder(context.catalogue, context.recordCodec.excludes)
  }

  async locate(table: Table, change: RecordChange): Promise<RecordFiles> {
    switch (placementOf(table)) {
      case 'key':
        return this.#locateByKey(table, change)
      case 'file':
        return this.#locateShared(table, change)
      case 'search':
        return this.#locateAnywhere(table, change)
    }
  }

  async #locateByKey(table: Table, { key, type }: RecordChange): Promise<RecordFiles> {
    const places = listRecordPaths(table, key, this.#context.digest)
    const [usual = ''] = places
    if (places.length === 1) return { from: usual, to: usual }
    for (const path of places) if (await this.#exists(path)) return { from: path, to: path }
    if (type === 'RecordInserted') {
      const nesting = table.steps === undefined ? 0 : await this.#chooseNesting(table, key)
      return { from: undefined, to: recordPathIn(table, key, { digest: this.#context.digest, nesting }) }
    }
    const stray = table.layout === undefined ? undefined : (await this.#listFiles(table)).find((path) => this.#find(path)?.key === key)
    return { from: stray, to: stray ?? usual }
  }

  async #locateShared(table: Table, { key, type }: RecordChange): Promise<RecordFiles> {
    const { digest } = this.#context
    if (table.steps === undefined) {
      const path = recordPathIn(table, key, { digest })
      return { from: path, to: path }
    }
    if (type !== 'RecordInserted')
      for (const nesting of listNestings(table)) {
        const path = recordPathIn(table, key, { digest, nesting })
        if (await this.#holds(table, path, key)) return { from: path, to: path }
      }
    const path = recordPathIn(table, key, { digest, nesting: await this.#chooseNesting(table, key) })
    return { from: type === 'RecordInserted' ? undefined : path, to: path }
  }

  async #locateAnywhere(table: Table, change: RecordChange): Promise<RecordFiles> {
    const { digest } = this.#context
    const { key } = change
    const before = 'before' in change ? await this.#findHolder(table, { key, fields: change.before }) : undefined
    if (change.type === 'RecordDeleted') return { from: before, to: before ?? recordPathIn(table, key, { digest, fields: change.before }) }
    const nesting = table.steps === undefined ? 0 : await this.#chooseNesting(table, key)
    const to = recordPathIn(table, key, { digest, nesting, fields: change.after })
    // A file that names no more than the key, and a record that was put elsewhere by hand, stay as they are.
    const wasElsewhere = before !== undefined && 'before' in change && before !== recordPathIn(table, key, { digest, nesting, fields: change.before })
    return { from: before, to: wasElsewhere ? before : to }
  }

  /** The file that a record is in: where it should be, else any file of the table. */
  async #findHolder(table: Table, { key, fields }: { readonly key: string; readonly fields: Parameters<typeof recordPathIn>[2]['fields'] }) {
    const { digest } = this.#context
    for (const nesting of listNestings(table)) {
      const path = recordPathIn(table, key, { digest, nesting, fields })
      if (await this.#holds(table, path, key)) return path
    }
    for (const path of await this.#listFiles(table)) if (await this.#holds(table, path, key)) return path
    return undefined
  }

  async #holds(table: Table, path: string, key: string): Promise<boolean> {
    const owner = this.#find(path)
    if (owner?.table !== table) return false
    if (owner.key !== undefined) return owner.key === key && (await this.#exists(path))
    const file = await this.#context.tree.read(this.#inTree(path))
    if (!file.ok || file.value === undefined) return false
    const { records } = this.#context.recordCodec.read(table, file.value.bytes, undefined)
    return records.some((record) => joinKey(owner.parent, record.key) === key)
  }

  /** In path order, so that of several files the same is found every time. */
  async #listFiles(table: Table): Promise<readonly string[]> {
    const files = await this.#context.listHead(table.directory)
    return files.filter((path) => this.#find(path)?.table === table).sort()
  }

  #chooseNesting(table: Table, key: string): Promise<Nesting> {
    const scope = `${table.id}\u0000${parentKey(key)}`
    const known = this.#nestings.get(scope) ?? this.#findNesting(table, parentKey(key))
    this.#nestings.set(scope, known)
    return known
  }

  /** The place that records below this parent are in already, else those below others; new databases have them outside of `$records`. */
  async #findNesting(table: Table, parent: string | undefined): Promise<Nesting> {
    const nestings = listNestings(table)
    for (const nesting of nestings) if (await this.#exists(dataDirectory(table, parent, nesting))) return nesting
    const [first] = table.steps ?? []
    if (first === undefined || nestings.length === 1 || first.recordsDirectory === '') return 0
    const isOutside = await this.#hasBelow(table.directory, first.name)
    const isInside = !isOutside && (await this.#hasBelow(joinPath(table.directory, first.recordsDirectory), first.name))
    return isInside ? (nestings.at(-1) ?? 0) : 0
  }

  /** Whether a directory named as the subcollection lies below one of the records. */
  async #hasBelow(directory: string, name: string): Promise<boolean> {
    const entries = await this.#context.tree.listNames(this.#inTree(directory))
    const parents = [...entries].filter(([parent, { mode }]) => mode === directoryMode && !/^[.$]/.test(parent)).slice(0, parentsAskedMax)
    for (const [parent] of parents) if (await this.#exists(joinPath(joinPath(directory, parent), name))) return true
    return false
  }

  #exists(path: string): Promise<boolean> {
    return this.#context.tree.exists(this.#inTree(path))
  }

  #inTree(path: string): string {
    return joinPath(this.#context.databasePath, path)
  }
}
