import type { Failure } from '../failure.ts'
import { ExactNumber, isJsonObject, type Json, stringifyJson } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import { isSameValue } from './decimal.ts'
import { followPointer, formatPointer, type JsonPointer, listPosition } from './json-pointer.ts'
import { nestingMax } from './json-structure.ts'

/** One operation of a JSON Patch (RFC 6902), its pointers taken apart. */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: JsonPointer; readonly value: Json }
  | { readonly op: 'remove'; readonly path: JsonPointer }
  | { readonly op: 'move' | 'copy'; readonly from: JsonPointer; readonly path: JsonPointer }

/** Values that one patch may write, nested ones counted: `copy` alone would double a document with each operation. */
const valuesMax = 1_000_000

/** Which operation of a patch cannot be done, and why. */
export interface PatchFault {
  readonly rule: 'json-patch' | 'json-patch-test'
  /** One sentence that names the operation by its number, from 1. */
  readonly message: string
  /** JSON pointer into the document. */
  readonly field: string
  readonly value?: Json
}

/**
 * Applies a patch, all of it or nothing. The document is not changed; digits of exact numbers survive, and `test` compares numbers by value
 * and objects regardless of the order of their members.
 * @returns the whole new document, of any type; the first operation that cannot be done; or `limit-exceeded` where it writes beyond measure
 */
export const applyJsonPatch = (document: Json, operations: readonly JsonPatchOperation[]): Result<Json, PatchFault | Failure> => {
  const budget = { values: valuesMax }
  let current = document
  for (const [index, operation] of operations.entries()) {
    const next = applyOperation(current, operation, budget)
    if (next.ok) current = next.value
    else if ('kind' in next.failure) return fail(next.failure)
    else return fail({ ...next.failure, message: `operation ${index + 1} of the patch ${next.failure.message}` })
  }
  return ok(current)
}

type Outcome = Result<Json, PatchFault | Failure>
type Writing = Exclude<JsonPatchOperation, { readonly op: 'remove' | 'test' }>

interface Budget {
  values: number
}

const applyOperation = (document: Json, operation: JsonPatchOperation, budget: Budget): Outcome => {
  switch (operation.op) {
    case 'test':
      return test(document, operation)
    case 'remove':
      return changeAt(document, operation, { path: operation.path, change: () => undefined })
    case 'replace':
      return write(document, operation, { value: operation.value, budget })
    case 'add':
      return write(document, operation, { value: operation.value, budget })
    case 'copy': {
      const found = followPointer(document, operation.from)
      return found === undefined ? refuse(operation, operation.from, 'finds nothing to copy') : write(document, operation, { ...found, budget })
    }
    case 'move':
      return move(document, operation, budget)
  }
}

const test = (document: Json, operation: Extract<JsonPatchOperation, { readonly op: 'add' | 'replace' | 'test' }>): Outcome => {
  const found = followPointer(document, operation.path)
  if (found !== undefined && isSameDeep(found.value, operation.value)) return ok(document)
  const field = formatPointer(operation.path)
  const actual = found === undefined ? 'nothing is there' : `it is ${shorten(found.value)}`
  const message = `tests ${JSON.stringify(field)} for ${shorten(operation.value)}, but ${actual}`
  return fail({ rule: 'json-patch-test', message, field, ...found })
}

const move = (document: Json, operation: Extract<JsonPatchOperation, { readonly from: JsonPointer }>, budget: Budget): Outcome => {
  const { from, path } = operation
  const found = followPointer(document, from)
  if (found === undefined) return refuse(operation, from, 'finds nothing to move')
  if (from.every((step, index) => step === path[index])) {
    return from.length === path.length ? ok(document) : refuse(operation, path, 'cannot move a value into itself')
  }
  const removed = changeAt(document, operation, { path: from, change: () => undefined })
  return removed.ok ? write(removed.value, operation, { ...found, budget }) : removed
}

