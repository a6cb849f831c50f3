import { countKeyParts, type RecordKey, type TableId } from '../../domain/ids.ts'
import type { Json, JsonObject } from '../../domain/json.ts'
import { ExactNumber } from '../../domain/json.ts'
import { joinKey as joinParts, keySeparator, ownKey, parentKey } from '../../domain/record/record-key.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import type { Table } from '../../domain/table/table.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { requireTable } from './find-table.ts'
import type { OperationContext } from './operation-context.ts'
import type { RecordId } from './parse-record-id.ts'
import { parseKey, parseTable } from './parse-record-id.ts'

/** Member that carries the key in answers and may carry it in input; never stored. */
const keyMember = '$id'
/** The same for the key of the record above, in a subcollection. */
const parentMember = '$parent'

/** The record without `"$id"` and `"$parent"`; one that names another record than the one addressed is refused. */
export const withoutKey = ({ table, key }: RecordId, record: JsonObject): Result<JsonObject> => {
  const wanted: Readonly<Record<string, string | undefined>> = { [keyMember]: ownKey(key), [parentMember]: parentKey(key) }
  const wrong = Object.keys(wanted).find((name) => wanted[name] !== undefined && Object.hasOwn(record, name) && record[name] !== wanted[name])
  if (wrong !== undefined) {
    const message = `${JSON.stringify(wrong)} names another record than the one addressed`
    return fail({ kind: 'invalid-input', issues: [{ rule: 'key', message, table, key, field: `/${wrong}` }] })
  }
  const isEcho = (name: string): boolean => Object.hasOwn(wanted, name) && wanted[name] !== undefined
  return ok(Object.keys(record).some(isEcho) ? Object.fromEntries(Object.entries(record).filter(([name]) => !isEcho(name))) : record)
}

/** The table of records to insert. Its definition is read only when one of them does not say its key by `"$id"`: the common insert saves a read. */
export interface InsertTarget {
  readonly id: TableId
  readonly table: Table | undefined
}

export interface InsertRequest {
  readonly table: string
  readonly records: readonly JsonObject[]
  readonly keyColumn?: string | undefined
  readonly branch?: string | undefined
}

export const findInsertTarget = async (
  context: OperationContext,
  { table, records, keyColumn, branch }: InsertRequest,
): Promise<Result<InsertTarget>> => {
  const id = parseTable(table)
  if (id.ok && keyColumn === undefined && records.every((record) => typeof record[keyMember] === 'string'))
    return ok({ id: id.value, table: undefined })
  const found = await askSnapshot(context, { branch }, ({ catalogue }) => requireTable(catalogue, table))
  return found.ok ? ok({ id: found.value.id, table: found.value }) : found
}

export interface KeyedRecord {
  readonly key: RecordKey
  readonly fields: JsonObject
}

export interface KeySource {
  /** In a subcollection: key of the record that the new one goes below. */
  readonly parent?: string | undefined
  readonly keyColumn?: string | undefined
  /** 0-based place in the input, for messages; absent where they say the line. */
  readonly position?: number
}

/**
 * A new record's key and fields. The key is `keyColumn` where one is given, else `"$id"`, else the table's key field, its primary key, `$ID` or `id`.
 * A number counts by its literal. `keyColumn` and `$id` are taken out of the fields, unless the table has that column.
 */
export const takeKey = ({ id, table }: InsertTarget, record: JsonObject, source: KeySource): Result<KeyedRecord> => {
  const { keyColumn, position } = source
  const text = keyColumn === undefined ? findKey(table, record) : toKeyText(record[keyColumn])
  if (text === undefined) {
    return fail({ kind: 'invalid-input', issues: [{ rule: 'key', message: sayMissing(source), table: id, ...placeOf(position) }] })
  }
  const parent = takeParent(id, record, source)
  if (!parent.ok) return parent
  if (parent.value === undefined && countKeyParts(id) > 1 && text.split('/').length < countKeyParts(id))
    return refuseParent(id, position, sayNoParent(id, position))
  const key = parseKey(id, joinParts(parent.value, text))
  const fields = parent.value === undefined ? record : withoutMember(record, parentMember)
  return key.ok ? ok({ key: key.value, fields: withoutKeyColumns(table, fields, keyColumn) }) : key
}

/** The record that a new one goes below: what the input says for all, or the record itself. `undefined` where its key says that too. */
const takeParent = (table: TableId, record: JsonObject, { parent, position }: KeySource): Result<string | undefined> => {
  if (countKeyParts(table) === 1) return parent === undefined ? ok(undefined) : refuseParent(table, position, `table ${table} is no subcollection`)
  const named = toKeyText(record[parentMember])
  if (parent === undefined || named === undefined || parent === named) return ok(parent ?? named)
  return refuseParent(
    table,
    position,
    `"$parent" of ${nameOf(position)} says ${JSON.stringify(named)}, and the records go below ${JSON.stringify(parent)}`,
  )
}

const refuseParent = (table: TableId, position: number | undefined, message: string): Result<never> =>
  fail({ kind: 'invalid-input', issues: [{ rule: 'parent', message, table, ...placeOf(position) }] })

const placeOf = (position: number | undefined): { readonly field?: string } => (position === undefined ? {} : { field: `/records/${position}` })

const nameOf = (position: number | undefined): string => (position === undefined ? 'the record' : `record ${position + 1}`)

/** @param table  `spaces/contacts` */
const sayNoParent = (table: TableId, position: number | undefined): string =>
  `${nameOf(position)} does not say which record it lies below: insert into ${table.replaceAll('/', '/KEY/')}, or name its keys in "$parent"`

const withoutMember = (record: JsonObject, name: string): JsonObject => Object.fromEntries(Object.entries(record).filter(([other]) => other !== name))

const findKey = (table: Table | undefined, record: JsonObject): string | undefined => {
  const named = toKeyText(record[keyMember])
  if (named !== undefined || table === undefined) return named
  const { rules, primaryKey } = table
  const columns = rules.keyField === undefined ? primaryKey : [rules.keyField]
  return joinKey(columns, record) ?? toKeyText(record.$ID) ?? toKeyText(record.id)
}

const joinKey = (columns: readonly string[], record: JsonObject): string | undefined => {
  const parts = columns.map((column) => toKeyText(record[column]))
  return parts.length === 0 || parts.includes(undefined) ? undefined : parts.join(keySeparator)
}

const toKeyText = (value: Json | undefined): string | undefined => {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  return value instanceof ExactNumber ? value.literal : undefined
}

const withoutKeyColumns = (table: Table | undefined, record: JsonObject, keyColumn: string | undefined): JsonObject => {
  const isStored = (name: string): boolean => name !== keyMember && (table?.columns.some((column) => column.name === name) ?? false)
  const removed = [keyMember, ...(keyColumn === undefined ? [] : [keyColumn])].filter((name) => Object.hasOwn(record, name) && !isStored(name))
  return removed.length === 0 ? record : Object.fromEntries(Object.entries(record).filter(([name]) => !removed.includes(name)))
}

const sayMissing = ({ keyColumn, position }: KeySource): string =>
  keyColumn === undefined
    ? `${nameOf(position)} has no key: say it as "$id", or name the field that holds it`
    : `${nameOf(position)} has no text or number in ${JSON.stringify(keyColumn)}, which should hold its key`
