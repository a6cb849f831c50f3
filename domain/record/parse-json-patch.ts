import { isJsonObject, type Json } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import type { JsonPatchOperation } from './json-patch.ts'
import { parsePointer } from './json-pointer.ts'

/** Operations of one patch. */
const operationsMax = 10_000
const issuesMax = 100

/**
 * Reads a JSON Patch (RFC 6902); members that it does not define are ignored, as it says.
 * @returns `invalid-input` with one issue for each operation that is none; `limit-exceeded` beyond 10,000 operations
 */
export const parseJsonPatch = (document: Json): Result<readonly JsonPatchOperation[]> => {
  if (!Array.isArray(document))
    return fail({ kind: 'invalid-input', issues: [{ rule: 'json-patch', message: 'a JSON Patch is a list of operations: [{"op": "replace", …}]' }] })
  if (document.length > operationsMax)
    return fail({ kind: 'limit-exceeded', what: 'a JSON Patch', limit: operationsMax, actual: document.length, unit: 'operations' })
  const operations: JsonPatchOperation[] = []
  const wrong: string[] = []
  document.forEach((each: Json, index) => {
    const operation = parseOperation(each)
    if (typeof operation === 'string') wrong.push(`operation ${index + 1} of the patch ${operation}`)
    else operations.push(operation)
  })
  if (wrong.length === 0) return ok(operations)
  return fail({ kind: 'invalid-input', issues: wrong.slice(0, issuesMax).map((message) => ({ rule: 'json-patch', message })) })
}

/** @returns what is wrong with it, to be said after its number */
const parseOperation = (source: Json): JsonPatchOperation | string => {
  if (!isJsonObject(source)) return 'is no object'
  const { op } = source
  if (!isName(op)) return 'has no "op" of add, remove, replace, move, copy, test'
  const path = parsePointer(source.path)
  if (path === undefined) return `(${op}) has no "path" that is a JSON Pointer: ${pointerForm}`
  if (op === 'remove') return { op, path }
  if (op === 'move' || op === 'copy') {
    const from = parsePointer(source.from)
    return from === undefined ? `(${op}) has no "from" that is a JSON Pointer: ${pointerForm}` : { op, from, path }
  }
  return source.value === undefined ? `(${op}) has no "value"` : { op, path, value: source.value }
}

const pointerForm = 'empty, or steps that begin with /'

const names: ReadonlySet<unknown> = new Set<JsonPatchOperation['op']>(['add', 'remove', 'replace', 'move', 'copy', 'test'])
const isName = (op: Json | undefined): op is JsonPatchOperation['op'] => names.has(op)