const write = (document: Json, operation: Writing, { value, budget }: { readonly value: Json; readonly budget: Budget }): Outcome => {
  const { path } = operation
  if (!spend(budget, value, nestingMax - path.length)) {
    if (budget.values < 0)
      return fail({ kind: 'limit-exceeded', what: 'what a JSON Patch writes', limit: valuesMax, actual: valuesMax + 1, unit: 'values' })
    return refuse(operation, path, `makes the record deeper than ${nestingMax} levels`)
  }
  if (operation.op === 'replace') return changeAt(document, operation, { path, change: () => value })
  return path.length === 0 ? ok(value) : place(document, operation, value)
}

/** `add`: into a list before a position, or at its end; into an object in the place of what is there. */
const place = (document: Json, operation: Writing, value: Json): Outcome => {
  const [parent, last = ''] = [operation.path.slice(0, -1), operation.path.at(-1)]
  const container = followPointer(document, parent)?.value
  if (isJsonObject(container)) return changeAt(document, operation, { path: parent, change: () => ({ ...container, [last]: value }) })
  if (!Array.isArray(container)) return refuse(operation, operation.path, 'does not lead into an object or a list')
  const items: readonly Json[] = container
  const index = last === '-' ? items.length : listPosition.test(last) ? Number(last) : Number.POSITIVE_INFINITY
  if (index > items.length) return refuse(operation, operation.path, `names no position in a list of ${items.length}`)
  return changeAt(document, operation, { path: parent, change: () => [...items.slice(0, index), value, ...items.slice(index)] })
}

interface ChangeAt {
  readonly path: JsonPointer
  /** The new value of what is there, `undefined` where it goes. */
  readonly change: () => Json | undefined
}

/** Rewrites what is on the way to one value, which has to be there. */
const changeAt = (document: Json, operation: JsonPatchOperation, { path, change }: ChangeAt): Outcome => {
  if (followPointer(document, path) === undefined) return refuse(operation, path, 'finds nothing there')
  const changed = rewrite(document, path, change)
  return changed === undefined ? refuse(operation, path, 'cannot remove the whole record') : ok(changed)
}

const rewrite = (value: Json, [step, ...rest]: JsonPointer, change: ChangeAt['change']): Json | undefined => {
  if (step === undefined) return change()
  if (Array.isArray(value)) {
    const items: readonly Json[] = value
    const index = Number(step)
    const item = rewrite(items[index] ?? null, rest, change)
    return [...items.slice(0, index), ...(item === undefined ? [] : [item]), ...items.slice(index + 1)]
  }
  // In the place that it had: a patch of one member leaves the order of the others alone.
  return Object.fromEntries(
    Object.entries(isJsonObject(value) ? value : {}).flatMap(([name, member]): [string, Json][] => {
      const changed = name === step ? rewrite(member, rest, change) : member
      return changed === undefined ? [] : [[name, changed]]
    }),
  )
}

/** @returns false when a value is deeper than allowed or the budget is used up; looks no further than that */
const spend = (budget: Budget, value: Json, levels: number): boolean => {
  budget.values -= 1
  if (levels < 0 || budget.values < 0) return false
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return true
  return Object.values<Json>(value).every((member) => spend(budget, member, levels - 1))
}

const refuse = ({ op }: JsonPatchOperation, pointer: JsonPointer, why: string): Result<never, PatchFault> => {
  const field = formatPointer(pointer)
  return fail({ rule: 'json-patch', message: `(${op} ${JSON.stringify(field)}) ${why}`, field })
}

const isSameDeep = (a: Json, b: Json): boolean => {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item: Json, index) => isSameDeep(item, b[index] ?? null))
  if (!isJsonObject(a) || !isJsonObject(b)) return isSameValue(a, b)
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isSameDeep(a[name] ?? null, b[name] ?? null))
}

const shorten = (value: Json): string => {
  const text = stringifyJson(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
