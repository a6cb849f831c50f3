import { checkArguments, checkParameters } from './check-call.ts'
import { StarlarkFault } from './starlark-fault.ts'
import type { Argument, BinaryOperator, Clause, Node, Parameter, Target } from './syntax.ts'
import { TokenStream } from './token-stream.ts'

/** Binary operators from the loosest to the tightest; `or`, `and` and `not` are looser than all of them. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ['==', '!=', '<', '>', '<=', '>=', 'in', 'not in'],
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['-', '+'],
  ['*', '%', '/', '//'],
]

/**
 * Parses one expression; it may be a tuple without brackets.
 * Throws `StarlarkFault` of kind `syntax`, or `limit` for deep nesting. Grammar: the expressions of the Starlark specification.
 */
export const parse = (source: string): Node => {
  const stream = new TokenStream(source)
  const node = parseTuple(stream)
  if (stream.token.kind !== 'end') stream.refuse('the end of the expression')
  return node
}

const parseTuple = (stream: TokenStream): Node => {
  const { at } = stream.token
  const first = parseTest(stream)
  if (!stream.at(',')) return first
  const elements = [first]
  while (stream.take(',')) {
    if (endsList(stream) && stream.token.kind !== 'end') break
    elements.push(parseTest(stream))
  }
  return { kind: 'tuple', at, elements }
}

const endsList = (stream: TokenStream): boolean => stream.token.kind === 'end' || [')', ']', '}', '='].some((text) => stream.at(text))

const parseTest = (stream: TokenStream): Node =>
  stream.nested(() => {
    if (stream.at('lambda')) return parseLambda(stream, parseTest)
    const whenTrue = parseOr(stream)
    const { at } = stream.token
    if (!stream.take('if')) return whenTrue
    const condition = parseOr(stream)
    stream.expect('else')
    return { kind: 'conditional', at, condition, whenTrue, whenFalse: parseTest(stream) }
  })

const parseOr = (stream: TokenStream): Node => {
  let left = parseAnd(stream)
  for (let { at } = stream.token; stream.take('or'); at = stream.token.at) left = { kind: 'or', at, left, right: parseAnd(stream) }
  return left
}

const parseAnd = (stream: TokenStream): Node => {
  let left = parseNot(stream)
  for (let { at } = stream.token; stream.take('and'); at = stream.token.at) left = { kind: 'and', at, left, right: parseNot(stream) }
  return left
}

const parseNot = (stream: TokenStream): Node => {
  const { at } = stream.token
  return stream.take('not') ? stream.nested(() => ({ kind: 'unary', at, operator: 'not', operand: parseNot(stream) })) : parseBinary(stream, 0)
}

const parseBinary = (stream: TokenStream, level: number): Node => {
  const operators = levels[level]
  if (operators === undefined) return parseWithSuffixes(stream)
  let left = parseBinary(stream, level + 1)
  for (let count = 0; ; count += 1) {
    const { at } = stream.token
    const operator = takeOperator(stream, operators)
    if (operator === undefined) return left
    if (level === 0 && count > 0) throw new StarlarkFault('syntax', 'comparisons do not chain: write a < b and b < c', at)
    left = { kind: 'binary', at, operator, left, right: parseBinary(stream, level + 1) }
  }
}

const takeOperator = (stream: TokenStream, operators: readonly BinaryOperator[]): BinaryOperator | undefined => {
  if (!operators.includes('not in') || !stream.take('not')) return operators.find((operator) => stream.take(operator))
  stream.expect('in')
  return 'not in'
}

const parseWithSuffixes = (stream: TokenStream): Node => {
  let node = parsePrimary(stream)
  for (;;) {
    const { at } = stream.token
    if (stream.take('.')) node = { kind: 'attribute', at, object: node, name: stream.takeName().name }
    else if (stream.take('[')) node = parseSubscript(stream, node, at)
    else if (stream.take('(')) node = { kind: 'call', at, callee: node, args: parseArguments(stream) }
    else return node
  }
}

const parsePrimary = (stream: TokenStream): Node => {
  const { token } = stream
  switch (token.kind) {
    case 'name':
      stream.next()
      return { kind: 'name', at: token.at, name: token.text }
    case 'int':
    case 'float':
    case 'string':
      stream.next()
      return { kind: 'literal', at: token.at, value: token.value }
    case 'bytes':
      stream.next()
      return { kind: 'bytes', at: token.at, value: token.value }
    default:
      return stream.nested(() => parseBracketed(stream))
  }
}

const parseBracketed = (stream: TokenStream): Node => {
  const { at } = stream.token
  for (const operator of ['-', '+', '~'] as const)
    if (stream.take(operator)) return { kind: 'unary', at, operator, operand: parseWithSuffixes(stream) }
  if (stream.take('[')) return parseList(stream, at)
  if (stream.take('{')) return parseDict(stream, at)
  if (!stream.take('(')) return stream.refuse('a value')
  if (stream.take(')')) return { kind: 'tuple', at, elements: [] }
  const node = parseTuple(stream)
  stream.expect(')')
  return node
}

