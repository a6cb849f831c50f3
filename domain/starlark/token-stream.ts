import { scan, type Token } from './scan.ts'
import { StarlarkFault } from './starlark-fault.ts'
import { depthMax } from './thread.ts'

/** Tokens being read, with the depth of what is being read. */
export class TokenStream {
  private readonly tokens: readonly Token[]
  private index = 0
  private depth = 0

  constructor(source: string) {
    this.tokens = scan(source)
  }

  get token(): Token {
    return this.tokens[this.index] ?? { kind: 'end', at: 0 }
  }

  next(): Token {
    const { token } = this
    this.index += 1
    return token
  }

  /** Whether the token is this symbol or keyword. */
  at(text: string): boolean {
    const { token } = this
    return (token.kind === 'symbol' || token.kind === 'keyword') && token.text === text
  }

  take(text: string): boolean {
    const isThere = this.at(text)
    if (isThere) this.index += 1
    return isThere
  }

  expect(text: string): void {
    if (!this.take(text)) this.refuse(`"${text}"`)
  }

  takeName(): { readonly at: number; readonly name: string } {
    const { token } = this
    if (token.kind !== 'name') return this.refuse('a name')
    this.index += 1
    return { at: token.at, name: token.text }
  }

  refuse(expected: string): never {
    const { token } = this
    throw new StarlarkFault('syntax', `expected ${expected}, found ${showToken(token)}`, token.at)
  }

  nested<T>(read: () => T): T {
    this.depth += 1
    if (this.depth > depthMax) throw new StarlarkFault('limit', `brackets and operators may be nested ${depthMax} deep`, this.token.at)
    const result = read()
    this.depth -= 1
    return result
  }
}

const showToken = (token: Token): string => {
  switch (token.kind) {
    case 'end':
      return 'the end'
    case 'int':
    case 'float':
      return `the number ${token.value}`
    case 'string':
    case 'bytes':
      return 'a text'
    default:
      return `"${token.text}"`
  }
}
