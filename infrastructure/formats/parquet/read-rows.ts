import type { Json, JsonObject } from '../../../domain/json.ts'
import { createAssembler } from './assemble-values.ts'
import { ColumnReader } from './column-reader.ts'
import { ParquetProblem } from './parquet-problem.ts'
import { listLeaves, type RowGroup } from './read-footer.ts'
import { type ReadBudget, RowContext } from './row-context.ts'
import type { SchemaNode } from './schema-tree.ts'

/** One row, counted from 1; `problem` is why it cannot be held. */
export interface ParquetRow {
  readonly number: number
  readonly fields: JsonObject
  /** Of texts in it. */
  readonly bytes: number
  readonly problem?: string
}

export interface GroupSource {
  readonly schema: SchemaNode
  readonly group: RowGroup
  /** Of all columns, in the order of the schema. */
  readonly chunks: readonly Uint8Array[]
  /** Rows in the groups before. */
  readonly rowsBefore: number
  readonly budget: ReadBudget
}

/** The rows of a row group, in memory for its packed bytes, a page of each column and one row. What is null is not there. */
export function* readRows({ schema, group, chunks, rowsBefore, budget }: GroupSource): Generator<ParquetRow> {
  const columns = listLeaves(schema).map((node, index) => {
    const [bytes, chunk] = [chunks[index], group.chunks[index]]
    if (bytes === undefined || chunk === undefined) throw new ParquetProblem(`column ${node.leaf?.path} is missing`)
    return new ColumnReader(bytes, { node, codec: chunk.codec })
  })
  const context = new RowContext(columns, budget)
  const members = schema.children.map((child) => ({ name: child.name, read: createAssembler(child, context) }))
  for (let index = 0; index < group.rows; index++) {
    checkStart(columns, rowsBefore + index + 1)
    const fields: Record<string, Json> = {}
    for (const { name, read } of members) {
      const value = read()
      if (value !== undefined) fields[name] = value
    }
    const { problem, bytes } = context.endRow()
    yield { number: rowsBefore + index + 1, fields, bytes, ...(problem !== undefined && { problem }) }
  }
  if (columns.some((column) => column.definition() !== undefined)) throw new ParquetProblem('a column has more values than there are rows')
}

/** All columns have to agree on where a row starts. */
const checkStart = (columns: readonly ColumnReader[], row: number): void => {
  if (columns.some((column) => column.repeat() !== 0)) throw new ParquetProblem(`its columns do not agree on what is in row ${row}`)
}
