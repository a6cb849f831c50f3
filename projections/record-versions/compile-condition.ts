import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { ExactNumber, type Json, stringifyJson } from '../../domain/json.ts'
import { isNumber, numericValue } from '../../domain/query/compare-values.ts'
import type { Comparator, Filter, TextMatch } from '../../domain/query/filter.ts'
import type { FieldExpression, JsonField, RankedField, ScalarField } from './field-expression.ts'

type Sql = RawBuilder<SqlBool>
export type Condition = Exclude<Filter, { op: 'and' | 'or' | 'not' }>

const never: Sql = sql`false`

/** Lists longer than this travel as one JSON parameter: SQLite allows 32,766 parameters in a statement. */
const inlineValuesMax = 8

/** One condition on one field; `field` is undefined where nothing can ever be. True for the records it accepts, false or null for others. */
export const compileCondition = (condition: Condition, field: FieldExpression | undefined): Sql => {
  const place: FieldExpression = field ?? { kind: 'text', value: sql`null` }
  switch (condition.op) {
    case 'exists':
      return isPresent(place)
    case 'eq':
      return equals(place, condition.value)
    case 'ne':
      return differs(place, condition.value)
    case 'in':
      return isOneOf(place, condition.values)
    case 'contains':
    case 'starts-with':
    case 'ends-with':
      return matchesText(place, condition)
    default:
      return isOrdered(place, condition.op, condition.value)
  }
}

/** Whether a condition looks into lists and objects, which only the JSON text holds. */
export const comparesTrees = (condition: Condition): boolean => {
  if (condition.op === 'contains') return true
  const values = condition.op === 'in' ? condition.values : condition.op === 'exists' ? [] : [condition.value]
  return values.some(isTree)
}

const isTree = (value: Json): boolean => typeof value === 'object' && value !== null && !(value instanceof ExactNumber)

const isPresent = (field: FieldExpression): Sql => (field.kind === 'ranked' ? sql`${field.rank} > 0` : sql`${field.value} is not null`)

const isMissing = (field: FieldExpression): Sql => (field.kind === 'ranked' ? sql`${field.rank} = 0` : sql`${field.value} is null`)

/** Where a field may hold lists and objects: its place in the JSON text. */
const treeOf = (field: FieldExpression): JsonField | undefined => (field.kind === 'ranked' ? field.body : field.kind === 'json' ? field : undefined)

const equals = (field: FieldExpression, value: Json): Sql => {
  if (value === null) return isMissing(field)
  if (typeof value === 'boolean') return equalsBoolean(field, value)
  if (isNumber(value)) return guarded(field, 'number', sql`${field.value} = ${numericValue(value)}`)
  if (typeof value === 'string') return guarded(field, 'text', sql`${field.value} = ${value}`)
  const tree = treeOf(field)
  if (tree === undefined) return never
  return sql`(${tree.type} = ${sql.lit(Array.isArray(value) ? 'array' : 'object')} and ${sameTree(tree.node, sql`${stringifyJson(value)}`)})`
}

/** The exact opposite of `equals`; on a column of the value's own type in the form that needs no second look at null. */
const differs = (field: FieldExpression, value: Json): Sql => {
  if (value === null) return isPresent(field)
  if (field.kind === 'text' && typeof value === 'string') return sql`${field.value} is not ${value}`
  if (field.kind === 'number' && isNumber(value)) return sql`${field.value} is not ${numericValue(value)}`
  return sql`((${equals(field, value)}) is not true)`
}

const equalsBoolean = (field: FieldExpression, value: boolean): Sql => {
  if (field.kind === 'json') return sql`${field.type} = ${sql.lit(String(value))}`
  if (field.kind === 'ranked') return sql`(${field.rank} = 1 and ${field.value} = ${sql.lit(value ? 1 : 0)})`
  return field.kind === 'bool' ? sql`${field.value} = ${sql.lit(value ? 1 : 0)}` : never
}

/** The test where the field holds the type, false elsewhere. */
const guarded = (field: FieldExpression, type: 'number' | 'text', test: Sql): Sql => {
  if (field.kind === 'ranked') return sql`(${field.rank} = ${sql.lit(type === 'number' ? 2 : 3)} and ${test})`
  if (field.kind !== 'json') return field.kind === type ? test : never
  return type === 'text' ? sql`(${field.type} = 'text' and ${test})` : sql`(${field.type} in ('integer', 'real') and ${test})`
}

const symbols = { lt: '<', le: '<=', gt: '>', ge: '>=' } as const

const isOrdered = (field: FieldExpression, op: Exclude<Comparator, 'eq' | 'ne'>, value: Json): Sql => {
  const symbol = sql.raw(symbols[op])
  if (isNumber(value)) return guarded(field, 'number', sql`${field.value} ${symbol} ${numericValue(value)}`)
  return typeof value === 'string' ? guarded(field, 'text', sql`${field.value} ${symbol} ${value}`) : never
}

