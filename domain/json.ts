/**
 * A number whose literal a double would not print back: `1.0`, `1e3`, `12345678901234567890`, `0.10`.
 * Every other number is a plain `number`. So digits survive from file to wire, and ordinary numbers cost nothing.
 */
export class ExactNumber {
  /** The literal as RFC 8259 writes it. */
  readonly literal: string
  constructor(literal: string) {
    this.literal = literal
  }
}

export type Json = null | boolean | number | string | ExactNumber | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

/** `T` where it is plain data, and a type that `T` does not fit where it holds a function, and so a class, somewhere. */
type Plain<T> = T extends Json | undefined ? T : T extends (...args: never) => unknown ? never : { [Name in keyof T]: Plain<T[Name]> }

/** Plain data of ours as the JSON that it is: an interface lacks the index signature that `Json` asks for, so the compiler checks it in another way. */
export const asJson = <T>(value: T & Plain<T>): Json => value as unknown as Json

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/** @param literal a JSON number literal; throws on anything else (a caller's bug). */
export const parseNumber = (literal: string): number | ExactNumber => {
  if (!jsonNumber.test(literal)) throw new Error(`not a JSON number: ${literal}`)
  const value = Number(literal)
  return String(value) === literal ? value : new ExactNumber(literal)
}

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)

/** The double nearest to a number; `undefined` for anything that is not a number. */
export const numberOf = (value: Json | undefined): number | undefined =>
  typeof value === 'number' ? value : value instanceof ExactNumber ? Number(value.literal) : undefined

const hasExactNumber = (value: Json): boolean => {
  if (typeof value !== 'object' || value === null) return false
  if (value instanceof ExactNumber) return true
  if (Array.isArray(value)) return value.some(hasExactNumber)
  for (const name in value as JsonObject) if (hasExactNumber((value as JsonObject)[name] as Json)) return true
  return false
}

/** Compact JSON text with exact digits, members in the object's own order. */
export const stringifyJson = (value: Json): string => (hasExactNumber(value) ? stringifyExact(value) : JSON.stringify(value))

const stringifyExact = (value: Json): string => {
  if (value instanceof ExactNumber) return value.literal
  if (Array.isArray(value)) return `[${value.map(stringifyExact).join(',')}]`
  if (isJsonObject(value)) {
    return `{${Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => `${JSON.stringify(name)}:${stringifyExact(member)}`)
      .join(',')}}`
  }
  return JSON.stringify(value)
}

/** Same value: numbers by value (exact literals by digits), objects regardless of member order. */
export const equalJson = (a: Json | undefined, b: Json | undefined): boolean => {
  if (a === b) return true
  if (a instanceof ExactNumber || b instanceof ExactNumber) return a instanceof ExactNumber && b instanceof ExactNumber && a.literal === b.literal
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => equalJson(item, b[index]))
  if (Array.isArray(a) || Array.isArray(b) || !isJsonObject(a) || !isJsonObject(b)) return false
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && equalJson(a[name], b[name]))
}
