import { ByteCursor } from './byte-cursor.ts'
import { type Codec, codecs } from './decompress.ts'
import { ParquetProblem } from './parquet-problem.ts'
import { buildSchemaTree, type SchemaNode } from './schema-tree.ts'
import { bytesAt, numberAt, readThrift, structAt, structsAt, type ThriftStruct } from './thrift.ts'

/** What a file says about itself at its end. */
export interface ParquetFooter {
  readonly schema: SchemaNode
  readonly rows: number
  readonly groups: readonly RowGroup[]
}

export interface RowGroup {
  readonly rows: number
  /** One for each column, in the order of the schema. */
  readonly chunks: readonly ColumnChunk[]
}

/** Where the pages of a column lie: `end` is exclusive. */
export interface ColumnChunk {
  readonly start: number
  readonly end: number
  readonly codec: Codec
}

export const magic = 'PAR1'
/** Length of the footer, and the magic. */
export const tailBytes = 8
const footerBytesMax = 64 * 1024 * 1024

/**
 * Where the footer starts, from the last eight bytes of a file.
 * @param size  of the whole file, which says how long a footer can be
 */
export const findFooter = (tail: Uint8Array, size: number): number => {
  const mark = Buffer.from(tail.subarray(4)).toString('latin1')
  if (mark === 'PARE') throw new ParquetProblem('it is encrypted, which is not supported', 'not-supported')
  if (size < tailBytes + magic.length || mark !== magic)
    throw new ParquetProblem('it does not end as a Parquet file does: it is truncated, or something else')
  const length = new ByteCursor(tail).uint32()
  if (length > footerBytesMax) throw new ParquetProblem(`its footer is said to be ${length} bytes long: the limit is ${footerBytesMax}`, 'too-large')
  if (length > size - tailBytes - magic.length) throw new ParquetProblem(`its footer is said to be ${length} bytes long, and the file has ${size}`)
  return size - tailBytes - length
}

/** @param end  where the footer starts: everything else lies before it */
export const readFooter = (bytes: Uint8Array, end: number): ParquetFooter => {
  const metadata = readThrift(new ByteCursor(bytes))
  const schema = buildSchemaTree(structsAt(metadata, 2))
  const leaves = listLeaves(schema)
  const rows = numberAt(metadata, 3) ?? -1
  // A group without rows has no pages, and what some writers say about where they lie is wrong.
  const groups = structsAt(metadata, 4).flatMap((group) => (numberAt(group, 3) === 0 ? [] : [readGroup(group, leaves, end)]))
  const counted = groups.reduce((sum, group) => sum + group.rows, 0)
  if (rows !== counted) throw new ParquetProblem(`it is said to have ${rows} rows, and its row groups ${counted}`)
  return { schema, rows, groups }
}

export const listLeaves = (node: SchemaNode): readonly SchemaNode[] => (node.leaf === undefined ? node.children.flatMap(listLeaves) : [node])

const readGroup = (group: ThriftStruct, leaves: readonly SchemaNode[], end: number): RowGroup => {
  const rows = numberAt(group, 3) ?? -1
  const chunks = structsAt(group, 1)
  if (!Number.isSafeInteger(rows) || rows < 0) throw new ParquetProblem('a row group does not say how many rows it has')
  if (chunks.length !== leaves.length) throw new ParquetProblem(`a row group has ${chunks.length} columns, and the schema ${leaves.length}`)
  return { rows, chunks: chunks.map((chunk, index) => readChunk(chunk, leaves[index]?.leaf?.path ?? '', end)) }
}

const readChunk = (chunk: ThriftStruct, path: string, end: number): ColumnChunk => {
  const metadata = structAt(chunk, 3)
  if (bytesAt(chunk, 1) !== undefined) throw new ParquetProblem(`column ${path} lies in another file, which is not supported`, 'not-supported')
  if (metadata === undefined) throw new ParquetProblem(`column ${path} is encrypted or damaged`)
  const codec = codecs[numberAt(metadata, 4) ?? -1]
  if (codec === undefined) throw new ParquetProblem(`column ${path} is compressed in a way that is not known`, 'not-supported')
  const data = numberAt(metadata, 9) ?? -1
  const dictionary = numberAt(metadata, 11) ?? 0
  const start = dictionary > 0 && dictionary < data ? dictionary : data
  const size = numberAt(metadata, 7) ?? -1
  if (!(Number.isSafeInteger(start) && Number.isSafeInteger(size) && start >= magic.length && size >= 0 && start + size <= end))
    throw new ParquetProblem(`column ${path} is said to lie at byte ${start}, ${size} long, which is outside the file`)
  return { start, end: start + size, codec }
}
