import type { Json } from '../../../domain/json.ts'
import { nestingMax } from '../json/json-reader.ts'
import { TextProblem } from '../text-position.ts'
import { measureDate, readTomlNumber, unescapeToml } from './toml-scalars.ts'
import { openArrayTable, openTable, setMember } from './toml-tables.ts'
import type { TomlDocument, TomlEntry, TomlProblem, TomlSection, TomlStyle, TomlTable, TomlValue } from './toml-tree.ts'

const blank = /[ \t]*/y
const gap = /(?:[ \t\n]|\r\n|#[^\n]*)*/y
const comment = /#[^\n]*/y
const bareName = /[A-Za-z0-9_-]+/y
const word = /[^\s,\]}#=]{1,30}/y
/** Control characters that TOML has in no text: all but tab and line end. */
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\r(?!\n)/

/**
 * Reads TOML 1.0, and what go-toml reads of 1.1, with the place of every value, exact numbers, and dates as the texts that they are written as. Throws a `TextProblem`
 * for wrong syntax and for names and tables that come twice; `inf`, `nan` and `__proto__` are problems of their values alone.
 */
export const readToml = (text: string): TomlDocument => new TomlReader(text).read()

class TomlReader {
  private readonly text: string
  private readonly problems: TomlProblem[] = []
  private readonly root: TomlTable = { type: 'table', members: new Map(), origin: 'root', section: undefined }
  /** First name of the path to what is being read. */
  private name = ''
  private at = 0

  constructor(text: string) {
    this.text = text
    const bad = control.exec(text)
    if (bad !== null) throw new TextProblem('a control character has to be escaped, in a string between double quotes', bad.index)
  }

  read(): TomlDocument {
    let section: TomlSection = { path: [], start: 0, end: 0, entries: [] }
    let table = this.root
    table.section = section
    const sections = [section]
    for (this.skip(gap); this.at < this.text.length; this.skip(gap)) {
      if (this.text[this.at] === '[') {
        section = this.readHeader()
        sections.push(section)
        const isArray = this.text[section.start + 1] === '['
        table = isArray ? openArrayTable(this.root, section) : openTable(this.root, section)
      } else {
        const entry = this.readEntry(section.path)
        section.entries.push(entry)
        setMember(table, entry, section)
      }
      this.readLineEnd()
    }
    return { root: this.root, sections, problems: this.problems }
  }

  private readHeader(): TomlSection {
    const start = this.at
    const isArray = this.text.startsWith('[[', start)
    this.at += isArray ? 2 : 1
    this.skip(blank)
    const path = this.readNames()
    this.name = path[0] ?? ''
    this.checkNames(path, start)
    this.expect(isArray ? ']]' : ']', 'the end of the header')
    return { path, start, end: this.at, entries: [] }
  }

  private readEntry(above: readonly string[]): TomlEntry {
    const start = this.at
    const names = this.readNames()
    this.name = above[0] ?? names[0] ?? ''
    this.checkNames(names, start)
    if (above.length + names.length > nestingMax) throw this.tooDeep()
    this.expect('=', '"=" after the name')
    this.skip(blank)
    return { names, start, value: this.readValue(above.length + names.length) }
  }

  /** `a . "b c"` → its names, and the blanks behind them. */
  private readNames(): readonly string[] {
    const names: string[] = []
    do {
      this.skip(blank)
      const quote = this.text[this.at]
      if (quote === '"' || quote === "'") {
        if (this.text.startsWith(quote.repeat(3), this.at)) throw this.unexpected('a name on one line')
        names.push(String(this.readString().value))
      } else {
        const start = this.at
        this.skip(bareName)
        if (this.at === start) throw this.unexpected('a name')
        names.push(this.text.slice(start, this.at))
      }
      this.skip(blank)
    } while (this.accept('.'))
    if (names.length > nestingMax) throw this.tooDeep()
    return names
  }

  private checkNames(names: readonly string[], offset: number): void {
    if (names.includes('__proto__')) this.report('the name "__proto__" is not allowed', offset)
  }

  private readValue(depth: number): TomlValue {
    switch (this.text[this.at]) {
      case '"':
      case "'":
        return this.readString()
      case '[':
        return this.readArray(depth)
      case '{':
        return this.readInlineTable(depth)
      default:
        return this.readBare()
    }
  }

  private readString(): TomlValue {
    const start = this.at
    const quote = this.text.charAt(start)
    if (this.text.startsWith(quote.repeat(3), start)) return this.readMultiLine(quote)
    let end = start + 1
    for (; this.text[end] !== quote; end++) {
      if (end >= this.text.length || this.text[end] === '\n' || this.text[end] === '\r') throw new TextProblem('a string is not closed', start)
      if (quote === '"' && this.text[end] === '\\') end++
    }
    const body = this.text.slice(start + 1, end)
    this.at = end + 1
    if (quote === "'") return this.valueFrom(start, { value: body, style: 'literal' })
    const value = body.includes('\\') ? unescapeToml(body, { offset: start + 1, isMultiLine: false }) : body
    return this.valueFrom(start, { value, style: 'basic' })
  }

