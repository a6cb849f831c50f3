import type { RecordKey } from '../../domain/ids.ts'
import { type Json, parseNumber } from '../../domain/json.ts'
import { readItems, readMembers, readText } from '../../domain/json-text.ts'
import { compareText } from '../../domain/query/compare-values.ts'
import type { Filter } from '../../domain/query/filter.ts'
import type { ExpandStep } from '../../domain/query/parse-expand.ts'
import { referenceText, referringValues } from '../../domain/record/references.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { Table } from '../../domain/table/table.ts'
import type { RecordRow, Snapshot } from '../../projections/snapshot.ts'

/** Records in one answer besides those that were asked for; one that is there several times counts each time. */
const includedMax = 100_000
/** Keys in one question; a value in a list is a condition of its own. */
const keysAtOnce = 1_000
const listKeysAtOnce = 400

/** A record with what it refers to: JSON text, and how many records are in it. */
interface Expanded {
  readonly json: string
  readonly included: number
}

/**
 * The member `"$expand"` for each record: JSON text of an object with one member a step. A record or null where a foreign key holds one key, a list
 * where it holds several (null in the place of one that is missing) and where others refer to the record. Each step of all records is one question
 * a thousand keys.
 *
 * @returns texts in the order of the rows; `limit-exceeded` beyond 100,000 included records; `unsupported` when a record stores a `$expand` of its own
 */
export const expandRecords = async (
  snapshot: Snapshot,
  steps: readonly ExpandStep[],
  rows: readonly RecordRow[],
): Promise<Result<readonly Expanded[]>> => {
  const records = rows.map(({ key, json }) => ({ key, members: readMembers(json) }))
  const own = records.find(({ members }) => members.has('$expand'))
  if (own !== undefined) return fail({ kind: 'unsupported', what: 'expand', why: `record ${own.key} has a field of its own named "$expand"` })
  const parts: (readonly Expanded[])[] = []
  for (const step of steps) {
    const part = step.direction === 'forward' ? await followForward(snapshot, step, records) : await followBackward(snapshot, step, records)
    if (!part.ok) return part
    parts.push(part.value)
  }
  const expanded = rows.map((_, row) => {
    const members = steps.map(({ name }, index) => `${JSON.stringify(name)}:${parts[index]?.[row]?.json}`)
    return { json: `{${members.join(',')}}`, included: parts.reduce((sum, part) => sum + (part[row]?.included ?? 0), 0) }
  })
  return checkIncluded(expanded.reduce((sum, { included }) => sum + included, 0)) ?? ok(expanded)
}

/** A record's JSON text with its `"$expand"` at the end. */
export const attachExpanded = (json: string, expanded: string): string => `${json.slice(0, -1)},"$expand":${expanded}}`

interface ReadRecord {
  readonly key: RecordKey
  readonly members: ReadonlyMap<string, string>
}

type Follow = (snapshot: Snapshot, step: ExpandStep, records: readonly ReadRecord[]) => Promise<Result<readonly Expanded[]>>

const followForward: Follow = async (snapshot, step, records) => {
  const { column, isList } = step.reference
  const keys = records.map(({ members }) => {
    const json = members.get(column.name)
    return isList || json?.startsWith('[') !== true ? keysIn(json) : []
  })
  const wanted = [...new Set(keys.flat().filter((key) => key !== undefined))]
  const found = await readKeys(snapshot, step.target, wanted)
  if (!found.ok) return found
  const expanded = await expandFound(snapshot, step, found.value)
  if (!expanded.ok) return expanded
  const take = (key: string | undefined): Expanded => (key === undefined ? undefined : expanded.value.get(key)) ?? missing
  return embed(
    keys.map((own) => own.map(take)),
    isList,
  )
}

