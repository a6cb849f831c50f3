import { createHash } from 'node:crypto'
import type { CallOperation } from '../../api/contract/operations.ts'
import type { Database, WriteRequest } from '../../api/database.ts'
import { runOperation } from '../../api/operations/run-operation.ts'
import type { Change, RecordChange } from '../../domain/event-sourcing/change.ts'
import { decideOperation } from '../../domain/event-sourcing/decide-operation.ts'
import type { Facts } from '../../domain/event-sourcing/decision.ts'
import type { CommitInfo } from '../../domain/event-sourcing/event-store.ts'
import type { OperationResult, RevisedChange } from '../../domain/event-sourcing/operation.ts'
import { overlayFacts } from '../../domain/event-sourcing/overlay-facts.ts'
import type { CommitId, RecordKey, TableId } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import { stringifyJson } from '../../domain/json.ts'
import { compareRecords, type KeyedRecord, matches } from '../../domain/query/evaluate-filter.ts'
import { findFieldChanges } from '../../domain/record/field-changes.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import type { Catalogue, Column, DefinitionProblem, Table } from '../../domain/table/table.ts'
import { noRules } from '../../domain/table/table.ts'
import type { Finding } from '../../domain/validation/finding.ts'
import { viewCodec } from '../../infrastructure/formats/export/view-codec.ts'
import { describeChanges } from '../../infrastructure/git/commit-message.ts'
import type { HistoryEntry, LogEntry, LogFilter, RecordDifference, RecordRow, Snapshot } from '../../projections/snapshot.ts'
import { countValues } from './count-values.ts'
import { evaluateSearch } from './evaluate-search.ts'

interface State {
  readonly tables: readonly Table[]
  /** Table id → key → fields. */
  readonly records: ReadonlyMap<string, ReadonlyMap<string, Stored>>
  readonly history: readonly (HistoryEntry & { readonly table: string; readonly key: string })[]
  readonly log: readonly LogEntry[]
}

const noState: State = { tables: [], records: new Map(), history: [], log: [] }

interface Stored {
  readonly fields: JsonObject
  readonly revision: string
}

/**
 * A database in memory for tests of what lies above it: keys are checked, columns and references are not. Remembers every request it got.
 * `test/contracts/database.ts` holds it against the real one. Known to differ: one branch only, an answer lists the changes of each command, and
 * history names all fields of an updated record, so that blame knows one commit for all of them.
 */
export class FakeDatabase implements Database {
  readonly requests: WriteRequest[] = []
  readonly reads: unknown[] = []
  readonly problems: DefinitionProblem[] = []
  /** What validation answers. */
  readonly invalid: Finding[] = []
  /** Called before each write is decided: a foreign writer. */
  beforeWrite: (() => void) | undefined
  #states: State[]
  runSql = async (): Promise<never> => {
    throw new Error('there is no SQLite behind this database')
  }

  constructor(tables: readonly Table[], records: Readonly<Record<string, Readonly<Record<string, JsonObject>>>> = {}) {
    const stored = tables.map(({ id }): [string, ReadonlyMap<string, Stored>] => [
      id,
      new Map(Object.entries(records[id] ?? {}).map(([key, fields]) => [key, { fields, revision: revisionOf(fields) }])),
    ])
    this.#states = [{ ...noState, tables, records: new Map(stored) }]
  }

  fieldsOf(table: string, key: string): JsonObject | undefined {
    return this.#states.at(-1)?.records.get(table)?.get(key)?.fields
  }

