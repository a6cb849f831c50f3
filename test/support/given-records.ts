import { expect } from 'vitest'
import type { Change } from '../../domain/event-sourcing/change.ts'
import { decideOperation } from '../../domain/event-sourcing/decide-operation.ts'
import type { Facts, FieldValue } from '../../domain/event-sourcing/decision.ts'
import type { Command } from '../../domain/event-sourcing/operation.ts'
import type { Failure } from '../../domain/failure.ts'
import { parseTableId, type RecordKey, type TableId } from '../../domain/ids.ts'
import { type Json, type JsonObject, numberOf, stringifyJson } from '../../domain/json.ts'
import { parseRecordKey } from '../../domain/record/record-key.ts'
import { ok, type Result } from '../../domain/result.ts'
import type { SchemaValidator } from '../../domain/table/codecs.ts'
import { type Catalogue, type Column, noRules, type Rules, type Table } from '../../domain/table/table.ts'

export const idOf = (text: string): TableId => parseTableId(text) ?? bad(`no table id: ${text}`)
export const keyOf = (text: string): RecordKey => parseRecordKey(text) ?? bad(`no record key: ${text}`)

const bad = (why: string): never => {
  throw new Error(why)
}

interface TableShape extends Partial<Omit<Table, 'id' | 'columns' | 'rules'>> {
  /** Column name → type, or the whole column. */
  readonly columns: Readonly<Record<string, string | Omit<Column, 'name'>>>
  readonly rules?: Partial<Rules>
}

/** A table of one YAML file a record, unless said otherwise. */
export const tableOf = (id: string, { columns, rules, ...rest }: TableShape): Table => ({
  id: idOf(id),
  directory: id,
  recordFile: { name: '{key}.yaml', format: 'yaml', type: 'single' },
  columns: Object.entries(columns).map(([name, column]) => (typeof column === 'string' ? { name, type: column } : { name, ...column })),
  columnsOrder: [],
  primaryKey: [],
  fingerprint: id,
  ...rest,
  rules: { ...noRules, ...rules },
})

/** Table id → key → fields. */
export type State = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>

/** The revision that `factsOf` gives a record. */
export const revisionOf = (table: string, key: string): string => `revision of ${table}/${key}`

/** Facts answered from plain data, by looking at every record. */
export const factsOf = (tables: readonly Table[], state: State): Facts => {
  const catalogue: Catalogue = { tables, problems: [] }
  const recordsOf = (table: string): Readonly<Record<string, JsonObject>> => state[table] ?? {}
  return {
    catalogue: () => catalogue,
    record: (table, key) => {
      const fields = Object.hasOwn(recordsOf(table), key) ? recordsOf(table)[key] : undefined
      return fields === undefined ? undefined : { fields, revision: revisionOf(table, key) }
    },
    allRecords: (table) => Object.entries(recordsOf(table)).map(([key, fields]) => ({ key: keyOf(key), fields, revision: revisionOf(table, key) })),
    keysWith: (table, values, limit) =>
      Object.entries(recordsOf(table))
        .filter(([, fields]) => values.every((value) => holds(fields, value)))
        .map(([key]) => keyOf(key))
        .slice(0, limit),
    count: (table, limit) => Math.min(limit, Object.keys(recordsOf(table)).length),
  }
}

const holds = (fields: JsonObject, { column, value, inList }: FieldValue): boolean => {
  const own = fields[column]
  if (inList !== true) return comparable(own) === comparable(value)
  return Array.isArray(own) && own.some((element: Json) => comparable(element) === comparable(value))
}

const comparable = (value: Json | undefined): string => stringifyJson(numberOf(value) ?? value ?? null)

/** The state after some changes, by the plainest means. */
export const applyChanges = (state: State, changes: readonly Change[]): State => {
  const after: Record<string, Record<string, JsonObject>> = Object.fromEntries(Object.entries(state).map(([id, records]) => [id, { ...records }]))
  for (const change of changes) {
    if (change.type === 'TableDropped') delete after[change.table]
    else if (change.type === 'TableCreated') after[change.table.id] = {}
    else if (change.type === 'TableChanged' || change.type === 'ViewDropped') continue
    else if (change.type === 'TableRenamed') {
      after[change.after.id] = after[change.before.id] ?? {}
      delete after[change.before.id]
    } else if (change.type === 'RecordDeleted') delete after[change.table]?.[change.key]
    else after[change.table] = { ...after[change.table], [change.key]: change.after }
  }
  return after
}

const anySchema: SchemaValidator = () => ok(() => [])

/** `given(tables, state).when(commands).thenChanges(…)`: one operation, decided with all its constraints. */
export const given = (tables: readonly Table[], state: State = {}, validateSchema: SchemaValidator = anySchema) => ({
  when: (...commands: readonly Command[]) => {
    const decided: Result<readonly Change[]> = decideOperation({ commands }, factsOf(tables, state), { validateSchema })
    return {
      thenChanges: (...changes: readonly Change[]) => expect(decided).toEqual({ ok: true, value: changes }),
      thenState: (expected: State) =>
        expect(applyChanges(state, decided.ok ? decided.value : bad(JSON.stringify(decided.failure)))).toEqual(expected),
      thenFails: (failure: Failure) => expect(decided).toEqual({ ok: false, failure }),
      /** Fails of this kind with issues that hold at least these members. */
      thenFailsWith: (kind: Failure['kind'], ...issues: readonly object[]) => expect(decided).toMatchObject({ ok: false, failure: { kind, issues } }),
    }
  },
})
