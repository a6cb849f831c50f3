import { ExactNumber, isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { Column } from '../table/table.ts'

/** A column as the values of some records suggest it, with what suggests it. */
export interface InferredColumn {
  readonly column: Column
  /** One line for people: `int in 249 of 249, required`. */
  readonly evidence: string
}

/** Fewer records than this prove nothing about what a field must be. */
const requiredRecordsMin = 2

/**
 * What a field is, judged by every record that has it. A type is proposed only when all values have it, so that no record is left out afterwards.
 *
 * @param values  one entry a record, `undefined` or null where the record lacks the field
 * @param asText  the values come from a CSV file: numbers and booleans are judged by how they are written
 */
export const inferColumn = (name: string, values: readonly (Json | undefined)[], asText: boolean): InferredColumn => {
  const observed = new ObservedColumn(name, asText)
  for (const value of values) observed.add(value)
  return observed.infer(values.length)
}

/** The same, value by value: memory is constant, however many there are. */
export class ObservedColumn {
  readonly #name: string
  readonly #asText: boolean
  readonly #texts = new ObservedTexts()
  readonly #scalars = new ObservedScalars()
  readonly #elements = new ObservedScalars()
  readonly #kinds = new Set<string>()
  #present = 0
  #hasNullElement = false
  /** Of maps: whether every value in them is a text, and every name a locale. */
  #isLocalized = true
  #names = 0

  constructor(name: string, asText: boolean) {
    this.#name = name
    this.#asText = asText
  }

  add(value: Json | undefined): void {
    if (value === undefined || value === null) return
    this.#present += 1
    if (this.#asText) {
      this.#texts.add(String(value))
      return
    }
    this.#kinds.add(kindOf(value))
    if (Array.isArray(value)) this.#addList(value)
    else if (isJsonObject(value)) this.#addMap(value)
    else this.#scalars.add(value)
  }

  /** @param records  how many there are in all, with those that lack the field */
  infer(records: number): InferredColumn {
    const type = this.#type()
    const isRequired = this.#present === records && records >= requiredRecordsMin
    const share = this.#present === records ? `all ${records}` : `${this.#present} of ${records}`
    return {
      column: { name: this.#name, type, ...(isRequired ? { required: true } : {}) },
      evidence: `${this.#describe(type)} in ${share}${isRequired ? ', so required' : ''}`,
    }
  }

  #addList(list: readonly Json[]): void {
    for (const element of list) {
      if (element === null) this.#hasNullElement = true
      else this.#elements.add(element)
    }
  }

  #addMap(map: JsonObject): void {
    for (const [name, value] of Object.entries(map)) {
      this.#names += 1
      this.#isLocalized &&= typeof value === 'string' && locale.test(name)
    }
  }

  #type(): string {
    if (this.#present === 0) return 'any'
    if (this.#asText) return this.#texts.type()
    const [only] = this.#kinds
    if (this.#kinds.size > 1) return 'any'
    if (only === 'list') return this.#hasNullElement ? '[]any' : `[]${this.#elements.type() ?? 'any'}`
    if (only === 'map') return this.#isLocalized && this.#names > 0 ? 'map[locale]string' : 'map[string]any'
    return this.#scalars.type() ?? 'any'
  }

  #describe(type: string): string {
    if (this.#present === 0) return 'no value'
    return type === 'any' ? `values of several kinds (${[...this.#kinds].sort().join(', ')})` : type
  }
}

/** Names of all fields, in the order in which they first come. */
export const fieldNames = (records: readonly JsonObject[]): readonly string[] => [...new Set(records.flatMap((record) => Object.keys(record)))]

const kindOf = (value: Json): string => {
  if (Array.isArray(value)) return 'list'
  if (isJsonObject(value)) return 'map'
  return value instanceof ExactNumber || typeof value === 'number' ? 'number' : typeof value === 'string' ? 'text' : 'boolean'
}

/** Only how a CSV cell is written says what it is; leading zeros (`007`) are a text's. */
const textPatterns: readonly (readonly [string, RegExp])[] = [
  ['bool', /^(true|false|True|False|TRUE|FALSE)$/],
  ['int', /^-?(0|[1-9]\d*)$/],
  ['float', /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/],
]

const timePatterns: readonly (readonly [string, RegExp])[] = [
  ['date', /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/],
  ['datetime', /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/],
  ['time', /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/],
]

/** Types that texts have by how they are written: those that fit all of them. */
class ObservedTexts {
  #fitting: readonly (readonly [string, RegExp])[]

  constructor(patterns: readonly (readonly [string, RegExp])[] = [...textPatterns, ...timePatterns]) {
    this.#fitting = patterns
  }

  add(text: string): void {
    if (this.#fitting.length > 0 && !this.#fitting.every(([, pattern]) => pattern.test(text)))
      this.#fitting = this.#fitting.filter(([, pattern]) => pattern.test(text))
  }

  type(): string {
    return this.#fitting[0]?.[0] ?? 'string'
  }
}

/** The type that all scalars have. */
class ObservedScalars {
  readonly #texts = new ObservedTexts(timePatterns)
  #fitting: readonly ('bool' | 'int' | 'float' | 'string')[] = ['bool', 'int', 'float', 'string']
  #isEmpty = true

  add(value: Json): void {
    this.#isEmpty = false
    this.#fitting = this.#fitting.filter((type) => fits[type](value))
    if (typeof value === 'string') this.#texts.add(value)
  }

  type(): string | undefined {
    const [first] = this.#fitting
    if (this.#isEmpty) return undefined
    return first === 'string' ? this.#texts.type() : first
  }
}

const isNumber = (value: Json): boolean => typeof value === 'number' || value instanceof ExactNumber

const isWhole = (value: Json): boolean => (value instanceof ExactNumber ? /^-?\d+$/.test(value.literal) : Number.isInteger(value))

const fits: Readonly<Record<'bool' | 'int' | 'float' | 'string', (value: Json) => boolean>> = {
  bool: (value) => typeof value === 'boolean',
  int: isWhole,
  float: isNumber,
  string: (value) => typeof value === 'string',
}

/** A tag such as `en` or `pt-BR`; names of other things are rarely that short. */
const locale = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/
