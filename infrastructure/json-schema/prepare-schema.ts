import type { Failure } from '../../domain/failure.ts'
import { ExactNumber, isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { fail, ok, type Result } from '../../domain/result.ts'

/** Counted by the compiled validator wherever a reference is followed; no schema can carry it in from outside. */
export const stepKeyword = '$ingitdb-step'

/** Lists, objects, texts and numbers in a schema: bounds the code that is made of it. */
export const schemaValuesMax = 20_000
export const schemaDepthMax = 50
/** The code made of a `oneOf` nests once an alternative: a thousand of them take seconds to compile. */
export const alternativesMax = 500

/** What the compiler is given: JSON with plain doubles, as it comes out of `JSON.parse`. */
export type PlainJson = null | boolean | number | string | readonly PlainJson[] | { readonly [name: string]: PlainJson }
export type PlainObject = Record<string, PlainJson>

const dialect = 'https://json-schema.org/draft/2020-12/schema'

/**
 * A copy of a schema that is safe to compile: of bounded size and depth, without annotations that hold data, with a step counted at every
 * reference, because schemas blow up only by references: in circles, or in chains that double at every link.
 * @returns `limit-exceeded` or `unsupported` (another dialect, the name `__proto__`, a reference inside of data)
 */
export const prepareSchema = (schema: JsonObject): Result<PlainObject> => {
  const { $schema, ...rest } = schema
  if ($schema !== undefined && $schema !== dialect && $schema !== `${dialect}#`) return fail(unsupported(`its dialect is not 2020-12 (${dialect})`))
  const scan: Scan = { values: 0, failure: undefined }
  const copy = copyObject(rest, { position: 'schema', level: 1, scan })
  return scan.failure === undefined ? ok(copy) : fail(scan.failure)
}

/** `names`: an object whose members are called as the author likes, each a schema. */
type Position = 'schema' | 'names' | 'data'

interface Scan {
  values: number
  failure: Failure | undefined
}

interface Place {
  readonly position: Position
  readonly level: number
  readonly scan: Scan
}

const positions: ReadonlyMap<string, Position | 'dropped'> = new Map<string, Position | 'dropped'>([
  ...['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies'].map((name) => [name, 'names'] as const),
  ['const', 'data'],
  ['enum', 'data'],
  ...['default', 'examples', '$comment', stepKeyword].map((name) => [name, 'dropped'] as const),
])

const copyValue = (value: Json, place: Place): PlainJson => {
  const { scan, level } = place
  scan.values++
  if (scan.values > schemaValuesMax) scan.failure ??= tooMuch('values', schemaValuesMax, scan.values)
  if (level > schemaDepthMax) scan.failure ??= tooMuch('levels', schemaDepthMax, level)
  if (scan.failure !== undefined) return null
  if (value instanceof ExactNumber) return Number(value.literal)
  if (isJsonObject(value)) return copyObject(value, place)
  if (typeof value === 'object' && value !== null) return value.map((item) => copyValue(item, { ...place, level: level + 1 }))
  return value
}

const copyObject = (value: JsonObject, { position, level, scan }: Place): PlainObject => {
  const members: [string, PlainJson][] = []
  for (const [name, member] of Object.entries(value)) {
    scan.failure ??= refuseMember(name, member, position)
    if (position === 'schema' && isReference(name, member)) members.push([stepKeyword, true])
    const memberPosition = position === 'schema' ? (positions.get(name) ?? 'schema') : position === 'names' ? 'schema' : 'data'
    if (memberPosition !== 'dropped') members.push([name, copyValue(member, { position: memberPosition, level: level + 1, scan })])
  }
  return Object.fromEntries(members)
}

const refuseMember = (name: string, member: Json, position: Position): Failure | undefined => {
  if (name === '__proto__') return unsupported('it holds the name "__proto__"')
  if (position === 'data' && isReference(name, member)) return unsupported(`it holds a ${name} inside of data`)
  const isTooLong = position === 'schema' && name === 'oneOf' && Array.isArray(member) && member.length > alternativesMax
  return isTooLong ? tooMuch('alternatives in oneOf', alternativesMax, member.length) : undefined
}

const isReference = (name: string, member: Json): boolean => (name === '$ref' || name === '$dynamicRef') && typeof member === 'string'

const tooMuch = (unit: string, limit: number, actual: number): Failure => ({
  kind: 'limit-exceeded',
  what: 'the JSON Schema',
  limit,
  actual,
  unit,
})

export const unsupported = (why: string): Failure => ({ kind: 'unsupported', what: 'this JSON Schema', why })
