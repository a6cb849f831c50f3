import { type JsonObject, stringifyJson } from '../json.ts'
import { canonicalJson } from './canonical-json.ts'
import type { KeyedRecord } from './find-renamed-records.ts'

export interface TableContent {
  readonly id: string
  /** Its definition without its name and place. */
  readonly definition: JsonObject
  readonly records: readonly KeyedRecord[]
}

/** A record that more dropped tables than this had says nothing about which of them is which. */
const holdersMax = 8

/**
 * Tables that only got another name: more than half of the records of the larger one are in the other too, under the same key and with the same fields;
 * those that share most first. Two tables without records are the same when they are defined alike and no other is.
 *
 * @returns old ids by new ones. Cost: the records of tables that were dropped or made.
 */
export const findRenamedTables = (dropped: readonly TableContent[], made: readonly TableContent[]): ReadonlyMap<string, string> => {
  if (dropped.length === 0 || made.length === 0) return new Map()
  const candidates = [...countShared(dropped, made)]
    .filter(({ from, to, shared }) => shared * 2 > Math.max(from.records.length, to.records.length))
    .sort((a, b) => b.shared - a.shared || compareText(a.from.id, b.from.id) || compareText(a.to.id, b.to.id))
  const renamed = new Map<string, string>()
  const taken = new Set<string>()
  for (const { from, to } of [...candidates, ...pairEmpty(dropped, made)]) {
    if (taken.has(from.id) || renamed.has(to.id)) continue
    taken.add(from.id)
    renamed.set(to.id, from.id)
  }
  return renamed
}

interface Candidate {
  readonly from: TableContent
  readonly to: TableContent
  readonly shared: number
}

function* countShared(dropped: readonly TableContent[], made: readonly TableContent[]): Generator<Candidate> {
  const holders = new Map<string, TableContent[]>()
  for (const table of dropped) {
    for (const record of table.records) {
      const content = contentOf(record)
      holders.set(content, [...(holders.get(content) ?? []), table].slice(0, holdersMax + 1))
    }
  }
  for (const to of made) {
    const counts = new Map<TableContent, number>()
    for (const record of to.records) {
      const found = holders.get(contentOf(record)) ?? []
      if (found.length <= holdersMax) for (const from of found) counts.set(from, (counts.get(from) ?? 0) + 1)
    }
    for (const [from, shared] of counts) yield { from, to, shared }
  }
}

const contentOf = ({ key, fields }: KeyedRecord): string => `${key}\n${stringifyJson(canonicalJson(fields))}`

const pairEmpty = (dropped: readonly TableContent[], made: readonly TableContent[]): readonly Omit<Candidate, 'shared'>[] => {
  const definitionOf = ({ definition }: TableContent): string => stringifyJson(canonicalJson(definition))
  const isEmpty = ({ records }: TableContent): boolean => records.length === 0
  return dropped.filter(isEmpty).flatMap((from) => {
    const alike = (tables: readonly TableContent[]) => tables.filter((table) => isEmpty(table) && definitionOf(table) === definitionOf(from))
    const [to, ...others] = alike(made)
    return to !== undefined && others.length === 0 && alike(dropped).length === 1 ? [{ from, to }] : []
  })
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
