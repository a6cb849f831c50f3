import type { RecordChunks, SourceRecord } from '../../../domain/import/source-record.ts'
import { isJsonObject, type Json } from '../../../domain/json.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import { badRecord, tooLong } from './bad-record.ts'
import { gatherChunks } from './gather-chunks.ts'
import { recordLengthMax, splitLines, type TextLine } from './text-lines.ts'

/**
 * YAML in pieces: the items of a list, the entries of a map of key to record, and of several documents each is one of those, or one record. A map whose first
 * value is a map is one of records. A piece is read by itself, so that an alias can name only what stands in the same record.
 */
export const readYamlStream = (blocks: AsyncIterable<string>): RecordChunks => gatherChunks(readPieces(blocks))

async function* readPieces(blocks: AsyncIterable<string>): AsyncGenerator<readonly SourceRecord[]> {
  const cutter = new PieceCutter()
  for await (const lines of splitLines(blocks)) {
    const records = lines.flatMap((line) => cutter.take(line))
    if (records.length > 0) yield records
  }
  yield cutter.end()
}

/** What a document is, as far as its lines have told. */
type Kind = 'list' | 'map' | 'whole'

class PieceCutter {
  #kind: Kind | undefined
  #lines: string[] = []
  #length = 0
  #isCut = false
  #line = 1
  /** Of a map: whether its values are records, or it is one. */
  #holdsRecords: boolean | undefined

  take({ text, line, isCut }: TextLine): readonly SourceRecord[] {
    if (isDocumentMark(text)) {
      const records = this.end()
      const rest = text.startsWith('---') ? text.slice(3).trim() : ''
      if (rest !== '' && !rest.startsWith('#')) this.#begin(rest, line)
      return records
    }
    if (this.#kind === undefined) {
      if (isBlank(text) || text.startsWith('%')) return []
      this.#begin(text, line)
      this.#isCut = isCut
      return []
    }
    const records = this.#startsPiece(text) ? this.#cut(line) : []
    this.#add(text, isCut)
    return records
  }

  /** The end of a document, and of the text. */
  end(): readonly SourceRecord[] {
    const records = this.#kind === undefined ? [] : this.#readPiece(true)
    this.#kind = undefined
    this.#holdsRecords = undefined
    this.#clear()
    return records
  }

  #begin(text: string, line: number): void {
    this.#kind = /^-(\s|$)/.test(text) ? 'list' : /^[[{|>&*!]/.test(text) ? 'whole' : 'map'
    this.#line = line
    this.#add(text, false)
  }

  #add(text: string, isCut: boolean): void {
    this.#isCut ||= isCut || this.#length + text.length > recordLengthMax
    if (this.#isCut) return
    this.#lines.push(text)
    this.#length += text.length + 1
  }

  #startsPiece(text: string): boolean {
    if (this.#kind === 'list') return /^-(\s|$)/.test(text)
    return this.#kind === 'map' && this.#holdsRecords !== false && /^[^\s#-]/.test(text)
  }

  #cut(line: number): readonly SourceRecord[] {
    const records = this.#readPiece(false)
    // A map that is one record goes on being read as a whole.
    if (this.#holdsRecords === false) return records
    this.#clear()
    this.#line = line
    return records
  }

  #clear(): void {
    this.#lines = []
    this.#length = 0
    this.#isCut = false
  }

  #readPiece(isEnd: boolean): readonly SourceRecord[] {
    const text = `${this.#lines.join('\n')}\n`
    const line = this.#line
    if (this.#isCut) return [tooLong(line, text)]
    const parsed = parseYaml(text)
    if (!parsed.ok) {
      const issue = 'issues' in parsed.failure ? parsed.failure.issues[0] : undefined
      return [badRecord(line + Math.min(issue?.line ?? 1, Math.max(1, this.#lines.length)) - 1, text, issue?.message ?? 'not valid YAML')]
    }
    if (this.#kind === 'list') return (parsed.value as readonly Json[]).map((item) => toRecord(item, { line, text }))
    if (this.#kind === 'whole') return readWhole(parsed.value, { line, text })
    this.#holdsRecords ??= isJsonObject(parsed.value) && Object.values(parsed.value).every(isJsonObject)
    if (this.#holdsRecords) return readMap(parsed.value, { line, text })
    return isEnd ? [toRecord(parsed.value, { line, text })] : []
  }
}

const isBlank = (text: string): boolean => /^\s*(#.*)?$/.test(text)

const isDocumentMark = (text: string): boolean => /^(---|\.\.\.)(\s|$)/.test(text)

interface Piece {
  readonly line: number
  readonly text: string
}

const toRecord = (value: Json, { line, text }: Piece): SourceRecord =>
  isJsonObject(value) ? { line, fields: value } : badRecord(line, text, 'a record has to be a map')

const readMap = (value: Json, piece: Piece): readonly SourceRecord[] =>
  isJsonObject(value)
    ? Object.entries(value).map(([key, fields]) =>
        isJsonObject(fields)
          ? toRecord({ $id: key, ...fields }, piece)
          : badRecord(piece.line, piece.text, `the value of ${JSON.stringify(key)} is no map`),
      )
    : [badRecord(piece.line, piece.text, 'a record has to be a map')]

const readWhole = (value: Json, piece: Piece): readonly SourceRecord[] => {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => toRecord(item, piece))
  const isMapOfRecords = isJsonObject(value) && Object.keys(value).length > 0 && Object.values(value).every(isJsonObject)
  return isMapOfRecords ? readMap(value, piece) : [toRecord(value, piece)]
}
