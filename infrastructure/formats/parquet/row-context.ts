import type { ColumnReader } from './column-reader.ts'
import { ParquetProblem } from './parquet-problem.ts'
import type { SchemaNode } from './schema-tree.ts'

/** What may still be read of a file that is held in memory as a whole: values, those of lists counted one by one, and bytes of texts. */
export interface ReadBudget {
  values: number
  bytes: number
}

/** Of one row: a dictionary says a long text as often as it likes. */
const rowValuesMax = 2_000_000
const rowBytesMax = 10 * 1024 * 1024

/** What the parts of a row share while it is read: the columns, what is wrong with it, and how much of it there is. */
export class RowContext {
  readonly columns: readonly ColumnReader[]
  readonly #budget: ReadBudget
  #problem: string | undefined
  #values = 0
  #bytes = 0

  /** @param columns  one for each column of the schema, in its order */
  constructor(columns: readonly ColumnReader[], budget: ReadBudget) {
    this.columns = columns
    this.#budget = budget
  }

  columnOf({ leaf, name }: SchemaNode): ColumnReader {
    const column = leaf === undefined ? undefined : this.columns[leaf.index]
    if (column === undefined) throw new ParquetProblem(`column ${name} has no values`)
    return column
  }

  /** Before a value is taken. */
  countValue(): void {
    this.#values += 1
    this.#budget.values -= 1
    if (this.#values > rowValuesMax) throw new ParquetProblem(`one row has more than ${rowValuesMax} values`, 'too-large')
    if (this.#budget.values < 0) throw new ParquetProblem('it has too many values to be held in memory', 'too-large')
  }

  /** Before a text is made of bytes. @returns whether there is room for it */
  countBytes(node: SchemaNode, length: number): boolean {
    this.#budget.bytes -= length
    if (this.#budget.bytes < 0) throw new ParquetProblem('it has too many texts to be held in memory', 'too-large')
    if (this.#bytes + length > rowBytesMax) {
      this.report(node, `the row has more than ${rowBytesMax} bytes`)
      return false
    }
    this.#bytes += length
    return true
  }

  /** A value cannot be held. The row is read to its end all the same, so that the next one can be read. */
  report(node: SchemaNode, message: string): void {
    this.#problem ??= `column ${node.leaf?.path ?? node.name}: ${message}`
  }

  /** The first problem of the row that was read and its bytes, and a clean slate for the next one. */
  endRow(): { readonly problem: string | undefined; readonly bytes: number } {
    const ended = { problem: this.#problem, bytes: this.#bytes }
    this.#problem = undefined
    this.#values = 0
    this.#bytes = 0
    return ended
  }
}
