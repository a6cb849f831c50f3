import type { RecordChunks, SourceRecord } from '../../../domain/import/source-record.ts'
import { tooLong } from './bad-record.ts'
import { gatherChunks } from './gather-chunks.ts'
import type { CellOptions } from './read-options.ts'
import { type Cell, createRowReader } from './row-reader.ts'
import { splitLines, type TextLine } from './text-lines.ts'

/** Tabs between cells, a record a line, `\t`, `\n`, `\r` and `\\` for what cannot stand in a cell: as `select --format tsv` writes it. Quotes are text. */
export const readTsvRecords = (blocks: AsyncIterable<string>, options: CellOptions): RecordChunks => gatherChunks(readRows(blocks, options))

async function* readRows(blocks: AsyncIterable<string>, options: CellOptions): AsyncGenerator<readonly SourceRecord[]> {
  const read = createRowReader(options)
  const { delimiter = '\t', nullText } = options
  const readLine = ({ text, line, isCut }: TextLine): SourceRecord | undefined => {
    if (isCut) return tooLong(line, text)
    return text === '' ? undefined : read({ cells: text.split(delimiter).map((cell) => readCell(cell, nullText)), line, source: text })
  }
  for await (const lines of splitLines(blocks)) yield lines.flatMap((line) => readLine(line) ?? [])
}

const readCell = (source: string, nullText: string | undefined): Cell => {
  if (source === nullText || !source.includes('\\')) return { text: source, isQuoted: false }
  // What is written with a backslash, as `\\\\N`, is a text, whatever it says.
  return { text: source.replaceAll(/\\([tnr\\])/g, (_, letter: string) => meanings[letter] ?? letter), isQuoted: true }
}

const meanings: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '\\': '\\' }
