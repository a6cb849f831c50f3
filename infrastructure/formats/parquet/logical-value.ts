import { isUtf8 } from 'node:buffer'
import { ExactNumber, type Json, parseNumber } from '../../../domain/json.ts'
import { parseJson } from '../json/parse-json.ts'
import { ParquetProblem, ValueProblem } from './parquet-problem.ts'
import type { RawValue } from './read-values.ts'
import type { Meaning, SchemaNode } from './schema-tree.ts'

/** What the values of a column are as JSON: exact, or refused with the reason. Throws `ValueProblem` for one value, `ParquetProblem` for a column. */
export type ReadValue = (raw: RawValue) => Json

export const createValueReader = ({ meaning, leaf, name }: SchemaNode): ReadValue => {
  if (leaf === undefined) throw new ParquetProblem(`column ${name} is damaged`)
  if (meaning.kind === 'unsupported')
    throw new ParquetProblem(`column ${leaf.path} is of type ${meaning.name}, which is not supported`, 'not-supported')
  switch (leaf.type) {
    case 'BOOLEAN':
      return (raw) => raw === true
    case 'INT96':
      return (raw) => readInt96(asBytes(raw))
    case 'FLOAT':
      return (raw) => toNumber(shortestFloat(Number(raw)))
    case 'DOUBLE':
      return (raw) => toNumber(Number(raw))
    case 'INT32':
    case 'INT64':
      return integerReader(meaning, leaf.type === 'INT32' ? 32 : 64)
    default:
      return bytesReader(meaning)
  }
}

const asBytes = (raw: RawValue): Uint8Array => (raw instanceof Uint8Array ? raw : new Uint8Array())

const toNumber = (value: number): Json => {
  if (!Number.isFinite(value)) throw new ValueProblem(`${value} is no number that a record can hold`)
  return Object.is(value, -0) ? new ExactNumber('-0') : value
}

/** The shortest decimal that gives the same 32 bits: 0.1, and not 0.10000000149011612. */
const shortestFloat = (value: number): number => {
  for (let digits = 6; digits <= 8; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return value
}

const integerReader = (meaning: Meaning, bits: number): ReadValue => {
  const whole = (raw: RawValue): bigint => BigInt(raw as number | bigint)
  switch (meaning.kind) {
    case 'unsigned':
      return (raw) => parseNumber(String(BigInt.asUintN(bits, whole(raw))))
    case 'decimal':
      return (raw) => writeDecimal(whole(raw), meaning.scale)
    case 'date':
      return (raw) => writeDate(whole(raw))
    case 'time':
      return (raw) => writeTime(whole(raw) * nanosIn[meaning.unit])
    case 'timestamp':
      return (raw) => writeTimestamp(whole(raw) * nanosIn[meaning.unit], meaning.isUtc)
    default:
      return (raw) => (typeof raw === 'number' ? raw : parseNumber(String(raw)))
  }
}

const bytesReader = (meaning: Meaning): ReadValue => {
  switch (meaning.kind) {
    case 'decimal':
      return (raw) => writeDecimal(readBigEndian(asBytes(raw)), meaning.scale)
    case 'json':
      return (raw) => readJson(asBytes(raw))
    case 'uuid':
      return (raw) =>
        Buffer.from(asBytes(raw))
          .toString('hex')
          .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    case 'float16':
      return (raw) => toNumber(readFloat16(asBytes(raw)))
    default:
      return (raw) => readText(asBytes(raw))
  }
}

/** Files of older writers have texts in columns without a type, so all bytes that are a text are one. */
const readText = (bytes: Uint8Array): string => {
  if (!isUtf8(bytes)) throw new ValueProblem('it has bytes that are no text (UTF-8)')
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

const readJson = (bytes: Uint8Array): Json => {
  const parsed = parseJson(readText(bytes))
  if (!parsed.ok) throw new ValueProblem('it is said to be JSON, and is not')
  return parsed.value
}

const readBigEndian = (bytes: Uint8Array): bigint =>
  bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex')}`))

/** With all digits of its scale: `12.30`. */
const writeDecimal = (unscaled: bigint, scale: number): Json => {
  if (scale === 0) return parseNumber(String(unscaled))
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  return parseNumber(`${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`)
}

const readFloat16 = (bytes: Uint8Array): number => {
  const bits = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8)
  const [exponent, fraction] = [(bits >> 10) & 31, (bits & 1023) / 1024]
  const size = exponent === 31 ? (fraction === 0 ? Infinity : NaN) : exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15)
  return bits >> 15 === 0 ? size : -size
}

const nanosIn = { MILLIS: 1_000_000n, MICROS: 1_000n, NANOS: 1n } as const
const daySeconds = 86_400n
const secondNanos = 1_000_000_000n

const floorDivide = (value: bigint, by: bigint): bigint => (value - (((value % by) + by) % by)) / by

const writeDate = (days: bigint): string => {
  const date = new Date(Number(days) * 86_400_000)
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999)
    throw new ValueProblem('it is a date outside of the years 0 to 9999')
  return date.toISOString().slice(0, 10)
}

/** `10:30:00`, with a fraction where there is one, without zeros at its end. */
const writeTime = (nanos: bigint): string => {
  const seconds = nanos / secondNanos
  if (nanos < 0n || seconds >= daySeconds) throw new ValueProblem('it is a time outside of a day')
  const parts = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => String(part).padStart(2, '0'))
  const fraction = String(nanos % secondNanos)
    .padStart(9, '0')
    .replace(/0+$/, '')
  return `${parts.join(':')}${fraction === '' ? '' : `.${fraction}`}`
}

const writeTimestamp = (nanos: bigint, isUtc: boolean): string => {
  const days = floorDivide(nanos, daySeconds * secondNanos)
  return `${writeDate(days)}T${writeTime(nanos - days * daySeconds * secondNanos)}${isUtc ? 'Z' : ''}`
}

/** Nanoseconds of a day, then its Julian number: how Impala and Spark wrote moments before there was a type for them. */
const readInt96 = (bytes: Uint8Array): string => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const days = BigInt(view.getInt32(8, true)) - 2_440_588n
  return writeTimestamp(days * daySeconds * secondNanos + view.getBigInt64(0, true), true)
}
