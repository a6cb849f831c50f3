import { type Json, parseNumber } from '../../../domain/json.ts'
import { TextProblem } from '../text-position.ts'

export const nestingMax = 100

/** A value that is good JSON but not good data (`__proto__`, a name twice, half a character, too deep), and where it is. */
export interface ValueProblem {
  readonly message: string
  readonly offset: number
}

const numberLiteral = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const loneSurrogate = /\p{Surrogate}/u

/**
 * RFC 8259 text, value by value, with exact numbers. Wrong syntax is thrown as a `TextProblem`; problems of values are collected
 * in `problems`, so that the caller can drop one record of a list and keep the rest. About half the speed of `JSON.parse`, whose result
 * would have to be searched for lost digits, doubled and forbidden names and depth, which costs as much again.
 */
export class JsonReader {
  readonly text: string
  readonly problems: ValueProblem[] = []
  at = 0

  constructor(text: string) {
    this.text = text
    if (text.charCodeAt(0) === 0xfeff) this.at = 1
  }

  readValue(depth: number): Json {
    switch (this.peek()) {
      case '{':
        return this.readObject(depth)
      case '[':
        return this.readArray(depth)
      case '"':
        return this.readString()
      case 't':
        return this.readWord('true', true)
      case 'f':
        return this.readWord('false', false)
      case 'n':
        return this.readWord('null', null)
      default:
        return this.readNumber()
    }
  }

  /** Calls `onMember` at each member's value, which it has to read. */
  readMembers(onMember: (name: string, offset: number) => void): void {
    this.expect('{')
    if (this.accept('}')) return
    do {
      if (this.peek() !== '"') throw this.unexpected('a member name in double quotes')
      const offset = this.at
      const name = this.readString()
      this.expect(':')
      onMember(name, offset)
    } while (this.accept(','))
    this.expect('}')
  }

  /** Calls `onItem` at each item, which it has to read. */
  readItems(onItem: (offset: number) => void): void {
    this.expect('[')
    if (this.accept(']')) return
    do {
      this.peek()
      onItem(this.at)
    } while (this.accept(','))
    this.expect(']')
  }

  /** First character of the next token, without taking it; empty at the end. */
  peek(): string {
    for (; this.at < this.text.length; this.at++) {
      const code = this.text.charCodeAt(this.at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break
    }
    return this.text.charAt(this.at)
  }

  readEnd(): void {
    if (this.peek() !== '') throw this.unexpected('the end of the text')
  }

  private readObject(depth: number): Json {
    this.checkDepth(depth)
    const members: Record<string, Json> = {}
    this.readMembers((name, offset) => {
      const value = this.readValue(depth + 1)
      if (name === '__proto__') this.problems.push({ message: 'the name "__proto__" is not allowed', offset })
      else if (Object.hasOwn(members, name)) this.problems.push({ message: `the name ${JSON.stringify(name)} is used twice`, offset })
      else members[name] = value
    })
    return members
  }

  private readArray(depth: number): Json {
    this.checkDepth(depth)
    const items: Json[] = []
    this.readItems(() => items.push(this.readValue(depth + 1)))
    return items
  }

  private checkDepth(depth: number): void {
    if (depth >= nestingMax) throw new TextProblem(`nested more than ${nestingMax} levels deep`, this.at)
  }

  private readString(): string {
    const start = this.at
    let escaped = false
    let wide = false
    for (let at = start + 1; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at)
      if (code === 0x22) {
        this.at = at + 1
        if (escaped) return this.unescape(start)
        return wide ? this.checkPairs(this.text.slice(start + 1, at), start) : this.text.slice(start + 1, at)
      }
      if (code >= 0xd800) wide = true
      else if (code < 0x20) throw new TextProblem('a control character inside a string has to be escaped', at)
      else if (code === 0x5c) {
        escaped = true
        at++
      }
    }
    throw new TextProblem('a string is not closed', start)
  }

  private unescape(start: number): string {
    const literal = this.text.slice(start, this.at)
    const bad = /\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(literal.replaceAll('\\\\', '  '))
    if (bad !== null) throw new TextProblem('an escape in a string is not valid JSON', start + bad.index)
    return this.checkPairs(JSON.parse(literal), start)
  }

  private checkPairs(text: string, offset: number): string {
    if (loneSurrogate.test(text)) this.problems.push({ message: 'a string has half of a surrogate pair', offset })
    return text
  }

  private readNumber(): Json {
    numberLiteral.lastIndex = this.at
    const match = numberLiteral.exec(this.text)
    if (match === null) throw this.unexpected('a value')
    this.at = numberLiteral.lastIndex
    return parseNumber(match[0])
  }

  private readWord(word: string, value: Json): Json {
    if (!this.text.startsWith(word, this.at)) throw this.unexpected('a value')
    this.at += word.length
    return value
  }

  private accept(character: string): boolean {
    if (this.peek() !== character) return false
    this.at++
    return true
  }

  private expect(character: string): void {
    if (!this.accept(character)) throw this.unexpected(`"${character}"`)
  }

  private unexpected(wanted: string): TextProblem {
    const found = this.text.slice(this.at, this.at + 20).split(/[\s,:\]}]/u, 1)[0] || this.text.charAt(this.at)
    return new TextProblem(found === '' ? `ends where ${wanted} should be` : `expected ${wanted}, found ${JSON.stringify(found)}`, this.at)
  }
}
