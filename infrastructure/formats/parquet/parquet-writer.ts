import { gzipSync } from 'node:zlib'
import type { Json, JsonObject } from '../../../domain/json.ts'
import { ownMember } from '../own-member.ts'
import { type ColumnKind, encodeValue, type WrittenColumn } from './column-kind.ts'
import { magic } from './read-footer.ts'
import { binary, int32, int64, list, struct, type ThriftBytes, varint } from './write-thrift.ts'

/** Of one page, before the value that goes beyond it. */
const pageBytes = 1024 * 1024

interface WrittenGroup {
  readonly rows: number
  readonly chunks: readonly { readonly offset: number; readonly unpacked: number; readonly packed: number }[]
}

/**
 * Writes a Parquet file of flat columns, piece by piece: `start`, the rows of each group, `end`. The same rows give the same bytes, today and with the next
 * release, so long as nothing is packed: values stand one after the other, and git packs them.
 */
export class ParquetWriter {
  readonly #columns: readonly WrittenColumn[]
  readonly #isPacked: boolean
  readonly #groups: WrittenGroup[] = []
  #offset = magic.length

  /** @param isPacked  pages are packed by gzip */
  constructor(columns: readonly WrittenColumn[], isPacked: boolean) {
    this.#columns = columns
    this.#isPacked = isPacked
  }

  start(): Uint8Array {
    return Buffer.from(magic, 'latin1')
  }

  /** @param rows  every value fits the kind of its column (`fitsKind`); what is null or absent is null */
  group(rows: readonly JsonObject[]): Uint8Array {
    const parts: Uint8Array[] = []
    const chunks = this.#columns.map((column) => {
      const offset = this.#offset
      let unpacked = 0
      for (const page of listPages(rows, column)) {
        const body = this.#isPacked ? gzipSync(page.body) : page.body
        const header = pageHeader(page, body.length)
        parts.push(header, body)
        unpacked += header.length + page.body.length
        this.#offset += header.length + body.length
      }
      return { offset, unpacked, packed: this.#offset - offset }
    })
    this.#groups.push({ rows: rows.length, chunks })
    return Buffer.concat(parts)
  }

  end(): Uint8Array {
    const rows = this.#groups.reduce((sum, group) => sum + group.rows, 0)
    const footer = struct({
      1: int32(2),
      2: list(12, [struct({ 4: binary('schema'), 5: int32(this.#columns.length) }), ...this.#columns.map(schemaElement)]),
      3: int64(rows),
      4: list(
        12,
        this.#groups.map((group) => this.#describe(group)),
      ),
      6: binary('ingitdb'),
    }).bytes
    const length = Buffer.alloc(4)
    length.writeUInt32LE(footer.length)
    return Buffer.concat([footer, length, Buffer.from(magic, 'latin1')])
  }

  #describe({ rows, chunks }: WrittenGroup): ThriftBytes {
    const columns = chunks.map(({ offset, unpacked, packed }, index) => {
      const { name, kind } = this.#columns[index] ?? { name: '', kind: 'json' }
      const metadata = struct({
        1: int32(physicalTypes[kind]),
        2: list(5, [int32(0), int32(3)]),
        3: list(8, [binary(name)]),
        4: int32(this.#isPacked ? 2 : 0),
        5: int64(rows),
        6: int64(unpacked),
        7: int64(packed),
        9: int64(offset),
      })
      return struct({ 2: int64(0), 3: metadata })
    })
    return struct({ 1: list(12, columns), 2: int64(chunks.reduce((sum, { unpacked }) => sum + unpacked, 0)), 3: int64(rows) })
  }
}

const physicalTypes: Readonly<Record<ColumnKind, number>> = { bool: 0, date: 1, int: 2, float: 5, text: 6, json: 6 }

/** Number of the converted type, which older readers know, and of the logical type. */
const meanings: Readonly<Partial<Record<ColumnKind, readonly [converted: number, logical: number]>>> = { text: [0, 1], json: [19, 12], date: [6, 6] }

const schemaElement = ({ name, kind }: WrittenColumn): ThriftBytes => {
  const [converted, logical] = meanings[kind] ?? []
  return struct({
    1: int32(physicalTypes[kind]),
    3: int32(1),
    4: binary(name),
    6: converted === undefined ? undefined : int32(converted),
    10: logical === undefined ? undefined : struct({ [logical]: struct({}) }),
  })
}

interface WrittenPage {
  readonly count: number
  readonly body: Uint8Array
}

function* listPages(rows: readonly JsonObject[], { name, kind }: WrittenColumn): Generator<WrittenPage> {
  let values: (Json | undefined)[] = []
  let encoded: Uint8Array[] = []
  let bytes = 0
  const take = (): WrittenPage => ({
    count: values.length,
    body: Buffer.concat([writeLevels(values), kind === 'bool' ? packBooleans(values) : Buffer.concat(encoded)]),
  })
  for (const row of rows) {
    const value = ownMember(row, name) ?? undefined
    values.push(value)
    if (value !== undefined && kind !== 'bool') {
      const written = encodeValue(value, kind)
      encoded.push(written)
      bytes += written.length
    }
    if (bytes < pageBytes && values.length < pageBytes) continue
    yield take()
    values = []
    encoded = []
    bytes = 0
  }
  if (values.length > 0) yield take()
}

/** A page of the first version, plain values, levels in runs. */
const pageHeader = ({ count, body }: WrittenPage, packed: number): Uint8Array =>
  struct({ 1: int32(0), 2: int32(body.length), 3: int32(packed), 5: struct({ 1: int32(count), 2: int32(0), 3: int32(3), 4: int32(3) }) }).bytes

/** Which values are there: one run where all are or none is, else a bit each. */
const writeLevels = (values: readonly (Json | undefined)[]): Uint8Array => {
  const present = values.map((value) => value !== undefined)
  const isEven = present.every((each) => each === present[0])
  const run = isEven
    ? Buffer.concat([varint(values.length * 2), Uint8Array.of(present[0] === true ? 1 : 0)])
    : Buffer.concat([varint(Math.ceil(values.length / 8) * 2 + 1), packBits(present)])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(run.length)
  return Buffer.concat([length, run])
}

const packBooleans = (values: readonly (Json | undefined)[]): Uint8Array =>
  packBits(values.filter((value) => value !== undefined).map((value) => value === true))

const packBits = (bits: readonly boolean[]): Uint8Array => {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8))
  for (const [index, bit] of bits.entries()) if (bit) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7))
  return bytes
}
