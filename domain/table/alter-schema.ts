import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import { type ColumnType, parseColumnType, type ScalarType } from './column-type.ts'
import type { Column } from './table.ts'
import type { AddedColumn, ChangeTable, ColumnSettings } from './table-command.ts'

/** Why the schema of a table cannot follow a change of its columns, to be said after "the schema". */
interface SchemaFault {
  readonly column: string
  readonly why: string
}

/**
 * The JSON Schema of a table after its columns changed: properties renamed, taken away, added, and told what the columns are told. Everything
 * that columns cannot say stays as it is.
 * @param changed  columns by name as they are afterwards
 * @returns a fault for a property that is described elsewhere (`$ref`) or by alternatives: only its author can say what it should be
 */
export const alterSchema = (schema: JsonObject, command: ChangeTable, changed: ReadonlyMap<string, Column>): Result<JsonObject, SchemaFault> => {
  let altered = renameProperties(schema, command.renameColumns ?? {})
  for (const name of command.dropColumns ?? []) altered = withoutProperty(altered, name)
  for (const added of command.addColumns ?? []) altered = withProperty(altered, added)
  for (const settings of command.setColumns ?? []) {
    const column = changed.get(settings.name)
    const set = column === undefined ? ok(altered) : setProperty(altered, settings, column)
    if (!set.ok) return set
    altered = set.value
  }
  return ok(altered)
}

const propertiesOf = ({ properties }: JsonObject): JsonObject => (isJsonObject(properties) ? properties : {})
const requiredOf = ({ required }: JsonObject): readonly Json[] => (Array.isArray(required) ? required : [])

const renameProperties = (schema: JsonObject, names: Readonly<Record<string, string>>): JsonObject => {
  if (Object.keys(names).length === 0) return schema
  const nameOf = (name: string): string => (Object.hasOwn(names, name) ? (names[name] ?? name) : name)
  const properties = Object.fromEntries(Object.entries(propertiesOf(schema)).map(([name, property]) => [nameOf(name), property]))
  const required = requiredOf(schema).map((name) => (typeof name === 'string' ? nameOf(name) : name))
  return { ...schema, properties, ...(required.length === 0 ? {} : { required }) }
}

const withoutProperty = (schema: JsonObject, name: string): JsonObject => ({
  ...schema,
  properties: Object.fromEntries(Object.entries(propertiesOf(schema)).filter(([other]) => other !== name)),
  ...setRequired(schema, name, false),
})

const withProperty = (schema: JsonObject, { column, value }: AddedColumn): JsonObject => ({
  ...schema,
  properties: { ...propertiesOf(schema), [column.name]: { ...describeColumn(column), ...(value === undefined ? {} : { default: value }) } },
  ...setRequired(schema, column.name, column.required === true),
})

const setRequired = (schema: JsonObject, name: string, isRequired: boolean): JsonObject => {
  const before = requiredOf(schema)
  if (before.includes(name) === isRequired) return {}
  return { required: isRequired ? [...before, name] : before.filter((other) => other !== name) }
}

/** Keywords that columns decide: those that a column has no word for any more are taken away. */
const keywords = ['type', 'items', 'title', 'enum', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'x-foreign-key']
const unclear = ['$ref', '$dynamicRef', 'oneOf', 'anyOf', 'allOf', 'not', 'if', 'const']

const setProperty = (schema: JsonObject, settings: ColumnSettings, column: Column): Result<JsonObject, SchemaFault> => {
  const properties = propertiesOf(schema)
  const { name } = column
  const property = Object.hasOwn(properties, name) ? properties[name] : undefined
  const required = setRequired(schema, name, column.required === true)
  const isRequiredOnly = Object.keys(settings).every((key) => key === 'name' || key === 'required')
  if (property === undefined || isRequiredOnly) return ok({ ...schema, ...required })
  const stated = isJsonObject(property) ? unclear.find((keyword) => Object.hasOwn(property, keyword)) : 'true or false'
  if (!isJsonObject(property) || stated !== undefined) return fail({ column: name, why: `describes "${name}" by ${stated}` })
  const described = describeColumn(column)
  const isRetyped = settings.type !== undefined
  const gone = isRetyped ? [...keywords, 'format', 'additionalProperties'] : keywords
  const kept = Object.entries(property).filter(([keyword]) => !gone.includes(keyword) || (Object.hasOwn(described, keyword) && !isRetyped))
  const wanted = { ...Object.fromEntries(kept), ...described }
  // A list keeps what is said of its items, and a type that allows null goes on to do so.
  const items =
    isJsonObject(property.items) && isJsonObject(described.items) && !isRetyped ? { items: { ...property.items, ...described.items } } : {}
  const type = !isRetyped && property.type !== undefined ? { type: property.type } : {}
  return ok({ ...schema, properties: { ...properties, [name]: { ...wanted, ...items, ...type } }, ...required })
}

/** A column in the words of JSON Schema. */
const describeColumn = (column: Column): JsonObject => {
  const type = parseColumnType(column.type)
  const lengths = type?.kind === 'list' ? (['minItems', 'maxItems'] as const) : (['minLength', 'maxLength'] as const)
  const hasLength = type?.kind === 'list' || (type?.kind === 'scalar' && type.of === 'string')
  const { minLength = column.length, maxLength = column.length } = column
  return {
    ...(type === undefined ? {} : describeType(type)),
    ...(column.title === undefined ? {} : { title: column.title }),
    ...(column.enum === undefined ? {} : { enum: column.enum }),
    ...(column.minValue === undefined ? {} : { minimum: column.minValue }),
    ...(column.maxValue === undefined ? {} : { maximum: column.maxValue }),
    ...(hasLength && minLength !== undefined ? { [lengths[0]]: minLength } : {}),
    ...(hasLength && maxLength !== undefined ? { [lengths[1]]: maxLength } : {}),
    ...(column.foreignKey === undefined ? {} : { 'x-foreign-key': column.foreignKey }),
  }
}

const describeType = (type: ColumnType): JsonObject => {
  if (type.kind === 'scalar') return describeScalar(type.of)
  if (type.kind === 'list') return { type: 'array', items: describeScalar(type.of) }
  const value = parseColumnType(type.value)
  return { type: 'object', ...(value?.kind === 'scalar' ? { additionalProperties: describeScalar(value.of) } : {}) }
}

const describeScalar = (type: ScalarType): JsonObject => {
  switch (type) {
    case 'any':
      return {}
    case 'int':
      return { type: 'integer' }
    case 'float':
      return { type: 'number' }
    case 'bool':
      return { type: 'boolean' }
    case 'string':
      return { type: 'string' }
    case 'date':
    case 'time':
      return { type: 'string', format: type }
    case 'datetime':
      return { type: 'string', format: 'date-time' }
  }
}
