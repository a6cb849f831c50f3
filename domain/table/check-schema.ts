import type { Issue } from '../failure.ts'
import { isJsonObject, type Json, type JsonObject, stringifyJson } from '../json.ts'

const sizeMax = 1024 * 1024
const propertiesMax = 1000
const depthMax = 50
const dialect = 'https://json-schema.org/draft/2020-12/schema'

/** What makes a JSON Schema unusable for a table, before its keywords are looked at. Empty when nothing does. */
export const checkSchema = (schema: JsonObject): readonly Issue[] => {
  if (isDeeper(schema, depthMax)) return [{ rule: 'limit', message: `a schema may be at most ${depthMax} levels deep` }]
  const size = new TextEncoder().encode(stringifyJson(schema)).length
  if (size > sizeMax) return [{ rule: 'limit', message: `a schema may have at most ${sizeMax} bytes; this one has ${size}` }]
  return [...checkShape(schema), ...checkReferences(schema)]
}

/** A property's schema with its `$ref` followed; what stands beside the `$ref` wins. `{}` for `true`, `false` and references that go in circles. */
export const resolveReference = (schema: JsonObject, property: Json | undefined): JsonObject => {
  let resolved: JsonObject = isJsonObject(property) ? property : {}
  for (let hops = 0; hops < depthMax; hops += 1) {
    const { $ref, ...rest } = resolved
    if (typeof $ref !== 'string') return resolved
    const target = at(schema, $ref)
    resolved = isJsonObject(target) ? { ...target, ...rest } : rest
  }
  return {}
}

const isDeeper = (value: Json, levels: number): boolean => {
  if (Array.isArray(value)) return levels === 0 || value.some((item) => isDeeper(item, levels - 1))
  if (isJsonObject(value)) return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1))
  return false
}

const checkShape = (schema: JsonObject): readonly Issue[] => {
  const stated = schema.$schema
  if (stated !== undefined && stated !== dialect && stated !== `${dialect}#`)
    return [{ rule: 'json-schema', field: '/$schema', message: `schemas are read as JSON Schema 2020-12 (${dialect})` }]
  if (schema.type !== 'object') return [{ rule: 'json-schema', field: '/type', message: 'the schema of a table must have "type": "object"' }]
  const properties = schema.properties
  const names = isJsonObject(properties) ? Object.keys(properties) : []
  if (names.length === 0) return [{ rule: 'json-schema', field: '/properties', message: 'the schema of a table must have at least one property' }]
  return names.length > propertiesMax
    ? [{ rule: 'limit', field: '/properties', message: `a table may have at most ${propertiesMax} properties; this one has ${names.length}` }]
    : []
}

/** Keywords whose values are data, not schemas: a `$ref` in them refers to nothing. */
const dataKeywords = new Set(['const', 'default', 'enum', 'examples'])
/** Keywords whose members are names chosen by the author of the schema. */
const namingKeywords = new Set(['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties'])

const checkReferences = (schema: JsonObject): readonly Issue[] => {
  const issues: Issue[] = []
  const visit = (value: Json, pointer: string): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, `${pointer}/${index}`)
    if (!isJsonObject(value)) return
    for (const keyword of ['$ref', '$dynamicRef'])
      if (value[keyword] !== undefined && !isLocal(schema, value[keyword]))
        issues.push({
          rule: 'json-schema',
          field: `${pointer}/${keyword}`,
          message: `${keyword} must point to something in this schema (#/…): nothing is fetched`,
        })
    for (const [keyword, member] of Object.entries(value)) {
      if (dataKeywords.has(keyword)) continue
      if (namingKeywords.has(keyword) && isJsonObject(member))
        for (const [name, each] of Object.entries(member)) visit(each, `${pointer}/${keyword}/${name}`)
      else visit(member, `${pointer}/${keyword}`)
    }
  }
  visit(schema, '')
  return issues
}

const isLocal = (schema: JsonObject, reference: Json): boolean => typeof reference === 'string' && at(schema, reference) !== undefined

const at = (schema: JsonObject, reference: string): Json | undefined => {
  if (reference === '#') return schema
  if (!reference.startsWith('#/')) return undefined
  let value: Json | undefined = schema
  for (const escaped of reference.slice(2).split('/')) {
    const name = escaped.replaceAll('~1', '/').replaceAll('~0', '~')
    value = Array.isArray(value) ? value[Number(name)] : isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }
  return value
}
