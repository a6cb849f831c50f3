import { equalJson, isJsonObject, type Json, type JsonObject, stringifyJson } from '../json.ts'
import { compareValues } from '../query/compare-values.ts'
import { isNumber } from '../record/decimal.ts'
import type { JsonPointer } from '../record/json-pointer.ts'
import type { Sides, ValueConflict } from './conflict.ts'
import type { Settle } from './resolution.ts'
import type { ListRule, MergeStrategy } from './strategy.ts'

/** How values inside one record, or one definition, are merged. */
export interface ValueRules {
  readonly strategy: MergeStrategy
  /** How the list at a place is merged; `undefined`: a list is one value. */
  listRule(path: JsonPointer): ListRule | undefined
  readonly settle: Settle<ValueConflict>
}

export interface MergedValue {
  /** Where a conflict is open, ours stands. */
  readonly value: Json | undefined
  readonly conflicts: readonly ValueConflict[]
}

/**
 * Merges a value that may have changed on two sides: what one side changed is taken, objects are merged member by member and lists as their rule
 * says. What both changed in different ways is decided by the strategy, else by what was settled, else it is a conflict.
 * Symmetric: with the sides exchanged the value is the same, but for open conflicts, `ours` and `theirs`, and the order in lists.
 */
export const mergeValue = (sides: Sides<Json>, rules: ValueRules): MergedValue => {
  const conflicts: ValueConflict[] = []
  const value = mergeAt({ rules, conflicts }, [], sides)
  return { value, conflicts }
}

interface Merging {
  readonly rules: ValueRules
  readonly conflicts: ValueConflict[]
}

const mergeAt = (merging: Merging, path: JsonPointer, sides: Sides<Json>): Json | undefined => {
  const { base, ours, theirs } = sides
  if (equalJson(ours, theirs) || equalJson(base, theirs)) return ours
  if (equalJson(base, ours)) return theirs
  if (isJsonObject(ours) && isJsonObject(theirs) && (base === undefined || isJsonObject(base))) {
    return mergeMembers(merging, path, { base, ours, theirs })
  }
  if (Array.isArray(ours) && Array.isArray(theirs) && (base === undefined || Array.isArray(base))) {
    const merged = mergeLists(merging, path, { base: base ?? [], ours, theirs })
    if (merged !== undefined) return merged
  }
  return decide(merging, { path, base, ours, theirs })
}

const mergeMembers = (merging: Merging, path: JsonPointer, { base = {}, ours = {}, theirs = {} }: Sides<JsonObject>): JsonObject => {
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)])
  const merged: [string, Json][] = []
  for (const name of names) {
    const value = mergeAt(merging, [...path, name], { base: own(base, name), ours: own(ours, name), theirs: own(theirs, name) })
    if (value !== undefined) merged.push([name, value])
  }
  return Object.fromEntries(merged)
}

const own = (object: JsonObject, name: string): Json | undefined => (Object.hasOwn(object, name) ? object[name] : undefined)

type Lists = { readonly [Side in keyof Sides<unknown>]: readonly Json[] }

/** `undefined` where the list is one value, or its elements cannot be told apart. */
const mergeLists = (merging: Merging, path: JsonPointer, lists: Lists): Json | undefined => {
  const { strategy } = merging.rules
  const rule = merging.rules.listRule(path) ?? (strategy === 'union' ? { type: 'set' } : undefined)
  if (rule === undefined) return undefined
  const [base, ours, theirs] = [lists.base, lists.ours, lists.theirs].map((list) => indexElements(list, rule))
  if (base === undefined || ours === undefined || theirs === undefined) return undefined
  const merged: Json[] = []
  for (const key of inOrder([...ours.keys()], [...theirs.keys()])) {
    const sides = { base: base.get(key), ours: ours.get(key), theirs: theirs.get(key) }
    const isKept = strategy === 'union' && (sides.ours === undefined || sides.theirs === undefined)
    const value = isKept ? present(sides) : mergeAt(merging, [...path, key], sides)
    if (value !== undefined) merged.push(value)
  }
  return merged
}

const indexElements = (list: readonly Json[], rule: ListRule): ReadonlyMap<string, Json> | undefined => {
  const index = new Map<string, Json>()
  for (const element of list) {
    const key = rule.type === 'set' ? stringifyJson(element) : keyOf(element, rule.by)
    if (key === undefined || index.has(key)) return undefined
    index.set(key, element)
  }
  return index
}

/** As a step of a pointer: the value of the one member, or those of several as a JSON list. */
const keyOf = (element: Json, members: readonly string[]): string | undefined => {
  if (!isJsonObject(element)) return undefined
  const values = members.map((name) => own(element, name))
  if (values.some((value) => value === undefined || value === null || Array.isArray(value) || isJsonObject(value))) return undefined
  const texts = values.map((value) => (typeof value === 'string' ? value : stringifyJson(value ?? null)))
  return texts.length === 1 ? texts[0] : JSON.stringify(texts)
}

/** Ours in its order; what theirs has besides comes after the element that it follows there. */
const inOrder = (ours: readonly string[], theirs: readonly string[]): readonly string[] => {
  const known = new Set(ours)
  const following = new Map<string | undefined, string[]>()
  let anchor: string | undefined
  for (const key of theirs) {
    if (known.has(key)) anchor = key
    else following.set(anchor, [...(following.get(anchor) ?? []), key])
  }
  // Both sides add at the end most of the time: what theirs has at its end comes after all of ours.
  const atEnd = following.get(anchor)
  following.delete(anchor)
  return [...(following.get(undefined) ?? []), ...ours.flatMap((key) => [key, ...(following.get(key) ?? [])]), ...(atEnd ?? [])]
}

const decide = ({ rules, conflicts }: Merging, conflict: ValueConflict): Json | undefined => {
  const chosen = chooseByStrategy(rules.strategy, conflict) ?? rules.settle(conflict)
  if (chosen !== undefined) return chosen.value
  conflicts.push(conflict)
  return conflict.ours
}

/** @returns `undefined` when the strategy has nothing to say about these values */
export const chooseByStrategy = (strategy: MergeStrategy, { ours, theirs }: Sides<Json>): { readonly value: Json | undefined } | undefined => {
  switch (strategy) {
    case 'manual':
    case 'strict':
      return undefined
    case 'ours':
      return { value: ours }
    case 'theirs':
      return { value: theirs }
    case 'union':
      return ours === undefined || theirs === undefined ? { value: present({ ours, theirs }) } : undefined
    case 'max':
    case 'min':
      return chooseByOrder(strategy, ours, theirs)
  }
}

/** The side that has a value, be it null. */
const present = ({ ours, theirs }: Pick<Sides<Json>, 'ours' | 'theirs'>): Json | undefined => (ours === undefined ? theirs : ours)

const chooseByOrder = (strategy: 'max' | 'min', ours: Json | undefined, theirs: Json | undefined) => {
  if (ours === undefined || theirs === undefined) return { value: present({ ours, theirs }) }
  const isOrdered = (isNumber(ours) && isNumber(theirs)) || (typeof ours === 'string' && typeof theirs === 'string')
  if (!isOrdered) return undefined
  // The same number written in two ways: by its text, so that both directions give the same.
  const order = compareValues(ours, theirs) || compareValues(stringifyJson(ours), stringifyJson(theirs))
  return { value: order < 0 === (strategy === 'max') ? theirs : ours }
}
