import { equalJson, isJsonObject, type JsonObject } from '../json.ts'
import type { Table } from '../table/table.ts'
import type { Sides, ValueConflict } from './conflict.ts'
import { chooseByStrategy, mergeValue, type ValueRules } from './merge-value.ts'
import type { ListRule, MergeStrategy } from './strategy.ts'

export interface MergedRecord {
  /** `undefined`: the record goes. Where a conflict is open, ours stands. */
  readonly fields: JsonObject | undefined
  /** A path of no steps: the record as a whole. */
  readonly conflicts: readonly ValueConflict[]
}

/** How records of a table are merged: what was asked for this merge counts more than what the table says. */
export const rulesForTable = (table: Table, asked: MergeStrategy | undefined, settle: ValueRules['settle']): ValueRules => ({
  strategy: asked ?? table.rules.merge?.strategy ?? 'manual',
  listRule: ([field, ...below]) => (field === undefined || below.length > 0 ? undefined : listRuleOf(table, field)),
  settle,
})

/** Lists that the JSON Schema wants without repetition are sets, if the rules say nothing else. */
const listRuleOf = ({ rules: { merge }, schema }: Table, field: string): ListRule | undefined => {
  if (merge !== undefined && Object.hasOwn(merge.lists, field)) return merge.lists[field]
  const properties = isJsonObject(schema?.properties) ? schema.properties : {}
  const property = Object.hasOwn(properties, field) ? properties[field] : undefined
  return isJsonObject(property) && property.uniqueItems === true ? { type: 'set' } : undefined
}

/** Merges one record field by field. A record that one side deleted and the other changed is a conflict as a whole; one that both inserted is not. */
export const mergeRecord = (sides: Sides<JsonObject>, rules: ValueRules): MergedRecord => {
  const { base, ours, theirs } = sides
  if (equalJson(ours, theirs) || equalJson(base, theirs)) return { fields: ours, conflicts: [] }
  if (equalJson(base, ours)) return { fields: theirs, conflicts: [] }
  if (ours !== undefined && theirs !== undefined && rules.strategy !== 'strict') {
    const { value, conflicts } = mergeValue({ base: base ?? {}, ours, theirs }, rules)
    return { fields: isJsonObject(value) ? value : ours, conflicts }
  }
  const whole = { path: [], ...sides }
  const chosen = chooseByStrategy(rules.strategy, whole) ?? rules.settle(whole)
  if (chosen === undefined) return { fields: ours, conflicts: [whole] }
  return { fields: isJsonObject(chosen.value) ? chosen.value : undefined, conflicts: [] }
}
