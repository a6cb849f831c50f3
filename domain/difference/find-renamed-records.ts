import { type JsonObject, stringifyJson } from '../json.ts'
import { canonicalJson } from './canonical-json.ts'

export interface KeyedRecord {
  readonly key: string
  readonly fields: JsonObject
}

/** More than this share of two records, by the length of their values, has to be the same for one to be the other under a new key. */
const similarityMin = 0.5

/** A value that more records than this have, on either side, says nothing about which of them is which. */
const holdersMax = 8

/** A longer value weighs no more than this: one text must not speak for a whole record. */
const weightMax = 1_000

/**
 * Records of one table that only got another key: first those with the same fields, in the order of their keys, then those that share more than half
 * of what they say, measured by the length of their values, the most similar first. Two records are only compared when they share a value that at most
 * eight deleted and eight added records have. A record without fields is no other one. The order of the lists does not matter.
 *
 * @returns old keys by new ones. Cost: the records, times their fields.
 */
export const findRenamedRecords = (deleted: readonly KeyedRecord[], added: readonly KeyedRecord[]): ReadonlyMap<string, string> => {
  const renamed = new Map<string, string>()
  if (deleted.length === 0 || added.length === 0) return renamed
  const [old, now] = [deleted.map(describe), added.map(describe)]
  const taken = new Set<string>()
  const take = (from: Described, to: Described): void => {
    if (taken.has(from.key) || renamed.has(to.key)) return
    taken.add(from.key)
    renamed.set(to.key, from.key)
  }
  for (const [from, to] of pairEqual(old, now)) take(from, to)
  const candidates = pairSimilar(
    old.filter(({ key }) => !taken.has(key)),
    now.filter(({ key }) => !renamed.has(key)),
  )
  for (const { from, to } of candidates) take(from, to)
  return renamed
}

interface Described {
  readonly key: string
  /** Each field as one text that is the same for the same value, with its weight. */
  readonly fields: ReadonlyMap<string, number>
  readonly weight: number
}

const describe = ({ key, fields }: KeyedRecord): Described => {
  const described = new Map(
    Object.keys(fields)
      .sort()
      .map((name) => {
        const value = stringifyJson(canonicalJson(fields[name] ?? null))
        return [`${JSON.stringify(name)}:${value}`, Math.min(value.length, weightMax)]
      }),
  )
  return { key, fields: described, weight: [...described.values()].reduce((sum, weight) => sum + weight, 0) }
}

const byKey = (a: Described, b: Described): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

function* pairEqual(deleted: readonly Described[], added: readonly Described[]): Generator<readonly [Described, Described]> {
  const groups = new Map<string, Described[]>()
  for (const record of [...deleted].sort(byKey)) if (record.fields.size > 0) append(groups, contentOf(record), record)
  const next = new Map<string, number>()
  for (const record of [...added].sort(byKey)) {
    const content = contentOf(record)
    const at = next.get(content) ?? 0
    const from = groups.get(content)?.[at]
    if (from === undefined) continue
    next.set(content, at + 1)
    yield [from, record]
  }
}

const contentOf = ({ fields }: Described): string => [...fields.keys()].join(',')

interface Candidate {
  readonly from: Described
  readonly to: Described
  readonly similarity: number
}

const pairSimilar = (deleted: readonly Described[], added: readonly Described[]): readonly Candidate[] => {
  const [holders, wanted] = [new Map<string, Described[]>(), new Map<string, number>()]
  for (const record of deleted) for (const field of record.fields.keys()) append(holders, field, record)
  for (const record of added) for (const field of record.fields.keys()) wanted.set(field, (wanted.get(field) ?? 0) + 1)
  const candidates = added.flatMap((to) => {
    const rare = [...to.fields.keys()].map((field) => ((wanted.get(field) ?? 0) <= holdersMax ? (holders.get(field) ?? []) : []))
    const compared = new Set(rare.flatMap((records) => (records.length <= holdersMax ? records : [])))
    return [...compared].map((from) => ({ from, to, similarity: compare(from, to) }))
  })
  return candidates
    .filter(({ similarity }) => similarity > similarityMin)
    .sort((a, b) => b.similarity - a.similarity || byKey(a.from, b.from) || byKey(a.to, b.to))
}

const compare = (a: Described, b: Described): number => {
  let shared = 0
  for (const [field, weight] of a.fields) if (b.fields.has(field)) shared += weight
  return shared / Math.max(a.weight, b.weight)
}

const append = (groups: Map<string, Described[]>, name: string, record: Described): void => {
  const group = groups.get(name)
  if (group === undefined) groups.set(name, [record])
  else group.push(record)
}