  async read(where: Parameters<Database['read']>[0]): Promise<Result<Snapshot>> {
    this.reads.push(where)
    const index = where.at === undefined ? this.#states.length - 1 : Number.parseInt(where.at, 16) - 1
    const state = this.#states[index]
    return state === undefined ? fail({ kind: 'not-found', what: 'commit', id: where.at ?? '' }) : ok(toSnapshot(this.#states, index, this.problems))
  }

  async ask<T>(where: Parameters<Database['read']>[0], question: (snapshot: Snapshot) => Result<T> | Promise<Result<T>>): Promise<Result<T>> {
    const snapshot = await this.read(where)
    return snapshot.ok ? question(snapshot.value) : snapshot
  }

  async validate(): ReturnType<Database['validate']> {
    return ok({ commit: commitOf(this.#states.length - 1), tables: 0, records: 0, findings: this.invalid })
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

  readonly digest = (text: string): string => createHash('sha256').update(text).digest('hex')

  /** States follow one another on one line. */
  async findMergeBase(a: CommitId, b: CommitId): Promise<CommitId> {
    return a < b ? a : b
  }

  async *listCommits(tip: CommitId): AsyncGenerator<CommitInfo> {
    for (const { commit: oid, time, author, ...entry } of this.#states[Number.parseInt(tip, 16) - 1]?.log.toReversed() ?? [])
      yield { oid, author, authorTime: time, committer: author, committerTime: time, ...entry }
  }

  async readMailmap(): ReturnType<Database['readMailmap']> {
    return (person) => person
  }

  async resolve(): ReturnType<Database['resolve']> {
    return ok(commitOf(this.#states.length - 1))
  }

  async openRefs(): ReturnType<Database['openRefs']> {
    throw new Error('a database in memory has no branches')
  }

  async sign(): ReturnType<Database['sign']> {
    return { person: { name: 'Ada', email: 'ada@example.org' }, time: { seconds: 1_790_000_000, offsetMinutes: 60 } }
  }

  async exclusively<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
    return work()
  }

  readCurrentBranch(): undefined {
    return undefined
  }

  async replay(): ReturnType<Database['replay']> {
    return fail({ kind: 'unsupported', what: 'replaying commits', why: 'this database has one branch' })
  }

  async importRecords(): ReturnType<Database['importRecords']> {
    return fail({ kind: 'unsupported', what: 'importing', why: 'this database is in memory' })
  }

  async merge(): ReturnType<Database['merge']> {
    return fail({ kind: 'unsupported', what: 'merging', why: 'this database has one branch' })
  }

  async loadMergeStates(): ReturnType<Database['loadMergeStates']> {
    return { list: async () => [], save: async () => ok(undefined), delete: async () => ok(undefined) }
  }

  async readPatch(): ReturnType<Database['readPatch']> {
    return ok(new Uint8Array())
  }

  async recover(): Promise<boolean> {
    return false
  }

  async readFiles(): ReturnType<Database['readFiles']> {
    return ok(new Map())
  }

  async loadValidator(): ReturnType<Database['loadValidator']> {
    return () => ok(() => [])
  }

  async loadViewCodec(): ReturnType<Database['loadViewCodec']> {
    return viewCodec
  }

  async openExportFolder(): ReturnType<Database['openExportFolder']> {
    return fail({ kind: 'unsupported', what: 'writing generated files', why: 'this database is in memory' })
  }

  async openRemotes(): ReturnType<Database['openRemotes']> {
    return fail({ kind: 'unsupported', what: 'reaching other repositories', why: 'this database is in memory' })
  }

  async openMirrors(): ReturnType<Database['openMirrors']> {
    return fail({ kind: 'unsupported', what: 'reaching other repositories', why: 'this database is in memory' })
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
    const state = this.#states.at(-1) ?? noState
    const overlay = overlayFacts(factsOf(state))
    const changes: Change[] = []
    for (const command of request.commands) {
      const decided = decideOperation({ commands: [command] }, overlay, { validateSchema: () => ok(() => []) })
      if (!decided.ok) return decided
      overlay.apply(decided.value)
      changes.push(...decided.value)
    }
    const commit = { changes: overlay.changes(), request, oid: commitOf(this.#states.length) }
    return ok({ state: commit.changes.length === 0 ? state : applyCommit(state, commit), changes: changes.map(revise) })
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

/** Commit ids count up: the first state is 0…01. */
export const commitOf = (index: number): CommitId => (index + 1).toString(16).padStart(40, '0') as CommitId

const revisionOf = (fields: JsonObject): string => `rev-${stringifyJson(fields)}`

const toSnapshot = (states: readonly State[], index: number, problems: readonly DefinitionProblem[]): Snapshot => {
  const state = states[index] ?? noState
  const catalogue: Catalogue = { tables: state.tables, problems }
  const rowOf = (key: string, { fields, revision }: Stored): RecordRow => ({
    key: key as RecordKey,
    json: stringifyJson({ $id: key, ...fields }),
    revision,
  })
  const select: Snapshot['selectRecords'] = async (table, { where, orderBy, limit, offset, after, search }) => {
    const all = [...(state.records.get(table) ?? [])].map(([key, stored]) => ({ key, ...stored }))
    const definition = state.tables.find(({ id }) => id === table)
    const searched = search === undefined || definition === undefined ? all : evaluateSearch(definition, all, search)
    const byRank = (a: KeyedRecord, b: KeyedRecord) => searched.findIndex(({ key }) => key === a.key) - searched.findIndex(({ key }) => key === b.key)
    const compare = search === undefined || orderBy.length > 0 ? compareRecords(orderBy) : byRank
    const last = after === undefined ? undefined : all.find(({ key }) => key === after)
    const isOnPage = (record: KeyedRecord) => after === undefined || (last !== undefined && compare(record, last) > 0)
    const found = searched.filter((record) => isOnPage(record) && (where === undefined || matches(where, record.key, record.fields))).sort(compare)
    return ok(found.slice(offset, limit === undefined ? undefined : offset + limit).map(({ key, ...stored }) => rowOf(key, stored)))
  }
  return {
    commit: commitOf(index),
    catalogue,
    readRecord: (table, key) => {
      const stored = state.records.get(table)?.get(key)
      return stored && rowOf(key, stored)
    },
    readStored: (table, key) => state.records.get(table)?.get(key),
    selectRecords: select,
    countRecords: async (table, where, search) => {
      const rows = await select(table, { where, orderBy: [], limit: undefined, offset: 0, ...(search !== undefined && { search }) })
      return rows.ok ? ok(rows.value.length) : rows
    },
    countValues: async (table, fields, where) => {
      const all = [...(state.records.get(table) ?? [])].map(([key, { fields }]) => ({ key, fields }))
      return ok(
        countValues(
          all.filter(({ key, fields }) => where === undefined || matches(where, key, fields)),
          fields,
        ),
      )
    },
    readHistory: (table, key, { limit, offset, field }) =>
      state.history
        .filter((entry) => entry.table === table && entry.key === key && (field === undefined || entry.fields.includes(field[0])))
        .map(({ table: _table, key: _key, ...entry }) => entry)
        .reverse()
        .slice(offset, limit === undefined ? undefined : offset + limit),
    readBlame: (table, key) => {
      const stored = state.records.get(table)?.get(key)
      return (
        stored &&
        Object.entries(stored.fields).map(([name, value]) => ({ path: [name], value, ...lastChangeOf(state, table, key), definitionChanged: false }))
      )
    },
    readLastChanges: (table, keys) => keys.map((key) => ({ key, ...lastChangeOf(state, table, key) })),
    readDifferences: (from, table) =>
      findDifferences(from === undefined ? noState : (states[Number.parseInt(from, 16) - 1] ?? noState), state, table),
    readLog: ({ limit, offset }, filter = {}) =>
      state.log
        .filter((entry) => isInLog(state, entry, filter))
        .reverse()
        .slice(offset, limit === undefined ? undefined : offset + limit),
    readCommitCounts: (commit, target) => {
      const entry = state.log.find((candidate) => candidate.commit === commit)
      return entry && { ...entry, isOnTarget: target === undefined || isInLog(state, entry, { target }) }
    },
    readQuarantine: () => [],
  }
}

const isInLog = (state: State, entry: LogEntry, { target, since = 0, until = Number.MAX_SAFE_INTEGER, isWanted }: LogFilter): boolean =>
  entry.time.seconds >= since &&
  entry.time.seconds <= until &&
  isWanted?.(entry) !== false &&
  (target === undefined ||
    state.history.some(
      ({ commit, table, key }) => commit === entry.commit && table === target.table && (target.key === undefined || key === target.key),
    ))

/** Records that were there from the start came with the first commit. */
const lastChangeOf = (state: State, table: string, key: string) => {
  const last = state.history.findLast((entry) => entry.table === table && entry.key === key)
  const { commit, author, time, message } = last ?? { ...firstCommit, commit: commitOf(0) }
  return { commit, author, time, message, operation: last?.operation === 'update' ? ('update' as const) : ('insert' as const) }
}

const firstCommit = { author: { name: 'Ada', email: 'ada@example.org' }, time: { seconds: 1_790_000_000, offsetMinutes: 60 }, message: 'start' }

const findDifferences = (from: State, to: State, only: TableId | undefined): readonly RecordDifference[] => {
  const versionOf = (state: State, table: string, key: string): RecordDifference['before'] => {
    return state.records.get(table)?.get(key)
  }
  return [...new Set([...from.records.keys(), ...to.records.keys()])]
    .filter((table) => only === undefined || table === only)
    .sort()
    .flatMap((table) =>
      [...new Set([...(from.records.get(table)?.keys() ?? []), ...(to.records.get(table)?.keys() ?? [])])].sort().map((key) => ({
        table: table as TableId,
        key: key as RecordKey,
        before: versionOf(from, table, key),
        after: versionOf(to, table, key),
        changes: findFieldChanges(versionOf(from, table, key)?.fields ?? {}, versionOf(to, table, key)?.fields ?? {}),
        isUnreadable: false,
      })),
    )
    .filter(({ before, after, changes }) => changes.length > 0 || (before === undefined) !== (after === undefined))
}

/** What is decided on: tables that take any fields, whatever columns they have, and composite keys, whatever files they have. */
const factsOf = ({ tables, records }: State): Facts => {
  const anything: Pick<Table, 'columns' | 'rules' | 'schema' | 'recordFile'> = {
    columns: [],
    rules: noRules,
    schema: { additionalProperties: true },
    recordFile: { name: 'records.json', format: 'json', type: 'list' },
  }
  const catalogue = { tables: tables.map((table) => ({ ...table, ...anything })), problems: [] }
  return {
    catalogue: () => catalogue,
    record: (table, key) => records.get(table)?.get(key),
    keysWith: () => [],
    allRecords: () => [],
    count: (table, limit) => Math.min(limit, records.get(table)?.size ?? 0),
  }
}

const revise = (change: Change): RevisedChange => ({
  change,
  revision: change.type === 'RecordInserted' || change.type === 'RecordUpdated' ? revisionOf(change.after) : undefined,
})

interface Commit {
  readonly oid: CommitId
  readonly request: WriteRequest
  readonly changes: readonly Change[]
}

const applyCommit = (state: State, { oid, request, changes }: Commit): State => {
  const info = {
    commit: oid,
    author: request.actor ?? { name: 'Ada', email: 'ada@example.org' },
    time: request.at ?? { seconds: 1_790_000_000, offsetMinutes: 60 },
    message: request.message ?? describeChanges(changes),
  }
  const count = (type: Change['type']) => changes.filter((change) => change.type === type).length
  const counts = { inserted: count('RecordInserted'), updated: count('RecordUpdated'), deleted: count('RecordDeleted') }
  const log = [...state.log, { ...info, parents: [], ...counts }]
  const history = changes.flatMap((change) => ('key' in change ? [{ ...info, ...toHistory(change) }] : []))
  return changes.reduce(applyChange, { ...state, log, history: [...state.history, ...history] })
}

const operations = { RecordInserted: 'insert', RecordUpdated: 'update', RecordDeleted: 'delete' } as const

const toHistory = (change: RecordChange) => ({
  table: change.table,
  key: change.key,
  operation: operations[change.type],
  fields: Object.keys(change.type === 'RecordDeleted' ? change.before : change.after).sort(),
})

const applyChange = (state: State, change: Change): State => {
  const { tables, records } = state
  switch (change.type) {
    case 'TableCreated':
      return { ...state, tables: [...tables, change.table], records: new Map([...records, [change.table.id, new Map()]]) }
    case 'TableDropped':
      return {
        ...state,
        tables: tables.filter(({ id }) => id !== change.table),
        records: new Map([...records].filter(([id]) => id !== change.table)),
      }
    case 'TableRenamed':
      return { ...state, tables: tables.map((table) => (table.id === change.before.id ? change.after : table)) }
    case 'ViewDropped':
      return state
    case 'TableChanged':
      return { ...state, tables: tables.map((table) => (table.id === change.after.id ? change.after : table)) }
    default:
      return { ...state, records: new Map([...records, [change.table, changeRecord(records.get(change.table), change)]]) }
  }
}

const changeRecord = (records: ReadonlyMap<string, Stored> | undefined, change: RecordChange): ReadonlyMap<string, Stored> => {
  const changed = new Map(records)
  if (change.type === 'RecordDeleted') changed.delete(change.key)
  else changed.set(change.key, { fields: change.after, revision: revisionOf(change.after) })
  return changed
}

/** The operation table on a fake database. */
export const callOn =
  (database: FakeDatabase, onProgress?: (done: number, total: number) => void): CallOperation =>
  (name, input) =>
    runOperation({ database, principal: { type: 'local-user' }, ...(onProgress && { onProgress }) }, name, input)
