import { isUtf8 } from 'node:buffer'
import { ParquetProblem } from './parquet-problem.ts'
import { booleanAt, bytesAt, numberAt, structAt, type ThriftStruct } from './thrift.ts'

export const physicalTypes = ['BOOLEAN', 'INT32', 'INT64', 'INT96', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'] as const
export type PhysicalType = (typeof physicalTypes)[number]

type TimeUnit = 'MILLIS' | 'MICROS' | 'NANOS'

/** What the values of a column, or the members of a group, mean. */
export type Meaning =
  | { readonly kind: 'plain' | 'text' | 'json' | 'date' | 'uuid' | 'float16' | 'unsigned' | 'list' | 'map' }
  | { readonly kind: 'decimal'; readonly scale: number }
  | { readonly kind: 'time' | 'timestamp'; readonly unit: TimeUnit; readonly isUtc: boolean }
  | { readonly kind: 'unsupported'; readonly name: string }

/** A column or group of columns, with the levels at which it is there. */
export interface SchemaNode {
  readonly name: string
  readonly repetition: 'required' | 'optional' | 'repeated'
  readonly meaning: Meaning
  /** Definition level from which on it is there, and repetition level of its own repetitions. */
  readonly definition: number
  readonly repeat: number
  /** Empty for a column. */
  readonly children: readonly SchemaNode[]
  readonly leaf?: { readonly index: number; readonly type: PhysicalType; readonly length: number; readonly path: string }
}

const depthMax = 32
const columnsMax = 10_000

/** @param elements  the schema as the footer has it: depth first, each with the number of its children */
export const buildSchemaTree = (elements: readonly ThriftStruct[]): SchemaNode => {
  const walk = { at: 0, leaves: 0 }
  if (elements.length > 2 * columnsMax) throw new ParquetProblem(`it has ${elements.length} columns and groups`, 'too-large')
  const build = (parent: SchemaNode | undefined, path: readonly string[]): SchemaNode => {
    const element = elements[walk.at]
    walk.at += 1
    if (element === undefined || path.length > depthMax) throw new ParquetProblem('its schema is damaged, or nested too deeply')
    const name = parent === undefined ? '' : textOf(bytesAt(element, 4))
    const repetition = parent === undefined ? 'required' : (repetitions[numberAt(element, 3) ?? 0] ?? 'required')
    const levels = {
      definition: (parent?.definition ?? 0) + (repetition === 'required' ? 0 : 1),
      repeat: (parent?.repeat ?? 0) + (repetition === 'repeated' ? 1 : 0),
    }
    const node = { name, repetition, meaning: readMeaning(element), ...levels, children: [] as SchemaNode[] }
    const count = numberAt(element, 5) ?? 0
    const own = parent === undefined ? [] : [...path, name]
    if (count === 0 && parent !== undefined) return { ...node, leaf: readLeaf(element, walk.leaves++, own.join('.')) }
    if (count < 0 || count > elements.length) throw new ParquetProblem('its schema is damaged')
    for (let index = 0; index < count; index++) node.children.push(build(node, own))
    checkNames(node.children)
    return node
  }
  const root = build(undefined, [])
  if (walk.at !== elements.length) throw new ParquetProblem('its schema is damaged')
  if (root.children.length === 0) throw new ParquetProblem('it has no columns')
  return root
}

const repetitions = ['required', 'optional', 'repeated'] as const

const textOf = (bytes: Uint8Array | undefined): string => {
  if (bytes === undefined || !isUtf8(bytes)) throw new ParquetProblem('a column has a name that is no text')
  return Buffer.from(bytes).toString('utf8')
}

const checkNames = (children: readonly SchemaNode[]): void => {
  const names = new Set<string>()
  for (const { name } of children) {
    if (name === '') throw new ParquetProblem('a column has no name', 'header')
    if (name === '__proto__') throw new ParquetProblem('the column "__proto__" is not allowed', 'header')
    if (names.has(name)) throw new ParquetProblem(`the column ${JSON.stringify(name)} stands twice`, 'header')
    names.add(name)
  }
}

const readLeaf = (element: ThriftStruct, index: number, path: string) => {
  const type = physicalTypes[numberAt(element, 1) ?? -1]
  const length = numberAt(element, 2) ?? 0
  if (type === undefined) throw new ParquetProblem(`column ${path} has no type`)
  if (type === 'FIXED_LEN_BYTE_ARRAY' && (length <= 0 || length > 1024 * 1024))
    throw new ParquetProblem(`column ${path} has values of ${length} bytes`)
  return { index, type, length, path }
}

/** The logical type, or its older name (converted type) where there is none. */
const readMeaning = (element: ThriftStruct): Meaning => {
  const logical = structAt(element, 10)
  const [id, inner] = logical === undefined ? [undefined, undefined] : ([...logical][0] ?? [undefined, undefined])
  if (id !== undefined) return readLogical(id, inner instanceof Map ? inner : new Map())
  const converted = numberAt(element, 6)
  if (converted === undefined) return { kind: 'plain' }
  if (converted === 5) return { kind: 'decimal', scale: readScale(numberAt(element, 7)) }
  return convertedTypes[converted] ?? { kind: 'unsupported', name: `converted type ${converted}` }
}

const readLogical = (id: number, inner: ThriftStruct): Meaning => {
  if (id === 5) return { kind: 'decimal', scale: readScale(numberAt(inner, 1)) }
  if (id === 7) return { kind: 'time', unit: readUnit(inner), isUtc: booleanAt(inner, 1) === true }
  if (id === 8) return { kind: 'timestamp', unit: readUnit(inner), isUtc: booleanAt(inner, 1) === true }
  if (id === 10) return { kind: booleanAt(inner, 2) === false ? 'unsigned' : 'plain' }
  return logicalTypes[id] ?? { kind: 'unsupported', name: `logical type ${id}` }
}

const readScale = (scale = 0): number => {
  if (scale < 0 || scale > 100) throw new ParquetProblem(`a decimal column has the scale ${scale}`)
  return scale
}

const readUnit = (inner: ThriftStruct): TimeUnit => {
  const unit = structAt(inner, 2)
  return unit?.has(3) === true ? 'NANOS' : unit?.has(2) === true ? 'MICROS' : 'MILLIS'
}

const logicalTypes: Readonly<Record<number, Meaning>> = {
  1: { kind: 'text' },
  2: { kind: 'map' },
  3: { kind: 'list' },
  4: { kind: 'text' },
  6: { kind: 'date' },
  11: { kind: 'plain' },
  12: { kind: 'json' },
  13: { kind: 'unsupported', name: 'BSON' },
  14: { kind: 'uuid' },
  15: { kind: 'float16' },
  16: { kind: 'unsupported', name: 'VARIANT' },
  17: { kind: 'unsupported', name: 'GEOMETRY' },
  18: { kind: 'unsupported', name: 'GEOGRAPHY' },
}

const convertedTypes: Readonly<Record<number, Meaning>> = {
  0: { kind: 'text' },
  1: { kind: 'map' },
  2: { kind: 'map' },
  3: { kind: 'list' },
  4: { kind: 'text' },
  6: { kind: 'date' },
  7: { kind: 'time', unit: 'MILLIS', isUtc: true },
  8: { kind: 'time', unit: 'MICROS', isUtc: true },
  9: { kind: 'timestamp', unit: 'MILLIS', isUtc: true },
  10: { kind: 'timestamp', unit: 'MICROS', isUtc: true },
  11: { kind: 'unsigned' },
  12: { kind: 'unsigned' },
  13: { kind: 'unsigned' },
  14: { kind: 'unsigned' },
  15: { kind: 'plain' },
  16: { kind: 'plain' },
  17: { kind: 'plain' },
  18: { kind: 'plain' },
  19: { kind: 'json' },
  20: { kind: 'unsupported', name: 'BSON' },
  21: { kind: 'unsupported', name: 'INTERVAL' },
}
