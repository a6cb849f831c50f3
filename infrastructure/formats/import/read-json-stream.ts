import { SourceProblem } from '../../../domain/import/source-problem.ts'
import type { RecordChunks, SourceRecord } from '../../../domain/import/source-record.ts'
import { isJsonObject, type Json } from '../../../domain/json.ts'
import { JsonReader } from '../json/json-reader.ts'
import { lineAt, TextProblem } from '../text-position.ts'
import { badRecord } from './bad-record.ts'
import { gatherChunks } from './gather-chunks.ts'
import { recordLengthMax } from './text-lines.ts'

/**
 * A JSON list of objects, or a map of key to object, each record read by itself as soon as it is complete, with exact numbers. A record that is wrong in itself is
 * bad alone; where the list or map is broken the input ends.
 */
export const readJsonStream = (blocks: AsyncIterable<string>): RecordChunks => gatherChunks(readValues(blocks))

async function* readValues(blocks: AsyncIterable<string>): AsyncGenerator<readonly SourceRecord[]> {
  const scanner = new ElementScanner()
  for await (const block of blocks) {
    const records = scanner.take(block)
    if (records.length > 0) yield records
  }
  scanner.end()
}

/** What can change the depth, or start or end a string; after `before the first` only white space may stand. */
const signs = /["\\{}[\],]/g
const space = /[ \t\r\n]*/y

/** Cuts the outermost list or map into its elements, looking only at brackets, commas and strings. */
class ElementScanner {
  #text = ''
  #line = 1
  /** Where looking goes on, and where the element that is being looked at starts. */
  #at = 0
  #start = 0
  #depth = 0
  #isInString = false
  #kind: 'list' | 'map' | undefined
  #isOver = false
  #count = 0

  take(block: string): readonly SourceRecord[] {
    this.#text += block
    const records: SourceRecord[] = []
    if (this.#kind === undefined && !this.#open()) return records
    signs.lastIndex = this.#at
    for (let match = signs.exec(this.#text); match !== null && !this.#isOver; match = signs.exec(this.#text)) {
      const at = match.index
      if (match[0] === '\\') {
        if (!this.#isInString) continue
        // The sign after it may be in the next block.
        if (at + 1 >= this.#text.length) return this.#keep(at, records)
        signs.lastIndex = at + 2
      } else if (match[0] === '"') this.#isInString = !this.#isInString
      else if (!this.#isInString) this.#meet(match[0], at, records)
    }
    if (this.#isOver) this.#checkRest()
    else if (this.#text.length - this.#start > recordLengthMax)
      throw new SourceProblem('too-large', `the record is longer than ${recordLengthMax} characters`, this.#line)
    return this.#keep(this.#text.length, records)
  }

  end(): void {
    if (this.#kind === undefined) {
      if (this.#text.trim() !== '') this.#open()
      return
    }
    if (!this.#isOver)
      throw new SourceProblem('parse', `not valid JSON: the text ends before the ${this.#kind} is closed`, this.#lineAt(this.#text.length))
  }

  /** The bracket that everything is in. @returns false while there is only space */
  #open(): boolean {
    space.lastIndex = 0
    space.exec(this.#text)
    const first = this.#text[space.lastIndex]
    if (first === undefined) return false
    if (first !== '[' && first !== '{')
      throw new SourceProblem('parse', 'a JSON file of records is a list of objects, or a map of key to object', this.#lineAt(space.lastIndex))
    this.#kind = first === '[' ? 'list' : 'map'
    this.#start = this.#at = space.lastIndex + 1
    return true
  }

  #meet(sign: string, at: number, records: SourceRecord[]): void {
    if (sign === '{' || sign === '[') this.#depth += 1
    else if (this.#depth > 0 && sign !== ',') this.#depth -= 1
    else if (this.#depth === 0) this.#finish(sign, at, records)
  }

  #finish(sign: string, at: number, records: SourceRecord[]): void {
    const isLast = sign !== ','
    if (isLast && sign !== (this.#kind === 'list' ? ']' : '}'))
      throw this.#problem(`not valid JSON: expected "," or the end, found ${JSON.stringify(sign)}`, at)
    const source = this.#text.slice(this.#start, at)
    if (source.trim() !== '') records.push(this.#read(source))
    else if (!isLast || this.#count > 0) throw this.#problem('not valid JSON: there is a comma too many', at)
    this.#count += 1
    this.#line = this.#lineAt(at)
    this.#start = at + 1
    this.#isOver = isLast
  }

  #read(source: string): SourceRecord {
    const lead = source.length - source.trimStart().length
    const line = this.#line + lineAt(source, lead) - 1
    const reader = new JsonReader(source)
    try {
      const named = this.#kind === 'map' ? readName(reader) : undefined
      const value: Json = reader.readValue(0)
      reader.readEnd()
      const message = reader.problems[0]?.message ?? (isJsonObject(value) ? undefined : 'a record has to be an object')
      if (message !== undefined || !isJsonObject(value)) return badRecord(line, source.trim(), message ?? '')
      return { line, fields: named === undefined ? value : { $id: named, ...value } }
    } catch (error) {
      if (!(error instanceof TextProblem)) throw error
      return badRecord(this.#line + lineAt(source, error.offset) - 1, source.trim(), `not valid JSON: ${error.message}`)
    }
  }

  #checkRest(): void {
    const rest = this.#text.slice(this.#start)
    if (rest.trim() !== '') throw this.#problem(`not valid JSON: something follows the ${this.#kind}`, this.#start + rest.search(/\S/))
  }

  /** Forgets what is done with. @param at  where looking goes on */
  #keep(at: number, records: readonly SourceRecord[]): readonly SourceRecord[] {
    this.#text = this.#text.slice(this.#start)
    this.#at = at - this.#start
    this.#start = 0
    return records
  }

  #problem(message: string, at: number): SourceProblem {
    return new SourceProblem('parse', message, this.#lineAt(at))
  }

  #lineAt(at: number): number {
    return this.#line + lineAt(this.#text.slice(this.#start, at), Number.POSITIVE_INFINITY) - 1
  }
}

const readName = (reader: JsonReader): string => {
  const name: Json = reader.peek() === '"' ? reader.readValue(0) : null
  if (typeof name !== 'string') throw new TextProblem('expected a key in double quotes', reader.at)
  if (reader.peek() !== ':') throw new TextProblem('expected ":" after the key', reader.at)
  reader.at += 1
  return name
}
