import type { Issue } from '../failure.ts'
import { isJsonObject, type Json, type JsonObject, numberOf } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import { checkSchema, resolveReference } from './check-schema.ts'
import type { ScalarType } from './column-type.ts'
import { type Column, noRules, type Rules } from './table.ts'

/** What a JSON Schema says about a table, in the words of `definition.yaml` and `rules.yaml`. */
export interface DerivedDefinition {
  readonly columns: readonly Column[]
  /** Names of the properties, in the order of the schema. */
  readonly columnsOrder: readonly string[]
  readonly rules: Rules
  readonly titles: Readonly<Record<string, string>> | undefined
}

/**
 * Derives columns from a JSON Schema (2020-12) of an object. What columns cannot say (patterns, nested objects, alternatives) becomes `any` or is
 * left to the schema, which is kept whole beside them. Of ours: `x-foreign-key: "table"`, `x-unique: true`, `x-formula` and `x-required-when` with an expression; `default` fills absent fields.
 *
 * @param schema at most 1 MiB as JSON, 1,000 properties, 50 levels; `$ref` only within the schema (nothing is fetched)
 * @returns `invalid-input` with one issue per fault
 */
export const deriveColumns = (schema: JsonObject): Result<DerivedDefinition> => {
  const faults = checkSchema(schema)
  if (faults.length > 0) return fail({ kind: 'invalid-input', issues: faults })
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  const properties = Object.entries(isJsonObject(schema.properties) ? schema.properties : {}).map(([name, property]) => ({
    name,
    property: resolveReference(schema, property),
  }))
  const issues = properties.flatMap(({ name, property }) => [
    ...extensionIssues(name, property),
    ...requiredFormulaIssues(name, property, required.has(name)),
  ])
  if (issues.length > 0) return fail({ kind: 'invalid-input', issues })
  return ok({
    columns: properties.map(({ name, property }) => deriveColumn(name, property, required.has(name))),
    columnsOrder: properties.map(({ name }) => name),
    rules: {
      ...noRules,
      unique: properties.filter(({ property }) => property['x-unique'] === true).map(({ name }) => [name]),
      defaults: Object.fromEntries(properties.flatMap(({ name, property }) => (property.default === undefined ? [] : [[name, property.default]]))),
    },
    titles: typeof schema.title === 'string' ? { en: schema.title } : undefined,
  })
}

const extensionIssues = (name: string, property: JsonObject): readonly Issue[] => {
  const issues: Issue[] = []
  const foreignKey = property['x-foreign-key'] ?? (isJsonObject(property.items) ? property.items['x-foreign-key'] : undefined)
  if (foreignKey !== undefined && (typeof foreignKey !== 'string' || foreignKey === ''))
    issues.push({
      rule: 'foreign-key',
      field: `/properties/${name}/x-foreign-key`,
      message: `x-foreign-key of "${name}" must be the name of a table`,
    })
  if (property['x-unique'] !== undefined && typeof property['x-unique'] !== 'boolean')
    issues.push({ rule: 'unique', field: `/properties/${name}/x-unique`, message: `x-unique of "${name}" must be true or false` })
  for (const keyword of ['x-formula', 'x-required-when'])
    if (property[keyword] !== undefined && (typeof property[keyword] !== 'string' || property[keyword] === ''))
      issues.push({
        rule: keyword.slice(2),
        field: `/properties/${name}/${keyword}`,
        message: `${keyword} of "${name}" must be a Starlark expression`,
      })
  return issues
}

const requiredFormulaIssues = (name: string, property: JsonObject, isRequired: boolean): readonly Issue[] =>
  isRequired && property['x-formula'] !== undefined
    ? [{ rule: 'formula', field: '/required', message: `"${name}" has x-formula: it is computed and never stored, so it cannot be required` }]
    : []

const deriveColumn = (name: string, property: JsonObject, required: boolean): Column => {
  const { type, nullable } = typeOf(property)
  const { title } = property
  return {
    name,
    type,
    ...(typeof title === 'string' && title !== '' ? { title } : {}),
    ...(required && !nullable ? { required } : {}),
    ...expressionsOf(property),
    ...lengthsOf(property, type),
    ...foreignKeyOf(property),
    ...rangeOf(property, type),
    ...enumOf(property, type),
    ...formatOf(property, type),
  }
}

const expressionsOf = (property: JsonObject): Pick<Column, 'formula' | 'requiredWhen'> => ({
  ...(typeof property['x-required-when'] === 'string' ? { requiredWhen: property['x-required-when'] } : {}),
  ...(typeof property['x-formula'] === 'string' ? { formula: property['x-formula'] } : {}),
})

