import type { Json, JsonObject } from '../json.ts'
import { scalarText, singularOf } from './choose-key.ts'

/** A table whose keys others may name. */
export interface ReferenceTarget {
  readonly id: string
  readonly keys: ReadonlySet<string>
}

export interface FoundReference {
  readonly target: string
  readonly evidence: string
}

/** A reference that the name of a column suggests and the values contradict. */
export interface BrokenReference extends FoundReference {
  readonly isBroken: true
}

/** Values that must all lead somewhere before a name that does not match is believed. */
const distinctMin = 5
/** Below this share of values that lead somewhere, a name that matches is a coincidence. */
const sharedMin = 0.5

/**
 * The table that the values of a column name by key: all of them lead to a record, and either the column is named after the table or there are too many
 * different texts for that to be an accident (never for numbers: `1, 2, 3` are the keys of anything).
 * @returns with `isBroken` a reference that only some values keep, which is told and not proposed; `undefined` when there is none
 */
export const findReference = (
  column: string,
  records: readonly JsonObject[],
  targets: readonly ReferenceTarget[],
): FoundReference | BrokenReference | undefined => {
  const values = listValues(column, records)
  if (values === undefined || values.length === 0) return undefined
  const distinct = new Set(values)
  const isNumeric = [...distinct].every((value) => /^-?\d+$/.test(value))
  const found = targets
    .map((target) => ({ target, named: isNamedAfter(column, target.id), hits: values.filter((value) => target.keys.has(value)).length }))
    .filter(({ named, hits }) => (named ? hits / values.length >= sharedMin : hits === values.length && !isNumeric && distinct.size >= distinctMin))
    .sort((a, b) => Number(b.named) - Number(a.named) || b.hits - a.hits || (a.target.id < b.target.id ? -1 : 1))[0]
  if (found === undefined) return undefined
  const { target, hits } = found
  if (hits === values.length) return { target: target.id, evidence: `all ${values.length} values are keys of ${target.id}` }
  const stray = [...distinct].filter((value) => !target.keys.has(value))
  return {
    target: target.id,
    isBroken: true,
    evidence: `${values.length - hits} of ${values.length} values are no keys of ${target.id}: ${stray.slice(0, 3).join(', ')}${stray.length > 3 ? ', …' : ''}`,
  }
}

/** The texts of a column, of its elements where it holds lists; `undefined` when a value could not be a key. */
const listValues = (column: string, records: readonly JsonObject[]): readonly string[] | undefined => {
  const texts: string[] = []
  for (const record of records) {
    const value = Object.hasOwn(record, column) ? record[column] : undefined
    for (const each of Array.isArray(value) ? (value as readonly Json[]) : [value]) {
      if (each === undefined || each === null || each === '') continue
      const text = scalarText(each)
      if (text === undefined) return undefined
      texts.push(text)
    }
  }
  return texts
}

/** `author`, `author_id`, `authorId`, `authors`, `author_code` are named after the table `authors`, and after `geo.authors`. */
const isNamedAfter = (column: string, table: string): boolean => {
  const name = bare(table.slice(table.lastIndexOf('.') + 1))
  const stem = column.replace(/(_(id|ids|key|keys|code|codes|ref|slug)|(?<=[a-z])(Id|Ids|Key|Code|Ref))$/, '')
  return [column, stem].some((each) => bare(each) === name)
}

const bare = (name: string): string => singularOf(name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
