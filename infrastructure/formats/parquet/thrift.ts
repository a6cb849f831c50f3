import type { ByteCursor } from './byte-cursor.ts'
import { ParquetProblem } from './parquet-problem.ts'

export type ThriftValue = number | boolean | Uint8Array | readonly ThriftValue[] | ThriftStruct
/** Fields by their number. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>

/** Structures within one another; Parquet's own metadata has fewer than ten. */
const depthMax = 24
/** Values in one structure: 10,000 columns in 100 row groups have less than this. */
const valuesMax = 4_000_000

interface Budget {
  values: number
}

/** One structure of Thrift's compact protocol. Throws `ParquetProblem` for what is none. */
export const readThrift = (cursor: ByteCursor): ThriftStruct => readStruct(cursor, { values: valuesMax }, depthMax)

const readStruct = (cursor: ByteCursor, budget: Budget, depth: number): ThriftStruct => {
  if (depth === 0) throw new ParquetProblem('its metadata is nested too deeply')
  const struct = new Map<number, ThriftValue>()
  for (let id = 0; ; ) {
    const head = cursor.byte()
    const type = head & 0x0f
    if (type === 0) return struct
    id = head >> 4 === 0 ? cursor.zigzag() : id + (head >> 4)
    struct.set(id, type === 1 ? true : type === 2 ? false : readElement(cursor, type, { budget, depth }))
  }
}

const readElement = (cursor: ByteCursor, type: number, scope: { readonly budget: Budget; readonly depth: number }): ThriftValue => {
  scope.budget.values -= 1
  if (scope.budget.values < 0) throw new ParquetProblem('its metadata has too many values', 'too-large')
  switch (type) {
    case 1:
    case 2:
      return cursor.byte() === 1
    case 3:
      return (cursor.byte() << 24) >> 24
    case 4:
    case 5:
      return cursor.zigzag()
    case 6:
      return Number(cursor.zigzag64())
    case 7:
      return cursor.double()
    case 8:
      return cursor.take(cursor.varint())
    case 9:
    case 10:
      return readList(cursor, scope)
    case 12:
      return readStruct(cursor, scope.budget, scope.depth - 1)
    default:
      throw new ParquetProblem('its metadata is damaged')
  }
}

const readList = (cursor: ByteCursor, { budget, depth }: { readonly budget: Budget; readonly depth: number }): readonly ThriftValue[] => {
  if (depth === 0) throw new ParquetProblem('its metadata is nested too deeply')
  const head = cursor.byte()
  const size = head >> 4 === 15 ? cursor.varint() : head >> 4
  if (size > cursor.left) throw new ParquetProblem('a list in its metadata is longer than the file')
  const list: ThriftValue[] = []
  for (let index = 0; index < size; index++) list.push(readElement(cursor, head & 0x0f, { budget, depth: depth - 1 }))
  return list
}

export const numberAt = (struct: ThriftStruct, id: number): number | undefined => {
  const value = struct.get(id)
  return typeof value === 'number' ? value : undefined
}

export const booleanAt = (struct: ThriftStruct, id: number): boolean | undefined => {
  const value = struct.get(id)
  return typeof value === 'boolean' ? value : undefined
}

export const bytesAt = (struct: ThriftStruct, id: number): Uint8Array | undefined => {
  const value = struct.get(id)
  return value instanceof Uint8Array ? value : undefined
}

export const structAt = (struct: ThriftStruct, id: number): ThriftStruct | undefined => {
  const value = struct.get(id)
  return value instanceof Map ? value : undefined
}

export const structsAt = (struct: ThriftStruct, id: number): readonly ThriftStruct[] => {
  const value = struct.get(id)
  return Array.isArray(value) ? value.filter((item): item is ThriftStruct => item instanceof Map) : []
}
