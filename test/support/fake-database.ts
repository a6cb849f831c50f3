import type { CallOperation } from '../../api/contract/operations.ts'
import type { Database, WriteRequest } from '../../api/database.ts'
import { runOperation } from '../../api/operations/run-operation.ts'
import type { Command, OperationResult, RevisedChange } from '../../domain/event-sourcing/operation.ts'
import type { CommitId, RecordKey, TableId } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import { stringifyJson } from '../../domain/json.ts'
import { compareRecords, matches } from '../../domain/query/evaluate-filter.ts'
import { mergePatch } from '../../domain/record/merge-patch.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import type { Catalogue, Column, DefinitionProblem, Table } from '../../domain/table/table.ts'
import { noRules } from '../../domain/table/table.ts'
import type { HistoryEntry, RecordRow, Snapshot } from '../../projections/snapshot.ts'

interface State {
  readonly tables: readonly Table[]
  /** Table id → key → fields. */
  readonly records: ReadonlyMap<string, ReadonlyMap<string, Stored>>
  readonly history: readonly (HistoryEntry & { readonly table: string; readonly key: string })[]
}

interface Stored {
  readonly fields: JsonObject
  readonly revision: string
}

/** A database in memory for tests of what lies above it: keys are checked, columns and references are not. Remembers every request it got. */
export class FakeDatabase implements Database {
  readonly requests: WriteRequest[] = []
  readonly reads: unknown[] = []
  readonly problems: DefinitionProblem[] = []
  /** Called before each write is decided: a foreign writer. */
  beforeWrite: (() => void) | undefined
  #states: State[]

  constructor(tables: readonly Table[], records: Readonly<Record<string, Readonly<Record<string, JsonObject>>>> = {}) {
    const stored = tables.map(({ id }): [string, ReadonlyMap<string, Stored>] => [
      id,
      new Map(Object.entries(records[id] ?? {}).map(([key, fields]) => [key, { fields, revision: revisionOf(fields) }])),
    ])
    this.#states = [{ tables, records: new Map(stored), history: [] }]
  }

  fieldsOf(table: string, key: string): JsonObject | undefined {
    return this.#states.at(-1)?.records.get(table)?.get(key)?.fields
  }

  async read(where: Parameters<Database['read']>[0]): Promise<Result<Snapshot>> {
    this.reads.push(where)
    const index = where.at === undefined ? this.#states.length - 1 : Number.parseInt(where.at, 16)
    const state = this.#states[index]
    return state === undefined ? fail({ kind: 'not-found', what: 'commit', id: where.at ?? '' }) : ok(toSnapshot(state, index, this.problems))
  }

