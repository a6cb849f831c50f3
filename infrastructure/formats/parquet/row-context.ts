import type { ColumnReader } from './column-reader.ts'
import { ParquetProblem } from './parquet-problem.ts'
import type { SchemaNode } from './schema-tree.ts'

/** Values in one row, those of lists counted one by one. */
const rowValuesMax = 2_000_000

/** What the parts of a row share while it is read: the columns, and what is wrong with it. */
export class RowContext {
  readonly columns: readonly ColumnReader[]
  #problem: string | undefined
  #values = 0

  /** @param columns  one for each column of the schema, in its order */
  constructor(columns: readonly ColumnReader[]) {
    this.columns = columns
  }

  columnOf({ leaf, name }: SchemaNode): ColumnReader {
    const column = leaf === undefined ? undefined : this.columns[leaf.index]
    if (column === undefined) throw new ParquetProblem(`column ${name} has no values`)
    return column
  }

  count(): void {
    this.#values += 1
    if (this.#values > rowValuesMax) throw new ParquetProblem(`one row has more than ${rowValuesMax} values`, 'too-large')
  }

  /** A value cannot be held. The row is read to its end all the same, so that the next one can be read. */
  report(node: SchemaNode, message: string): void {
    this.#problem ??= `column ${node.leaf?.path ?? node.name}: ${message}`
  }

  /** The first problem of the row that was read, and a clean slate for the next one. */
  endRow(): string | undefined {
    const problem = this.#problem
    this.#problem = undefined
    this.#values = 0
    return problem
  }
}