/** Said of a list, or of its elements: both mean that each element is a key. */
const foreignKeyOf = (property: JsonObject): Pick<Column, 'foreignKey'> => {
  const foreignKey = property['x-foreign-key'] ?? (isJsonObject(property.items) ? property.items['x-foreign-key'] : undefined)
  return typeof foreignKey === 'string' ? { foreignKey } : {}
}

/** Null means absent in this file format, so a property that may be null is not required as a column. */
const typeOf = (property: JsonObject): { readonly type: string; readonly nullable: boolean } => {
  const stated = property.type
  const types = Array.isArray(stated) ? stated : stated === undefined ? [] : [stated]
  const real = types.filter((type) => type !== 'null')
  const nullable = types.length === 0 ? acceptsNull(property) : real.length < types.length
  return { type: real.length === 1 ? columnTypeOf(real[0], property) : 'any', nullable }
}

/** Without `type`, a value may be null unless an enum leaves it out. */
const acceptsNull = (property: JsonObject): boolean => !Array.isArray(property.enum) || property.enum.includes(null)

const columnTypeOf = (type: Json | undefined, property: JsonObject): string => {
  if (type === 'array') return `[]${isJsonObject(property.items) ? scalarTypeOf(property.items) : 'any'}`
  if (type === 'object') return mapTypeOf(property)
  return scalarTypeOf({ ...property, ...(type === undefined ? {} : { type }) })
}

const mapTypeOf = (property: JsonObject): string => {
  const values = property.additionalProperties
  if (property.properties !== undefined || property.patternProperties !== undefined || !isJsonObject(values)) return 'any'
  const value = scalarTypeOf(values)
  return value === 'any' ? 'any' : `map[string]${value}`
}

const temporalTypes = new Map<Json | undefined, ScalarType>([
  ['date', 'date'],
  ['time', 'time'],
  ['date-time', 'datetime'],
])

const scalarTypeOf = (property: JsonObject): ScalarType => {
  switch (property.type) {
    case 'string':
      return temporalTypes.get(property.format) ?? 'string'
    case 'integer':
      return 'int'
    case 'number':
      return 'float'
    case 'boolean':
      return 'bool'
    default:
      return 'any'
  }
}

const lengthsOf = (property: JsonObject, type: string): Pick<Column, 'minLength' | 'maxLength'> => {
  const [low, high] = type === 'string' ? ['minLength', 'maxLength'] : type.startsWith('[]') ? ['minItems', 'maxItems'] : []
  const minLength = low === undefined ? undefined : lengthIn(property[low])
  const maxLength = high === undefined ? undefined : lengthIn(property[high])
  return { ...(minLength === undefined ? {} : { minLength }), ...(maxLength === undefined ? {} : { maxLength }) }
}

/** A length of 0 means "not stated" to the Go tools: the schema alone enforces it. */
const lengthIn = (value: Json | undefined): number | undefined => {
  const length = numberOf(value)
  return length !== undefined && Number.isSafeInteger(length) && length > 0 ? length : undefined
}

const rangeOf = (property: JsonObject, type: string): Pick<Column, 'minValue' | 'maxValue'> => {
  if (type !== 'int' && type !== 'float') return {}
  const minValue = bound(property.minimum, type, Math.ceil)
  const maxValue = bound(property.maximum, type, Math.floor)
  return { ...(minValue === undefined ? {} : { minValue }), ...(maxValue === undefined ? {} : { maxValue }) }
}

/** Bounds of a column are doubles: one that a double cannot hold is left to the schema. */
const bound = (value: Json | undefined, type: string, round: (value: number) => number): number | undefined => {
  const number = numberOf(value)
  if (number === undefined || !Number.isFinite(number)) return undefined
  if (type === 'float') return number
  return Number.isSafeInteger(round(number)) ? round(number) : undefined
}

const enumOf = (property: JsonObject, type: string): Pick<Column, 'enum'> => {
  const stated = property.enum
  if (!Array.isArray(stated) || type.includes('[')) return {}
  const members = stated.filter((member) => member !== null)
  const nested = members.some((member) => Array.isArray(member) || isJsonObject(member))
  return nested || members.length === 0 ? {} : { enum: members }
}

const formatOf = (property: JsonObject, type: string): Pick<Column, 'format'> =>
  type === 'string' && typeof property.format === 'string' ? { format: property.format } : {}
