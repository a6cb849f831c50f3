import { SourceProblem } from '../../../domain/import/source-problem.ts'
import type { RecordChunks, SourceRecord } from '../../../domain/import/source-record.ts'
import { badRecord } from './bad-record.ts'
import { gatherChunks } from './gather-chunks.ts'
import type { CellOptions } from './read-options.ts'
import { type Cell, createRowReader, type RowReader } from './row-reader.ts'
import { recordLengthMax } from './text-lines.ts'

/**
 * RFC 4180 text: quotes, doubled inside a quoted cell, LF or CRLF, blank lines are none. A row that is longer or shorter than the header, or has a quote where
 * none may be, is bad by itself; a quote that is not closed ends the input.
 */
export const readCsvRecords = (blocks: AsyncIterable<string>, options: CellOptions): RecordChunks => gatherChunks(readRows(blocks, options))

async function* readRows(blocks: AsyncIterable<string>, options: CellOptions): AsyncGenerator<readonly SourceRecord[]> {
  const text = new RowText(createRowReader(options), options.delimiter ?? ',')
  for await (const block of blocks) {
    const records = text.take(block)
    if (records.length > 0) yield records
  }
  yield text.end()
}

const likelyDelimiters = [',', ';', '\t', '|']

/** The rows of a text that comes in blocks; what is left of one waits for the next. */
class RowText {
  readonly #read: RowReader
  #delimiter: string
  #rest = ''
  /** A row that is not complete is looked at again when it has grown by half: not with every block. */
  #retryAt = 0
  #line = 1

  constructor(read: RowReader, delimiter: string) {
    this.#read = read
    this.#delimiter = delimiter
  }

  take(block: string): readonly SourceRecord[] {
    this.#rest += block
    return this.#rest.length < this.#retryAt ? [] : this.#readRows(false)
  }

  end(): readonly SourceRecord[] {
    return this.#readRows(true)
  }

  #readRows(isLast: boolean): readonly SourceRecord[] {
    const text = this.#rest
    const records: SourceRecord[] = []
    if (this.#delimiter === 'auto' && (isLast || text.includes('\n'))) this.#delimiter = chooseDelimiter(text)
    let at = 0
    while (this.#delimiter !== 'auto' && at < text.length) {
      const row = scanRow(text, at, this.#delimiter)
      // A row that ends with the text may go on in the next block: also after a CR, or a quote that may be the first of two.
      if (row.end === 'text' && !isLast) break
      if (row.end === 'quote') {
        if (!isLast && text.length - at <= recordLengthMax) break
        throw new SourceProblem('parse', 'not valid CSV: a quoted cell that starts here is not closed', this.#line + countLines(text, at, row.at))
      }
      const record = this.#toRecord(row, text.slice(at, row.at))
      if (record !== undefined) records.push(record)
      this.#line += countLines(text, at, row.next)
      at = row.next
    }
    this.#rest = text.slice(at)
    this.#retryAt = this.#rest.length === 0 ? 0 : Math.ceil(this.#rest.length * 1.5)
    return records
  }

  #toRecord({ cells, fault }: ScannedRow, source: string): SourceRecord | undefined {
    if (fault !== undefined) return badRecord(this.#line, source, `not valid CSV: ${fault}`)
    const [only] = cells
    if (cells.length === 1 && only?.text === '' && !only.isQuoted) return undefined
    return this.#read({ cells, line: this.#line, source })
  }
}

/** `at` is where the row ends, `next` where the following one starts. */
interface ScannedRow {
  readonly cells: readonly Cell[]
  /** `text`: the end of the text; `quote`: a quote that is not closed, which starts at `at`. */
  readonly end: 'line' | 'text' | 'quote'
  readonly at: number
  readonly next: number
  readonly fault?: string
}

const scanRow = (text: string, start: number, delimiter: string): ScannedRow => {
  const cells: Cell[] = []
  let at = start
  while (true) {
    if (text[at] === '"') {
      const close = findClose(text, at)
      if (close === -1) return { cells, end: 'quote', at, next: text.length }
      cells.push({ text: text.slice(at + 1, close).replaceAll('""', '"'), isQuoted: true })
      at = close + 1
    } else {
      const end = findPlainEnd(text, at, delimiter)
      if (text[end] === '"') return skipLine(text, end, 'a quote stands inside a cell that is not quoted')
      cells.push({ text: text.slice(at, end), isQuoted: false })
      at = end
    }
    if (at >= text.length) return { cells, end: 'text', at, next: at }
    if (text[at] === delimiter) at += 1
    else if (text[at] === '\n') return { cells, end: 'line', at, next: at + 1 }
    else if (text[at] === '\r' && at + 1 >= text.length) return { cells, end: 'text', at, next: at + 1 }
    else if (text[at] === '\r' && text[at + 1] === '\n') return { cells, end: 'line', at, next: at + 2 }
    else return skipLine(text, at, 'text stands after a closing quote')
  }
}

const skipLine = (text: string, from: number, fault: string): ScannedRow => {
  const end = text.indexOf('\n', from)
  return end === -1
    ? { cells: [], end: 'text', at: text.length, next: text.length, fault }
    : { cells: [], end: 'line', at: end, next: end + 1, fault }
}

const findClose = (text: string, start: number): number => {
  let at = text.indexOf('"', start + 1)
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2)
  return at
}

const findPlainEnd = (text: string, start: number, delimiter: string): number => {
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (character === delimiter || character === '\n' || character === '"') return at
    if (character === '\r' && (at + 1 >= text.length || text[at + 1] === '\n')) return at
  }
  return text.length
}

const chooseDelimiter = (text: string): string => {
  const end = text.indexOf('\n')
  const header = end === -1 ? text : text.slice(0, end)
  const counted = likelyDelimiters.map((delimiter) => ({ delimiter, count: header.split(delimiter).length }))
  return counted.reduce((best, each) => (each.count > best.count ? each : best)).delimiter
}

const countLines = (text: string, from: number, to: number): number => {
  let lines = 0
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) lines++
  return lines
}
