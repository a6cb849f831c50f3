import { refuse } from './starlark-fault.ts'
import type { Thread } from './thread.ts'

/**
 * Values of Starlark. An integer is a bigint and a float a number. A text is a string of its UTF-8 bytes, one character a byte: length, index,
 * slice and order are those of bytes, as in the Go implementation; `utf8.ts` leads in and out.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | StarBytes
  | StarList
  | StarTuple
  | StarDict
  | StarSet
  | StarRange
  | StarFunction
  | TextParts

/** A value of the type `bytes`; `text` has one character a byte. */
export class StarBytes {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** What all containers that can change have: they are frozen when they come from a record, and cannot change while they are walked. */
abstract class Mutable {
  isFrozen = false
  walkers = 0
  abstract readonly typeName: string
  mayChange(): void {
    if (this.isFrozen) refuse(`a ${this.typeName} of the record cannot be changed`)
    if (this.walkers > 0) refuse(`a ${this.typeName} cannot be changed while it is walked`)
  }
}

export class StarList extends Mutable {
  readonly typeName = 'list'
  elements: Value[]
  constructor(elements: Value[]) {
    super()
    this.elements = elements
  }
}

export class StarTuple {
  readonly elements: readonly Value[]
  constructor(elements: readonly Value[]) {
    this.elements = elements
  }
}

/** Entries by `hashKey` of their key, in the order of insertion. */
export class StarDict extends Mutable {
  readonly typeName = 'dict'
  readonly entries = new Map<string, readonly [key: Value, value: Value]>()
}

export class StarSet extends Mutable {
  readonly typeName = 'set'
  readonly entries = new Map<string, Value>()
}

export class StarRange {
  readonly start: number
  readonly stop: number
  readonly step: number
  readonly length: number
  constructor(start: number, stop: number, step: number) {
    this.start = start
    this.stop = stop
    this.step = step
    this.length = Math.max(0, step > 0 ? Math.ceil((stop - start) / step) : Math.ceil((start - stop) / -step))
  }
  at(index: number): bigint {
    return BigInt(this.start + index * this.step)
  }
}

/** What a function is called with. */
export interface CallArguments {
  readonly positional: readonly Value[]
  readonly named: ReadonlyMap<string, Value>
}

export type Call = (args: CallArguments, thread: Thread) => Value

/** A lambda, a built-in, or a method bound to its receiver. */
export class StarFunction {
  readonly name: string
  readonly call: Call
  /** The lambda's place in the source: one that is running cannot be called again. `undefined` for built-ins, which may call one another. */
  readonly code: object | undefined
  readonly receiver: Value | undefined
  constructor(name: string, call: Call, made: { readonly code?: object; readonly receiver?: Value } = {}) {
    this.name = name
    this.call = call
    this.code = made.code
    this.receiver = made.receiver
  }
}

/** What `"abc".elems()` and its siblings give: a sequence over a text that is not a list. Only `elems` has a length and an index. */
export class TextParts {
  readonly typeName: 'string.elems' | 'string.codepoints' | 'bytes.elems'
  readonly text: string | StarBytes
  readonly method: string
  readonly parts: readonly Value[]
  constructor(text: string | StarBytes, method: string, parts: readonly Value[]) {
    this.typeName = typeof text !== 'string' ? 'bytes.elems' : method.startsWith('elem') ? 'string.elems' : 'string.codepoints'
    this.text = text
    this.method = method
    this.parts = parts
  }
}

export const typeName = (value: Value): string => {
  if (value === null) return 'NoneType'
  switch (typeof value) {
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'int'
    case 'number':
      return 'float'
    case 'string':
      return 'string'
  }
  if (value instanceof StarBytes) return 'bytes'
  if (value instanceof StarTuple) return 'tuple'
  if (value instanceof StarRange) return 'range'
  if (value instanceof StarFunction) return value.code === undefined ? 'builtin_function_or_method' : 'function'
  return value.typeName
}

export const isTrue = (value: Value): boolean => {
  if (value === null) return false
  switch (typeof value) {
    case 'boolean':
      return value
    case 'bigint':
      return value !== 0n
    case 'number':
      return value !== 0
    case 'string':
      return value !== ''
  }
  return value instanceof TextParts || lengthOf(value) !== 0
}

/** @returns `undefined` for what has no length */
export const lengthOf = (value: Value): number | undefined => {
  if (typeof value === 'string') return value.length
  if (value instanceof StarList || value instanceof StarTuple) return value.elements.length
  if (value instanceof StarDict || value instanceof StarSet) return value.entries.size
  if (value instanceof StarRange) return value.length
  if (value instanceof StarBytes) return value.text.length
  return value instanceof TextParts && value.typeName !== 'string.codepoints' ? value.parts.length : undefined
}

/** The elements of what can be walked, counted as steps; a text cannot be. @returns `undefined` for anything else */
export const elementsOf = (value: Value, thread: Thread): readonly Value[] | undefined => {
  const elements = listElements(value, thread)
  if (elements !== undefined) thread.step(elements.length)
  return elements
}

const listElements = (value: Value, thread: Thread): readonly Value[] | undefined => {
  if (value instanceof StarList || value instanceof StarTuple) return value.elements
  if (value instanceof StarDict) return [...value.entries.values()].map(([key]) => key)
  if (value instanceof StarSet) return [...value.entries.values()]
  if (value instanceof TextParts) return value.parts
  if (!(value instanceof StarRange)) return undefined
  thread.makeElements(value.length)
  return Array.from({ length: value.length }, (_, index) => value.at(index))
}

export const walk = (value: Value, thread: Thread): readonly Value[] =>
  elementsOf(value, thread) ?? refuse(`a value of type ${typeName(value)} cannot be walked`)
