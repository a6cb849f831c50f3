import { ByteCursor } from './byte-cursor.ts'
import { ParquetProblem } from './parquet-problem.ts'
import { type ColumnPages, type Page, readPage } from './read-page.ts'
import type { RawValue } from './read-values.ts'

/** Goes through the values of one column of a row group: one page of it is unpacked at a time. */
export class ColumnReader {
  readonly #cursor: ByteCursor
  readonly #pages: ColumnPages
  #dictionary: readonly RawValue[] | undefined
  #page: Page | undefined
  /** In the page: next level, next value. */
  #at = 0
  #valueAt = 0

  /** @param bytes  of the pages */
  constructor(bytes: Uint8Array, pages: ColumnPages) {
    this.#cursor = new ByteCursor(bytes)
    this.#pages = pages
  }

  /** Of the next value; `undefined` after the last one. */
  definition(): number | undefined {
    const page = this.#peek()
    return page === undefined ? undefined : (page.definitions?.[this.#at] ?? this.#pages.node.definition)
  }

  /** At which level the next value goes on with what is before it; 0 starts a row; `undefined` after the last one. */
  repeat(): number | undefined {
    const page = this.#peek()
    return page === undefined ? undefined : (page.repeats?.[this.#at] ?? 0)
  }

  /** The next value; `undefined` for one that is not there. */
  next(): RawValue | undefined {
    const page = this.#peek()
    if (page === undefined) throw new ParquetProblem(`column ${this.#pages.node.leaf?.path} has fewer values than rows`)
    const isPresent = (page.definitions?.[this.#at] ?? this.#pages.node.definition) === this.#pages.node.definition
    this.#at += 1
    if (!isPresent) return undefined
    this.#valueAt += 1
    return page.values[this.#valueAt - 1]
  }

  #peek(): Page | undefined {
    while (this.#page === undefined || this.#at >= this.#page.count) {
      if (this.#cursor.left === 0) return undefined
      const read = readPage(this.#cursor, this.#pages, this.#dictionary)
      if (read === undefined) continue
      if ('dictionary' in read) this.#dictionary = read.dictionary
      else {
        this.#page = read.page
        this.#at = 0
        this.#valueAt = 0
      }
    }
    return this.#page
  }
}
