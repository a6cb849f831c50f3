import { ExactNumber, type Json, stringifyJson } from '../../../domain/json.ts'

/** How a column is written. What fits none of the others is JSON, which loses nothing. */
export type ColumnKind = 'text' | 'int' | 'float' | 'bool' | 'date' | 'json'

export interface WrittenColumn {
  readonly name: string
  readonly kind: ColumnKind
}

/** The kind that the type of a column in a table asks for. Times keep their text: it may have an offset, or any precision. */
export const kindOfType = (type: string): ColumnKind => {
  switch (type) {
    case 'int':
    case 'float':
    case 'bool':
    case 'date':
      return type
    case 'string':
    case 'time':
    case 'datetime':
      return 'text'
    default:
      return 'json'
  }
}

/** Whether a value can be written in a column of a kind so that exactly it is read back. */
export const fitsKind = (value: Json, kind: ColumnKind): boolean => {
  switch (kind) {
    case 'text':
      return typeof value === 'string' && !/\p{Surrogate}/u.test(value)
    case 'int':
      return toInteger(value) !== undefined
    case 'float':
      return typeof value === 'number' || (value instanceof ExactNumber && value.literal === '-0')
    case 'bool':
      return typeof value === 'boolean'
    case 'date':
      return toDays(value) !== undefined
    case 'json':
      return true
  }
}

/** Whether a value can be written in a column of a kind, of numbers as far as a double goes. */
export const encodableAs = (value: Json, kind: ColumnKind): boolean =>
  fitsKind(value, kind) || (kind === 'float' && value instanceof ExactNumber && Number.isFinite(Number(value.literal)))

/** A number means the digits it is printed with, which beyond 2^53 are not those of its double. */
const toInteger = (value: Json): bigint | undefined => {
  const literal = typeof value === 'number' ? String(value) : value instanceof ExactNumber ? value.literal : ''
  if (!/^(0|-?[1-9]\d{0,18})$/.test(literal)) return undefined
  const integer = BigInt(literal)
  return BigInt.asIntN(64, integer) === integer ? integer : undefined
}

const dayMs = 86_400_000

const toDays = (value: Json): number | undefined => {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return undefined
  const date = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value) ? date.getTime() / dayMs : undefined
}

/** Bytes of a value that fits; booleans are packed by whoever has all of them. */
export const encodeValue = (value: Json, kind: Exclude<ColumnKind, 'bool'>): Uint8Array => {
  switch (kind) {
    case 'int': {
      const bytes = Buffer.alloc(8)
      bytes.writeBigInt64LE(toInteger(value) ?? 0n)
      return bytes
    }
    case 'float': {
      const bytes = Buffer.alloc(8)
      bytes.writeDoubleLE(value instanceof ExactNumber ? Number(value.literal) : Number(value))
      return bytes
    }
    case 'date': {
      const bytes = Buffer.alloc(4)
      bytes.writeInt32LE(toDays(value) ?? 0)
      return bytes
    }
    case 'text':
      return withLength(String(value))
    case 'json':
      return withLength(stringifyJson(value))
  }
}

const withLength = (text: string): Uint8Array => {
  const length = Buffer.byteLength(text, 'utf8')
  const bytes = Buffer.allocUnsafe(4 + length)
  bytes.writeUInt32LE(length)
  bytes.write(text, 4, 'utf8')
  return bytes
}