  async write(request: WriteRequest): Promise<Result<OperationResult>> {
    this.beforeWrite?.()
    this.requests.push(request)
    const decided = this.#decide(request)
    if (!decided.ok) return decided
    if (decided.value.changes.length > 0) this.#states.push(decided.value.state)
    return ok({ commit: commitOf(this.#states.length - 1), changes: decided.value.changes, repeated: false })
  }

  async dryRun(request: WriteRequest): Promise<Result<OperationResult>> {
    const decided = this.#decide(request)
    return decided.ok ? ok({ commit: commitOf(this.#states.length - 1), changes: decided.value.changes, repeated: false }) : decided
  }

  async rebuild(onProgress?: (done: number, total: number) => void): ReturnType<Database['rebuild']> {
    onProgress?.(1, 2)
    onProgress?.(2, 2)
    return ok({
      commits: this.#states.length,
      records: [...(this.#states.at(-1)?.records.values() ?? [])].reduce((sum, { size }) => sum + size, 0),
      milliseconds: 7,
    })
  }

  async recover(): Promise<boolean> {
    return false
  }

  async status(): ReturnType<Database['status']> {
    const readModel = { file: '/cache/1.sqlite', sizeBytes: 4096, commits: this.#states.length }
    return ok({
      directory: '/db',
      bare: false,
      branch: undefined,
      commit: commitOf(this.#states.length - 1),
      readModel,
      uncommitted: [],
      workTreeBehind: false,
    })
  }

  /** What `readUncommitted` answers. */
  uncommitted: Result<readonly string[]> = ok([])

  async readUncommitted(): ReturnType<Database['readUncommitted']> {
    return this.uncommitted
  }

  findings: Awaited<ReturnType<Database['doctor']>> = [{ check: 'git', ok: true, detail: 'git 2.39.5' }]

  async doctor(): ReturnType<Database['doctor']> {
    return this.findings
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true
  }

  isClosed = false

  #decide(request: WriteRequest): Result<{ readonly state: State; readonly changes: readonly RevisedChange[] }> {
    let state = this.#states.at(-1) ?? { tables: [], records: new Map(), history: [] }
    const changes: RevisedChange[] = []
    for (const command of request.commands) {
      const decided = decide(state, command)
      if (!decided.ok) return decided
      for (const change of decided.value) {
        state = apply(state, change, commitOf(this.#states.length))
        changes.push(change)
      }
    }
    return ok({ state, changes })
  }
}

export const fakeTable = (id: string, columns: readonly Column[], rest: Partial<Table> = {}): Table => ({
  id: id as TableId,
  directory: id,
  recordFile: { name: '{key}.yaml', format: 'yaml', type: 'single' },
  columns,
  columnsOrder: [],
  primaryKey: [],
  rules: noRules,
  fingerprint: id,
  ...rest,
})

/** Commit ids count up: the first state is 0…0. */
export const commitOf = (index: number): CommitId => index.toString(16).padStart(40, '0') as CommitId

const revisionOf = (fields: JsonObject): string => `rev-${stringifyJson(fields)}`

const toSnapshot = (state: State, index: number, problems: readonly DefinitionProblem[]): Snapshot => {
  const catalogue: Catalogue = { tables: state.tables, problems }
  const rowOf = (key: string, { fields, revision }: Stored): RecordRow => ({
    key: key as RecordKey,
    json: stringifyJson({ $id: key, ...fields }),
    revision,
  })
  const select: Snapshot['selectRecords'] = async (table, { where, orderBy, limit, offset }) => {
    const all = [...(state.records.get(table) ?? [])].map(([key, stored]) => ({ key, ...stored }))
    const found = all.filter(({ key, fields }) => where === undefined || matches(where, key, fields)).sort(compareRecords(orderBy))
    return ok(found.slice(offset, limit === undefined ? undefined : offset + limit).map(({ key, ...stored }) => rowOf(key, stored)))
  }
  return {
    commit: commitOf(index),
    catalogue,
    readRecord: (table, key) => {
      const stored = state.records.get(table)?.get(key)
      return stored && rowOf(key, stored)
    },
    selectRecords: select,
    countRecords: async (table, where) => {
      const rows = await select(table, { where, orderBy: [], limit: undefined, offset: 0 })
      return rows.ok ? ok(rows.value.length) : rows
    },
    readHistory: (table, key, { limit, offset }) =>
      state.history
        .filter((entry) => entry.table === table && entry.key === key)
        .map(({ table: _table, key: _key, ...entry }) => entry)
        .reverse()
        .slice(offset, limit === undefined ? undefined : offset + limit),
    readLog: ({ limit, offset }) =>
      state.history
        .map(({ commit, author, time, message, operation }) => ({
          commit,
          parents: [],
          author,
          time,
          message,
          inserted: operation === 'insert' ? 1 : 0,
          updated: operation === 'update' ? 1 : 0,
          deleted: operation === 'delete' ? 1 : 0,
        }))
        .reverse()
        .slice(offset, limit === undefined ? undefined : offset + limit),
    readQuarantine: () => [],
  }
}

const decide = (state: State, command: Command): Result<readonly RevisedChange[]> => {
  if (command.type === 'CreateTable') {
    const table = fakeTable(command.table, command.columns ?? [], command.schema === undefined ? {} : { schema: command.schema })
    return state.tables.some(({ id }) => id === command.table)
      ? fail({ kind: 'already-exists', what: 'table', id: command.table })
      : ok([{ change: { type: 'TableCreated', table }, revision: undefined }])
  }
  const records = state.records.get(command.table)
  if (records === undefined) return fail({ kind: 'not-found', what: 'table', id: command.table })
  if (command.type === 'DropTable') return ok([{ change: { type: 'TableDropped', table: command.table }, revision: undefined }])
  if (command.type === 'InsertRecords') {
    const taken = command.records.find(({ key }) => records.has(key))
    if (taken !== undefined) return fail({ kind: 'already-exists', what: 'record', id: `${command.table}/${taken.key}` })
    return ok(command.records.map(({ key, fields }) => inserted(command.table, key, fields)))
  }
  const { table, key, expectedRevision } = command
  const before = records.get(key)
  if (expectedRevision !== undefined && expectedRevision !== before?.revision) {
    return fail({ kind: 'version-conflict', what: 'record', id: `${table}/${key}`, expected: expectedRevision, actual: before?.revision })
  }
  if (before === undefined)
    return command.type === 'UpsertRecord'
      ? ok([inserted(table, key, command.fields)])
      : fail({ kind: 'not-found', what: 'record', id: `${table}/${key}` })
  if (command.type === 'DeleteRecord') return ok([{ change: { type: 'RecordDeleted', table, key, before: before.fields }, revision: undefined }])
  const after = command.type === 'PatchRecord' ? mergePatch(before.fields, command.patch) : command.fields
  if (revisionOf(after) === before.revision) return ok([])
  return ok([{ change: { type: 'RecordUpdated', table, key, before: before.fields, after }, revision: revisionOf(after) }])
}

const inserted = (table: TableId, key: RecordKey, after: JsonObject): RevisedChange => ({
  change: { type: 'RecordInserted', table, key, after },
  revision: revisionOf(after),
})

const apply = (state: State, { change, revision }: RevisedChange, commit: CommitId): State => {
  if (change.type === 'TableCreated') {
    return { ...state, tables: [...state.tables, change.table], records: new Map([...state.records, [change.table.id, new Map()]]) }
  }
  if (change.type === 'TableDropped') {
    return {
      ...state,
      tables: state.tables.filter(({ id }) => id !== change.table),
      records: new Map([...state.records].filter(([id]) => id !== change.table)),
    }
  }
  const { table, key } = change
  const records = new Map(state.records.get(table))
  if (change.type === 'RecordDeleted') records.delete(key)
  else records.set(key, { fields: change.after, revision: revision ?? '' })
  const operation = { RecordInserted: 'insert', RecordUpdated: 'update', RecordDeleted: 'delete' } as const
  const entry = {
    table,
    key,
    commit,
    author: { name: 'Ada', email: 'ada@example.org' },
    time: { seconds: 1_790_000_000, offsetMinutes: 60 },
    message: `${operation[change.type]} ${table}/${key}`,
    operation: operation[change.type],
    fields: Object.keys(change.type === 'RecordDeleted' ? change.before : change.after).sort(),
  }
  return { ...state, records: new Map([...state.records, [table, records]]), history: [...state.history, entry] }
}

/** The operation table on a fake database. */
export const callOn =
  (database: FakeDatabase, onProgress?: (done: number, total: number) => void): CallOperation =>
  (name, input) =>
    runOperation({ database, principal: { type: 'local-user' }, ...(onProgress && { onProgress }) }, name, input)