const isOneOf = (field: FieldExpression, values: readonly Json[]): Sql => {
  const numbers = values.filter(isNumber)
  const texts = values.filter((value) => typeof value === 'string')
  const containers = values.filter(isTree)
  const tests: Sql[] = [null, true, false].filter((value) => values.includes(value)).map((value) => equals(field, value))
  if (numbers.length > 0) tests.push(guarded(field, 'number', isListed(field, numbers)))
  if (texts.length > 0) tests.push(guarded(field, 'text', isListed(field, texts)))
  const tree = treeOf(field)
  if (containers.length > 0 && tree !== undefined) tests.push(isOneOfTrees(tree, containers))
  const possible = tests.filter((test) => test !== never)
  if (possible.length === 1 && possible[0] !== undefined) return possible[0]
  return possible.length === 0 ? never : sql`(${sql.join(possible, sql` or `)})`
}

const isListed = (field: FieldExpression, values: readonly (number | string | ExactNumber)[]): Sql => {
  if (values.length > inlineValuesMax) return sql`${field.value} in (select value from json_each(${stringifyJson(values)}))`
  const bound = values.map((value) => (typeof value === 'string' ? value : numericValue(value)))
  return bound.length === 1 ? sql`${field.value} = ${bound[0]}` : sql`${field.value} in (${sql.join(bound)})`
}

const isOneOfTrees = (field: JsonField, values: readonly Json[]): Sql =>
  sql`(${field.type} in ('array', 'object') and exists
    (select 1 from json_each(${stringifyJson(values)}) as wanted where ${sameTree(field.node, sql`wanted.value`)}))`

/** Same lists and objects, whatever the order of members: both have the same set of (place, type, value). Both sides are compact JSON of our own. */
const sameTree = (left: RawBuilder<unknown>, right: RawBuilder<unknown>): Sql => {
  const leaves = (node: RawBuilder<unknown>) => sql`select fullkey, replace(type, 'real', 'integer'), atom from json_tree(${node})`
  const missing = (from: RawBuilder<unknown>, other: RawBuilder<unknown>) => sql`not exists (${leaves(from)} except ${leaves(other)})`
  return sql`(${missing(left, right)} and ${missing(right, left)})`
}

type TextCondition = Extract<Filter, { op: TextMatch }>

const matchesText = (field: FieldExpression, condition: TextCondition): Sql => {
  if (field.kind === 'ranked' && condition.op === 'contains') return matchesText(field.body, condition)
  const onText = typeof condition.value === 'string' ? testText(field, condition, condition.value) : never
  if (condition.op !== 'contains' || field.kind !== 'json') return onText === never ? never : guarded(field, 'text', onText)
  return sql`case ${field.type} when 'text' then ${onText} when 'array' then ${hasElement(field, condition)} end`
}

const testText = (field: FieldExpression, { op, ignoreCase }: TextCondition, text: string): Sql => {
  const subject = ignoreCase ? sql`lower(${field.value})` : field.value
  const part = ignoreCase ? foldText(text) : text
  if (op === 'contains') return sql`instr(${subject}, ${part}) > 0`
  if (op === 'ends-with') return endsWith(subject, part)
  return field.kind === 'json' || ignoreCase ? sql`instr(${subject}, ${part}) = 1` : startsWith(field, part)
}

/** A range, which an index serves. */
const startsWith = ({ value }: ScalarField | RankedField, prefix: string): Sql => {
  const end = textAfterPrefix(prefix)
  return end === undefined ? sql`${value} >= ${prefix}` : sql`(${value} >= ${prefix} and ${value} < ${end})`
}

/** The first text, by code point, after all that start with `prefix`; undefined when there is none. */
const textAfterPrefix = (prefix: string): string | undefined => {
  const points = [...prefix].map((char) => char.codePointAt(0) ?? 0)
  while (points.at(-1) === 0x10ffff) points.pop()
  const last = points.pop()
  if (last === undefined) return undefined
  // Between these two lie the surrogates, which are no characters.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
}

/** By bytes, since SQLite's `substr` of a text stops at U+0000. */
const endsWith = (subject: RawBuilder<unknown>, end: string): Sql =>
  end === '' ? sql`${subject} is not null` : sql`substr(cast(${subject} as blob), -length(cast(${end} as blob))) = cast(${end} as blob)`

const hasElement = (field: JsonField, { value, ignoreCase }: TextCondition): Sql => {
  const element: JsonField = {
    kind: 'json',
    type: sql`element.type`,
    value: sql`element.value`,
    node: sql`case when element.type in ('array', 'object') then element.value end`,
  }
  const isEqual =
    ignoreCase && typeof value === 'string' ? sql`(element.type = 'text' and lower(element.value) = ${foldText(value)})` : equals(element, value)
  return sql`exists (select 1 from json_each(${field.node}) as element where ${isEqual})`
}

/** As SQLite's `lower()`: ASCII only. */
const foldText = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
