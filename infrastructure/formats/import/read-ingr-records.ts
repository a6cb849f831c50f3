import { SourceProblem } from '../../../domain/import/source-problem.ts'
import type { RecordChunks, SourceRecord } from '../../../domain/import/source-record.ts'
import { fieldsOf, type IngrFile, readIngr } from '../ingr/read-ingr.ts'
import { lineAt, TextProblem } from '../text-position.ts'
import { badRecord } from './bad-record.ts'
import { gatherChunks } from './gather-chunks.ts'

/** An INGR file says at its end how many records it has, and may have a hash of all of them: so it is read as a whole before its first record counts. */
export const readIngrRecords = (blocks: AsyncIterable<string>): RecordChunks => gatherChunks(readAll(blocks))

const lengthMax = 256 * 1024 * 1024

async function* readAll(blocks: AsyncIterable<string>): AsyncGenerator<readonly SourceRecord[]> {
  let text = ''
  for await (const block of blocks) {
    text += block
    if (text.length > lengthMax)
      throw new SourceProblem('too-large', `an INGR file is read as a whole: this one is longer than ${lengthMax} characters`)
  }
  yield toRecords(parse(text))
}

const parse = (text: string): IngrFile => {
  try {
    return readIngr(text)
  } catch (error) {
    if (error instanceof TextProblem) throw new SourceProblem('parse', `not valid INGR: ${error.message}`, lineAt(text, error.offset))
    throw error
  }
}

const toRecords = ({ records, lines }: IngrFile): readonly SourceRecord[] =>
  records
    .filter(({ isCommented }) => !isCommented)
    .map((record): SourceRecord => {
      const { first, end, problem } = record
      if (problem !== undefined)
        return badRecord(
          problem.line,
          lines
            .slice(first, end)
            .map(({ text }) => text)
            .join('\n'),
          problem.message,
        )
      const id = record.fields.get('$ID')
      return { line: first + 1, fields: { ...(id === undefined ? {} : { $id: id }), ...fieldsOf(record) } }
    })
