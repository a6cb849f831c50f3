import { ByteCursor } from './byte-cursor.ts'
import { type Codec, decompress } from './decompress.ts'
import { ParquetProblem } from './parquet-problem.ts'
import { readRuns } from './read-runs.ts'
import { type RawValue, readPlain, readValues } from './read-values.ts'
import type { SchemaNode } from './schema-tree.ts'
import { booleanAt, numberAt, readThrift, structAt, type ThriftStruct } from './thrift.ts'

/** The values of a page, each with its levels; a value stands only where its definition level is the highest. */
export interface Page {
  readonly count: number
  readonly definitions: Int32Array | undefined
  readonly repeats: Int32Array | undefined
  readonly values: readonly RawValue[]
}

export interface ColumnPages {
  readonly node: SchemaNode
  readonly codec: Codec
}

/** Unpacked, and values: what one page may take of the memory, whatever it says about itself. Usual pages have 1 MiB and 20,000 values. */
export const pageBytesMax = 64 * 1024 * 1024
export const pageValuesMax = 4 * 1024 * 1024

/** The next page of a column: a dictionary, values, or something that is not needed. */
export const readPage = (
  cursor: ByteCursor,
  { node, codec }: ColumnPages,
  dictionary: readonly RawValue[] | undefined,
): { readonly dictionary: readonly RawValue[] } | { readonly page: Page } | undefined => {
  const header = readThrift(cursor)
  const size = limit(numberAt(header, 2), pageBytesMax, 'bytes')
  const packed = cursor.take(numberAt(header, 3) ?? -1)
  const source = { node, codec, packed, size, dictionary }
  const [v1, v2, dictionaryHeader] = [structAt(header, 5), structAt(header, 8), structAt(header, 7)]
  switch (numberAt(header, 1)) {
    case 0:
      if (v1 !== undefined) return { page: readFirstVersion(source, v1) }
      break
    case 1:
      return undefined
    case 2:
      if (dictionaryHeader !== undefined && node.leaf !== undefined)
        return { dictionary: readPlain(new ByteCursor(decompress(codec, packed, size)), node.leaf, countOf(dictionaryHeader)) }
      break
    case 3:
      if (v2 !== undefined) return { page: readSecondVersion(source, v2) }
      break
  }
  throw new ParquetProblem('a page is of no known kind')
}

interface PageSource extends ColumnPages {
  readonly packed: Uint8Array
  readonly size: number
  readonly dictionary: readonly RawValue[] | undefined
}

const limit = (value = -1, max: number, unit: string): number => {
  if (value < 0) throw new ParquetProblem(`a page does not say how many ${unit} it has`)
  if (value > max) throw new ParquetProblem(`a page is said to have ${value} ${unit}: the limit is ${max}`, 'too-large')
  return value
}

const countOf = (header: ThriftStruct): number => limit(numberAt(header, 1), pageValuesMax, 'values')

/** Levels, each with its length before it, and values are packed together. */
const readFirstVersion = (source: PageSource, header: ThriftStruct): Page => {
  const { node } = source
  const count = countOf(header)
  const cursor = new ByteCursor(decompress(source.codec, source.packed, source.size))
  const readLevels = (max: number, encoding: number | undefined): Int32Array | undefined => {
    if (max === 0) return undefined
    if (encoding !== 3) throw new ParquetProblem('levels are written in the way that Parquet 1 gave up, which is not supported', 'not-supported')
    return readRuns(new ByteCursor(cursor.take(cursor.uint32())), bitsOf(max), count)
  }
  const repeats = readLevels(node.repeat, numberAt(header, 4))
  const definitions = readLevels(node.definition, numberAt(header, 3))
  return readPageValues(cursor, source, { count, repeats, definitions, encoding: numberAt(header, 2) ?? -1 })
}

/** Levels stand before the values, and are never packed. */
const readSecondVersion = (source: PageSource, header: ThriftStruct): Page => {
  const { node, packed, size, codec } = source
  const count = countOf(header)
  const levels = new ByteCursor(packed)
  const repeatBytes = levels.take(numberAt(header, 6) ?? 0)
  const definitionBytes = levels.take(numberAt(header, 5) ?? 0)
  const rest = packed.subarray(levels.offset)
  const restSize = limit(size - levels.offset, pageBytesMax, 'bytes')
  const cursor = new ByteCursor(booleanAt(header, 7) === false ? rest : decompress(codec, rest, restSize))
  const repeats = node.repeat === 0 ? undefined : readRuns(new ByteCursor(repeatBytes), bitsOf(node.repeat), count)
  const definitions = node.definition === 0 ? undefined : readRuns(new ByteCursor(definitionBytes), bitsOf(node.definition), count)
  return readPageValues(cursor, source, { count, repeats, definitions, encoding: numberAt(header, 4) ?? -1 })
}

const bitsOf = (max: number): number => 32 - Math.clz32(max)

const readPageValues = (
  cursor: ByteCursor,
  { node, dictionary }: PageSource,
  { encoding, ...levels }: Omit<Page, 'values'> & { readonly encoding: number },
): Page => {
  if (node.leaf === undefined) throw new ParquetProblem('a group has no values of its own')
  const count = countValues(levels, node)
  if (encoding !== 2 && encoding !== 8) return { ...levels, values: readValues(cursor, node.leaf, { encoding, count }) }
  if (dictionary === undefined) throw new ParquetProblem('a page refers to a dictionary, and there is none')
  const places = count === 0 ? new Int32Array() : readRuns(cursor, cursor.byte(), count)
  const values = Array.from(places, (place) => {
    const value = dictionary[place]
    if (value === undefined) throw new ParquetProblem(`a page refers to entry ${place} of a dictionary of ${dictionary.length}`)
    return value
  })
  return { ...levels, values }
}

const countValues = ({ count, definitions, repeats }: Omit<Page, 'values'>, node: SchemaNode): number => {
  if (repeats?.some((level) => level > node.repeat) === true) throw new ParquetProblem('a level is too high')
  if (definitions === undefined) return count
  let present = 0
  for (const level of definitions) {
    if (level > node.definition) throw new ParquetProblem('a level is too high')
    if (level === node.definition) present += 1
  }
  return present
}