const followBackward: Follow = async (snapshot, step, records) => {
  const { reference } = step
  const values = records.flatMap(({ key }) => referringValues(reference, key).map(({ value }) => value))
  const path = [reference.column.name]
  const filters = reference.isList
    ? inPieces(values, listKeysAtOnce).map(
        (some): Filter => ({ op: 'or', of: some.map((value) => ({ op: 'contains', path, value, ignoreCase: false })) }),
      )
    : inPieces(values, keysAtOnce).map((some): Filter => ({ op: 'in', path, values: some }))
  const found = await readAll(snapshot, step.target, filters)
  if (!found.ok) return found
  const expanded = await expandFound(snapshot, step, found.value)
  if (!expanded.ok) return expanded
  const referrers = new Map<string, Expanded[]>(records.map(({ key }) => [key, []]))
  for (const row of found.value) {
    const named = new Set(keysIn(readMembers(row.json).get(reference.column.name)))
    for (const key of named) referrers.get(key ?? '')?.push(expanded.value.get(row.key) ?? missing)
  }
  return embed(
    records.map(({ key }) => referrers.get(key) ?? []),
    true,
  )
}

const missing: Expanded = { json: 'null', included: 0 }

/** Counted before texts are made, so that what is too much is never built. */
const embed = (groups: readonly (readonly Expanded[])[], isList: boolean): Result<readonly Expanded[]> => {
  const counts = groups.map((group) => group.reduce((sum, { included }) => sum + included, 0))
  const textOf = (group: readonly Expanded[]): string => (isList ? `[${group.map(({ json }) => json).join(',')}]` : (group[0] ?? missing).json)
  return (
    checkIncluded(counts.reduce((sum, count) => sum + count, 0)) ??
    ok(groups.map((group, index) => ({ json: textOf(group), included: counts[index] ?? 0 })))
  )
}

/** The records that were found, by key, with what they refer to themselves. */
const expandFound = async (snapshot: Snapshot, { next }: ExpandStep, rows: readonly RecordRow[]): Promise<Result<ReadonlyMap<string, Expanded>>> => {
  if (next.length === 0) return ok(new Map(rows.map(({ key, json }) => [key, { json, included: 1 }])))
  const expanded = await expandRecords(snapshot, next, rows)
  if (!expanded.ok) return expanded
  return ok(
    new Map(
      rows.map(({ key, json }, index) => {
        const { json: more, included } = expanded.value[index] ?? missing
        return [key, { json: attachExpanded(json, more), included: included + 1 }]
      }),
    ),
  )
}

/** In a subcollection `$id` is only the end of the key that others name: its records are looked up by key, which the read model does in place. */
const readKeys = async (snapshot: Snapshot, table: Table, keys: readonly string[]): Promise<Result<readonly RecordRow[]>> => {
  if (table.parent === undefined)
    return readAll(
      snapshot,
      table,
      inPieces(keys, keysAtOnce).map((values): Filter => ({ op: 'in', path: ['$id'], values })),
    )
  return checkIncluded(keys.length) ?? ok(keys.flatMap((key) => snapshot.readRecord(table.id, key as RecordKey) ?? []))
}

/** Records that match any of the filters, each once, by key. */
const readAll = async (snapshot: Snapshot, table: Table, filters: readonly Filter[]): Promise<Result<readonly RecordRow[]>> => {
  const rows = new Map<string, RecordRow>()
  for (const where of filters) {
    const found = await snapshot.selectRecords(table.id, { where, orderBy: [], limit: includedMax + 1, offset: 0 })
    if (!found.ok) return found
    for (const row of found.value) rows.set(row.key, row)
    const tooMany = checkIncluded(rows.size)
    if (tooMany !== undefined) return tooMany
  }
  return ok([...rows.values()].sort((a, b) => compareText(a.key, b.key)))
}

const checkIncluded = (actual: number): Result<never> | undefined =>
  actual > includedMax ? fail({ kind: 'limit-exceeded', what: 'expand', limit: includedMax, actual, unit: 'included records' }) : undefined

/** The keys that a foreign key value names, given as JSON text; `undefined` in the place of one that names none. */
const keysIn = (json: string | undefined): readonly (string | undefined)[] => {
  if (json === undefined) return []
  return (json.startsWith('[') ? readItems(json) : [json]).map((item) => referenceText(parseScalar(item)))
}

const parseScalar = (json: string): Json => {
  if (json === 'true' || json === 'false') return json === 'true'
  return /^[-\d]/.test(json) ? parseNumber(json) : (readText(json) ?? null)
}

const inPieces = <T>(values: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size))
