import type { RecordKey, TableId } from '../ids.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Result } from '../result.ts'
import type { Catalogue } from '../table/table.ts'

/** A record as it stands: its fields (without the key, unless the table stores it) and its revision (see `StoredRecord.revision`). */
export interface StoredRecord {
  readonly fields: JsonObject
  /** Git blob id of the file where a record has its own, else of the record's canonical JSON. 40 hex digits. */
  readonly revision: string
}

/** A fact that a decision asks for. Plain data: decisions stay pure, and tests answer from a map. */
export type Need =
  | { readonly need: 'catalogue' }
  | { readonly need: 'record'; readonly table: TableId; readonly key: RecordKey }
  /**
   * Keys of at most `limit` records whose fields have these values, or hold them in their list (numbers by value, text never equals a number):
   * unique constraints and referrers.
   */
  | { readonly need: 'keys-with'; readonly table: TableId; readonly values: readonly FieldValue[]; readonly limit: number }
  /** Every record of a table, in the order of their keys: only for decisions about the table itself. */
  | { readonly need: 'all-records'; readonly table: TableId }
  /** How many records a table has, counted up to `limit`. */
  | { readonly need: 'count'; readonly table: TableId; readonly limit: number }

/** A record with its key. */
export interface KeyedRecord extends StoredRecord {
  readonly key: RecordKey
}

export interface FieldValue {
  readonly column: string
  readonly value: Json
  /** The column is a list, and the value one of its elements. */
  readonly inList?: true
}

/**
 * A decision: a pure generator that yields the facts it needs and returns what it decided.
 * Written so because what is needed next depends on earlier facts (a cascade asks for the referrers of referrers); see decisions/0002.
 */
export type Decision<T> = Generator<Need, Result<T>, never>

/** Where facts come from: the read model inside the write transaction, with what this operation has decided so far laid over it. */
export interface Facts {
  catalogue(): Catalogue
  record(table: TableId, key: RecordKey): StoredRecord | undefined
  keysWith(table: TableId, values: readonly FieldValue[], limit: number): readonly RecordKey[]
  allRecords(table: TableId): readonly KeyedRecord[]
  count(table: TableId, limit: number): number
}

export function* needCatalogue(): Generator<Need, Catalogue, never> {
  return (yield { need: 'catalogue' }) as Catalogue
}

export function* needRecord(table: TableId, key: RecordKey): Generator<Need, StoredRecord | undefined, never> {
  return (yield { need: 'record', table, key }) as StoredRecord | undefined
}

export function* needKeysWith(table: TableId, values: readonly FieldValue[], limit: number): Generator<Need, readonly RecordKey[], never> {
  return (yield { need: 'keys-with', table, values, limit }) as readonly RecordKey[]
}

export function* needAllRecords(table: TableId): Generator<Need, readonly KeyedRecord[], never> {
  return (yield { need: 'all-records', table }) as readonly KeyedRecord[]
}

export function* needCount(table: TableId, limit: number): Generator<Need, number, never> {
  return (yield { need: 'count', table, limit }) as number
}

/** Runs a decision to its end on the given facts. */
export const decideWith = <T>(decision: Decision<T>, facts: Facts): Result<T> => {
  let step = decision.next()
  while (!step.done) step = decision.next(answer(step.value, facts) as never)
  return step.value
}

const answer = (need: Need, facts: Facts): unknown => {
  switch (need.need) {
    case 'catalogue':
      return facts.catalogue()
    case 'record':
      return facts.record(need.table, need.key)
    case 'keys-with':
      return facts.keysWith(need.table, need.values, need.limit)
    case 'all-records':
      return facts.allRecords(need.table)
    case 'count':
      return facts.count(need.table, need.limit)
  }
}
