import { refuse } from './starlark-fault.ts'
import type { Thread } from './thread.ts'
import { StarBytes, StarDict, StarFunction, StarList, StarRange, StarSet, StarTuple, typeName, type Value } from './value.ts'

/** Levels of lists in lists that can be compared, as in the Go implementation. */
const levelsMax = 10

/** Whether two values are equal; integers and floats by value, nan equals itself, other types never equal one another. */
export const equalValues = (a: Value, b: Value, thread: Thread): boolean => areEqual(a, b, { thread, levels: levelsMax })

interface Comparison {
  readonly thread: Thread
  /** Levels that may still be gone down. */
  readonly levels: number
}

const visit = ({ thread, levels }: Comparison): void => {
  thread.step()
  if (levels < 1) refuse(`values nested more than ${levelsMax} deep cannot be compared`)
}

const deeper = ({ thread, levels }: Comparison): Comparison => ({ thread, levels: levels - 1 })

const areEqual = (a: Value, b: Value, comparison: Comparison): boolean => {
  visit(comparison)
  if (a === b && typeof a !== 'object') return true
  if (isNumeric(a) && isNumeric(b)) return orderNumbers(a, b) === 0
  if (a instanceof StarBytes && b instanceof StarBytes) return a.text === b.text
  if (a === null || b === null) return a === b
  if (typeof a !== 'object' || typeof b !== 'object') return false
  return a instanceof StarFunction ? a === b : areEqualContainers(a, b, deeper(comparison))
}

const areEqualContainers = (a: Value, b: Value, comparison: Comparison): boolean => {
  if (a instanceof StarList && b instanceof StarList) return areEqualElements(a.elements, b.elements, comparison)
  if (a instanceof StarTuple && b instanceof StarTuple) return areEqualElements(a.elements, b.elements, comparison)
  if (a instanceof StarRange && b instanceof StarRange) return equalRanges(a, b)
  if (a instanceof StarSet && b instanceof StarSet)
    return a.entries.size === b.entries.size && [...a.entries.keys()].every((key) => b.entries.has(key))
  if (!(a instanceof StarDict && b instanceof StarDict) || a.entries.size !== b.entries.size) return false
  for (const [hash, [, value]] of a.entries) {
    const other = b.entries.get(hash)
    if (other === undefined || !areEqual(value, other[1], comparison)) return false
  }
  return true
}

const areEqualElements = (a: readonly Value[], b: readonly Value[], comparison: Comparison): boolean =>
  a.length === b.length && a.every((element, index) => areEqual(element, b[index] ?? null, comparison))

const equalRanges = (a: StarRange, b: StarRange): boolean =>
  a.length === b.length && (a.length === 0 || (a.start === b.start && (a.length === 1 || a.step === b.step)))

const isNumeric = (value: Value): value is bigint | number => typeof value === 'bigint' || typeof value === 'number'

/** Exact between integers and floats; nan is above everything and equals itself. */
const orderNumbers = (a: bigint | number, b: bigint | number): number => {
  const aIsNan = typeof a === 'number' && Number.isNaN(a)
  const bIsNan = typeof b === 'number' && Number.isNaN(b)
  if (aIsNan || bIsNan) return Number(aIsNan) - Number(bIsNan)
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * The order of two values: negative, zero or positive. Numbers by value, texts by bytes, False before True, lists and tuples by their first
 * difference; everything else has no order.
 */
export const orderValues = (a: Value, b: Value, thread: Thread): number => orderWithin(a, b, { thread, levels: levelsMax })

const orderWithin = (a: Value, b: Value, comparison: Comparison): number => {
  visit(comparison)
  if (isNumeric(a) && isNumeric(b)) return orderNumbers(a, b)
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (a instanceof StarBytes && b instanceof StarBytes) return a.text < b.text ? -1 : a.text > b.text ? 1 : 0
  if (!((a instanceof StarList && b instanceof StarList) || (a instanceof StarTuple && b instanceof StarTuple)))
    return refuse(`${typeName(a)} and ${typeName(b)} have no order`)
  const inside = deeper(comparison)
  for (const [index, element] of a.elements.entries()) {
    const other = b.elements[index]
    if (other === undefined) break
    if (!areEqual(element, other, inside)) return orderWithin(element, other, inside)
  }
  return a.elements.length - b.elements.length
}

/** Whether every element of one set is in another: `<=` of sets, and `<` where they are not equal. */
export const isSubset = (a: StarSet, b: StarSet): boolean => [...a.entries.keys()].every((key) => b.entries.has(key))

const identities = new WeakMap<object, number>()
let lastIdentity = 0

/**
 * A text that two values have in common exactly when they are equal: what dicts and sets file their entries under.
 * Lists, dicts, sets and ranges can be no key.
 */
export const hashKey = (value: Value): string => {
  if (value === null) return 'n'
  switch (typeof value) {
    case 'boolean':
      return value ? 't' : 'f'
    case 'bigint':
      return `i${value}`
    case 'number':
      return Number.isInteger(value) ? `i${BigInt(value)}` : `d${value}`
    case 'string':
      return `s${value}`
  }
  if (value instanceof StarBytes) return `b${value.text}`
  if (value instanceof StarTuple) {
    const parts = value.elements.map(hashKey)
    return `(${parts.map((part) => `${part.length}:${part}`).join('')}`
  }
  if (value instanceof StarFunction) return `x${identify(value)}`
  return refuse(`a value of type ${typeName(value)} cannot be a key`)
}

const identify = (value: object): number => {
  const known = identities.get(value)
  if (known !== undefined) return known
  lastIdentity += 1
  identities.set(value, lastIdentity)
  return lastIdentity
}