  private readMultiLine(quote: string): TomlValue {
    const start = this.at
    const fence = quote.repeat(3)
    const bodyStart = start + 3 + (/^\r?\n/.exec(this.text.slice(start + 3, start + 5))?.[0].length ?? 0)
    let end = bodyStart
    while (!this.text.startsWith(fence, end)) {
      if (end >= this.text.length) throw new TextProblem('a string is not closed', start)
      end += quote === '"' && this.text[end] === '\\' ? 2 : 1
    }
    // One or two quotes may stand right before the three that end the string.
    for (let more = 0; more < 2 && this.text[end + 3] === quote; more++) end++
    const body = this.text.slice(bodyStart, end)
    this.at = end + 3
    const value = quote === '"' ? unescapeToml(body, { offset: bodyStart, isMultiLine: true }) : body
    return this.valueFrom(start, { value, style: 'multi-line' })
  }

  private readArray(depth: number): TomlValue {
    if (depth >= nestingMax) throw this.tooDeep()
    const start = this.at++
    const items: TomlValue[] = []
    for (this.skip(gap); !this.accept(']'); this.skip(gap)) {
      items.push(this.readValue(depth + 1))
      this.skip(gap)
      if (this.accept(',')) continue
      this.expect(']', 'a comma, or the end of the list')
      break
    }
    return { ...this.valueFrom(start, { value: items.map((item) => item.value), style: 'bare' }), items }
  }

  private readInlineTable(depth: number): TomlValue {
    if (depth >= nestingMax) throw this.tooDeep()
    const start = this.at++
    const members: TomlEntry[] = []
    const table: TomlTable = { type: 'table', members: new Map(), origin: 'header', section: undefined }
    // Line ends, comments and a comma at the end are of TOML 1.1, which the Go tools read.
    for (this.skip(gap); !this.accept('}'); this.skip(gap)) {
      const memberStart = this.at
      const names = this.readNames()
      this.checkNames(names, memberStart)
      this.expect('=', '"=" after the name')
      this.skip(blank)
      const entry = { names, start: memberStart, value: this.readValue(depth + names.length) }
      members.push(entry)
      setMember(table, entry, undefined)
      this.skip(gap)
      if (this.accept(',')) continue
      this.expect('}', 'a comma, or the end of the inline table')
      break
    }
    return { ...this.valueFrom(start, { value: inlineJson(table), style: 'bare' }), members }
  }

  private readBare(): TomlValue {
    const start = this.at
    const length = measureDate(this.text, start)
    if (length > 0) {
      this.at += length
      this.checkEnd(start)
      return this.valueFrom(start, { value: this.text.slice(start, this.at), style: 'date' })
    }
    const number = readTomlNumber(this.text, start)
    if (number !== undefined) {
      this.at = number.end
      return this.valueFrom(start, { value: number.value, style: 'bare' })
    }
    word.lastIndex = start
    const source = word.exec(this.text)?.[0] ?? ''
    if (source !== 'true' && source !== 'false' && !/^[+-]?(inf|nan)$/.test(source)) throw this.unexpected('a value: texts need quotes')
    this.at += source.length
    if (source.endsWith('inf') || source.endsWith('nan')) this.report(`${source} is not a number that data can hold`, start)
    return this.valueFrom(start, { value: source === 'true' ? true : source === 'false' ? false : null, style: 'bare' })
  }

  private checkEnd(start: number): void {
    if (/[\w:.+-]/.test(this.text.charAt(this.at))) {
      this.at = start
      throw this.unexpected('a value')
    }
  }

  private valueFrom(start: number, { value, style }: { readonly value: Json; readonly style: TomlStyle }): TomlValue {
    return { type: 'value', start, end: this.at, value, style }
  }

  private readLineEnd(): void {
    this.skip(blank)
    this.skip(comment)
    if (this.at < this.text.length && this.text[this.at] !== '\n' && !this.text.startsWith('\r\n', this.at))
      throw this.unexpected('the end of the line')
  }

  private skip(pattern: RegExp): void {
    pattern.lastIndex = this.at
    this.at += pattern.exec(this.text)?.[0].length ?? 0
  }

  private accept(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false
    this.at += text.length
    return true
  }

  private expect(text: string, what: string): void {
    this.skip(blank)
    if (!this.accept(text)) throw this.unexpected(what)
  }

  private report(message: string, offset: number): void {
    this.problems.push({ message, offset, name: this.name })
  }

  private tooDeep(): TextProblem {
    return new TextProblem(`nested more than ${nestingMax} levels deep`, this.at)
  }

  private unexpected(wanted: string): TextProblem {
    word.lastIndex = this.at
    const found = word.exec(this.text)?.[0] ?? this.text.charAt(this.at)
    const what = found.trim() === '' ? (this.at >= this.text.length ? 'the end of the file' : 'the end of the line') : JSON.stringify(found)
    return new TextProblem(`expected ${wanted}, found ${what}`, this.at)
  }
}

const inlineJson = (table: TomlTable): Json =>
  Object.fromEntries(
    [...table.members].map(([name, node]) => [name, node.type === 'table' ? inlineJson(node) : node.type === 'value' ? node.value : null]),
  )
