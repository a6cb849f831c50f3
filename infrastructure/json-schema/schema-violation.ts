import type { ErrorObject } from 'ajv'
import type { Issue } from '../../domain/failure.ts'
import { ExactNumber, isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import type { SchemaViolation } from '../../domain/table/codecs.ts'

const violationsMax = 50
const schemaIssuesMax = 10

/**
 * What ajv found, said of the record as it was given (exact digits and all). Members that are missing or too many are pointed at themselves, not at
 * their object. One violation a place, the first, unless alternatives failed there (`anyOf`, `oneOf`, `not`): then they speak for it. At most 50.
 */
export const toViolations = (errors: readonly ErrorObject[], record: JsonObject): readonly SchemaViolation[] => {
  const byField = new Map<string, ErrorObject>()
  for (const error of errors) {
    const field = pointTo(error)
    if (!byField.has(field) || alternatives.has(error.keyword)) byField.set(field, error)
  }
  return [...byField].slice(0, violationsMax).map(([field, error]) => toViolation(field, error, record))
}

/** What the standard's own schema found wrong in a JSON Schema, the first at each place; what the value might have been comes with it. At most 10. */
export const toSchemaIssues = (errors: readonly ErrorObject[], schema: JsonObject): readonly Issue[] => {
  const places = new Map<string, ErrorObject>()
  for (const error of errors) if (!places.has(error.instancePath) && !summaries.has(error.keyword)) places.set(error.instancePath, error)
  return [...places].slice(0, schemaIssuesMax).map(([field, error]): Issue => {
    const value = valueAt(schema, field)
    const allowed: unknown = error.params.allowedValues
    return {
      rule: 'json-schema',
      message: `the JSON Schema is not valid: ${field === '' ? 'it' : field} ${explain(error)}${typeof value === 'string' ? `, not ${JSON.stringify(value)}` : ''}`,
      field,
      ...(typeof value === 'string' &&
        Array.isArray(allowed) && { mistyped: { name: value, among: allowed.filter((each) => typeof each === 'string') } }),
    }
  })
}

/** Keywords that only say that something below them is wrong. */
const summaries: ReadonlySet<string> = new Set(['anyOf', 'allOf', '$ref', '$dynamicRef'])

const alternatives: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'not'])

const pointTo = (error: ErrorObject): string => {
  const member = memberMeant(error)
  return member === undefined ? error.instancePath : `${error.instancePath}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

const toViolation = (field: string, error: ErrorObject, record: JsonObject): SchemaViolation => {
  const value = valueAt(record, field)
  const subject = field === '' ? 'the record' : `the field ${JSON.stringify(unescapePointer(field.slice(1)))}`
  return { field, rule: error.keyword, message: `${subject} ${explain(error)}`, ...(value === undefined ? {} : { value }) }
}

const memberParameters: Readonly<Record<string, string>> = {
  required: 'missingProperty',
  dependentRequired: 'missingProperty',
  additionalProperties: 'additionalProperty',
  unevaluatedProperties: 'unevaluatedProperty',
}

const memberMeant = ({ keyword, params }: ErrorObject): string | undefined => {
  const name: unknown = params[memberParameters[keyword] ?? '']
  return typeof name === 'string' ? name : undefined
}

const explain = ({ keyword, params, message }: ErrorObject): string => {
  switch (keyword) {
    case 'required':
      return 'is required'
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'is not declared by the JSON Schema'
    case 'enum':
      return `must be one of ${shorten(params.allowedValues)}`
    case 'const':
      return `must be ${shorten(params.allowedValue)}`
    default:
      return message ?? `breaks the rule ${keyword}`
  }
}

const shorten = (value: unknown): string => {
  const text = Array.isArray(value) ? value.map((each: unknown) => JSON.stringify(each)).join(', ') : JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

const valueAt = (record: JsonObject, pointer: string): Json | undefined => {
  let value: Json | undefined = record
  for (const step of pointer.split('/').slice(1)) {
    const name = unescapePointer(step)
    if (isJsonObject(value)) value = Object.hasOwn(value, name) ? value[name] : undefined
    else if (typeof value === 'object' && value !== null && !(value instanceof ExactNumber)) value = value[Number(name)]
    else return undefined
  }
  return value
}

const unescapePointer = (text: string): string => text.replaceAll('~1', '/').replaceAll('~0', '~')