const parseList = (stream: TokenStream, at: number): Node => {
  if (stream.take(']')) return { kind: 'list', at, elements: [] }
  const elements = [parseTest(stream)]
  const [body] = elements
  if (stream.at('for') && body !== undefined) return { kind: 'comprehension', at, key: undefined, body, clauses: parseClauses(stream, ']') }
  while (stream.take(',')) {
    if (stream.at(']')) break
    elements.push(parseTest(stream))
  }
  stream.expect(']')
  return { kind: 'list', at, elements }
}

const parseDict = (stream: TokenStream, at: number): Node => {
  if (stream.take('}')) return { kind: 'dict', at, entries: [] }
  const [key, body] = parseEntry(stream)
  if (stream.at('for')) return { kind: 'comprehension', at, key, body, clauses: parseClauses(stream, '}') }
  const entries: (readonly [Node, Node])[] = [[key, body]]
  while (stream.take(',')) {
    if (stream.at('}')) break
    entries.push(parseEntry(stream))
  }
  stream.expect('}')
  return { kind: 'dict', at, entries }
}

const parseEntry = (stream: TokenStream): readonly [Node, Node] => {
  const key = parseTest(stream)
  stream.expect(':')
  return [key, parseTest(stream)]
}

const parseClauses = (stream: TokenStream, end: string): readonly Clause[] => {
  const clauses: Clause[] = []
  while (!stream.take(end)) {
    const { at } = stream.token
    if (stream.take('for')) {
      const target = parseTarget(stream)
      stream.expect('in')
      clauses.push({ kind: 'for', at, target, operand: parseOr(stream) })
    } else if (stream.take('if')) clauses.push({ kind: 'if', condition: parseCondition(stream) })
    else stream.refuse(`"for", "if" or "${end}"`)
  }
  return clauses
}

/** Without brackets, a condition of a comprehension cannot be `a if b else c`: the `if` would belong to the comprehension. */
const parseCondition = (stream: TokenStream): Node => (stream.at('lambda') ? parseLambda(stream, parseCondition) : parseOr(stream))

const parseTarget = (stream: TokenStream): Target => {
  const { at } = stream.token
  const first = parseOneTarget(stream)
  if (!stream.at(',')) return first
  const targets = [first]
  while (stream.take(',')) {
    if (endsList(stream)) break
    targets.push(parseOneTarget(stream))
  }
  return { kind: 'targets', at, targets }
}

const parseOneTarget = (stream: TokenStream): Target => {
  const { at } = stream.token
  const close = stream.take('(') ? ')' : stream.take('[') ? ']' : undefined
  if (close === undefined) return { kind: 'name', ...stream.takeName() }
  const target = stream.at(close) ? ({ kind: 'targets', at, targets: [] } as const) : stream.nested(() => parseTarget(stream))
  stream.expect(close)
  return close === ']' && target.kind === 'name' ? { kind: 'targets', at, targets: [target] } : target
}

const parseSubscript = (stream: TokenStream, object: Node, at: number): Node => {
  const index = stream.at(':') ? undefined : parseTuple(stream)
  if (index !== undefined && stream.take(']')) return { kind: 'index', at, object, index }
  const bounds = [index]
  while (bounds.length < 3 && stream.take(':')) bounds.push(stream.at(':') || stream.at(']') ? undefined : parseTest(stream))
  stream.expect(']')
  return { kind: 'slice', at, object, bounds }
}

const parseArguments = (stream: TokenStream): readonly Argument[] => {
  const args: Argument[] = []
  while (!stream.take(')')) {
    if (args.length > 0) stream.expect(',')
    if (stream.take(')')) break
    args.push(parseArgument(stream))
  }
  checkArguments(args)
  return args
}

const parseArgument = (stream: TokenStream): Argument => {
  if (stream.take('**')) return { kind: 'double-star', value: parseTest(stream) }
  if (stream.take('*')) return { kind: 'star', value: parseTest(stream) }
  const value = parseTest(stream)
  if (!stream.at('=')) return { kind: 'positional', value }
  if (value.kind !== 'name') return stream.refuse('a name before "="')
  stream.next()
  return { kind: 'named', at: value.at, name: value.name, value: parseTest(stream) }
}

const parseLambda = (stream: TokenStream, parseBody: (stream: TokenStream) => Node): Node => {
  const { at } = stream.next()
  const parameters: Parameter[] = []
  while (!stream.at(':')) {
    if (parameters.length > 0) stream.expect(',')
    if (stream.at(':')) break
    parameters.push(parseParameter(stream))
  }
  checkParameters(parameters)
  stream.expect(':')
  return stream.nested(() => ({ kind: 'lambda', at, parameters, body: parseBody(stream) }))
}

const parseParameter = (stream: TokenStream): Parameter => {
  const { at } = stream.token
  if (stream.take('**')) return { kind: 'double-star', at, name: stream.takeName().name, fallback: undefined }
  if (stream.take('*')) return { kind: 'star', at, name: stream.token.kind === 'name' ? stream.takeName().name : undefined, fallback: undefined }
  const { name } = stream.takeName()
  return { kind: 'plain', at, name, fallback: stream.take('=') ? parseTest(stream) : undefined }
}
