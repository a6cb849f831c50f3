import { listAttributes, readAttribute } from './attributes.ts'
import { bindArguments, wantInt, wantText } from './call-arguments.ts'
import { convertToFloat, convertToInt } from './convert-number.ts'
import { addPairs, readPairs } from './dict-methods.ts'
import { hashText } from './hash-text.ts'
import { numberToInt } from './number-to-int.ts'
import { makeSet } from './set-algebra.ts'
import { showText, showValue } from './show-value.ts'
import { sortValues, takeExtreme } from './sort-values.ts'
import { refuse } from './starlark-fault.ts'
import type { Thread } from './thread.ts'
import { decodeRunes, encodeCodePoint } from './utf8.ts'
import type { CallArguments } from './value.ts'
import {
  type Call,
  isTrue,
  lengthOf,
  StarBytes,
  StarDict,
  StarFunction,
  StarList,
  StarRange,
  StarTuple,
  typeName,
  type Value,
  walk,
} from './value.ts'

/** A built-in of one argument, which has no name. */
const ofOne =
  (apply: (value: Value, thread: Thread) => Value): Call =>
  (args, thread) =>
    apply(bindArguments(args, ['/x'])[0] ?? null, thread)

const ofIterable =
  (make: (elements: readonly Value[], thread: Thread) => Value): Call =>
  (args, thread) => {
    const [iterable] = bindArguments(args, ['/iterable?'])
    return make(iterable === undefined ? [] : walk(iterable, thread), thread)
  }

const makeRange: Call = (args) => {
  const [first, second, third] = bindArguments(args, ['/start', '/stop?', '/step?'])
  const step = third === undefined ? 1 : wantInt(third, 'the step of a range')
  if (step === 0) refuse('the step of a range cannot be 0')
  const start = wantInt(first, 'the start of a range')
  return second === undefined ? new StarRange(0, start, step) : new StarRange(start, wantInt(second, 'the stop of a range'), step)
}

const zip: Call = ({ positional, named }, thread) => {
  if (named.size > 0) refuse('takes no named arguments')
  const columns = positional.map((column) => walk(column, thread))
  const rows = columns.length === 0 ? 0 : Math.min(...columns.map(({ length }) => length))
  thread.makeElements(rows)
  return new StarList(Array.from({ length: rows }, (_, row) => new StarTuple(columns.map((column) => column[row] ?? null))))
}

const enumerate: Call = (args, thread) => {
  const [iterable = null, start = 0n] = bindArguments(args, ['/iterable', '/start?'])
  const first = BigInt(wantInt(start, 'the start'))
  const elements = walk(iterable, thread)
  thread.makeElements(elements.length)
  return new StarList(elements.map((element, index) => new StarTuple([first + BigInt(index), element])))
}

const getAttribute: Call = (args) => {
  const [object = null, name, fallback] = bindArguments(args, ['/object', '/name', '/default?'])
  const wanted = wantText(name, 'the name of an attribute')
  return (
    readAttribute(object, wanted) ?? (fallback === undefined ? refuse(`a value of type ${typeName(object)} has no attribute "${wanted}"`) : fallback)
  )
}

const hasAttribute: Call = (args) => {
  const [object = null, name] = bindArguments(args, ['/object', '/name'])
  return readAttribute(object, wantText(name, 'the name of an attribute')) !== undefined
}

const makeDict: Call = (args, thread) => {
  if (args.positional.length > 1) refuse('a dict is made from one dict or one list of pairs')
  const dict = new StarDict()
  addPairs(dict, readPairs(args, thread), thread)
  return dict
}

const makeBytes = (value: Value, thread: Thread): Value => {
  if (value instanceof StarBytes) return value
  if (typeof value === 'string') return new StarBytes(showText(new StarBytes(value), thread))
  const bytes = walk(value, thread).map((byte) =>
    typeof byte === 'bigint' && byte >= 0n && byte <= 255n ? Number(byte) : refuse('bytes are ints from 0 to 255'),
  )
  return new StarBytes(bytes.map((byte) => String.fromCharCode(byte)).join(''))
}

const characterOf = (value: Value): string => {
  const codePoint = wantInt(value, 'a code point')
  return codePoint >= 0 && codePoint <= 0x10ffff ? encodeCodePoint(codePoint) : refuse(`${codePoint} is no code point`)
}

const codePointOf = (value: Value): bigint => {
  if (value instanceof StarBytes) return value.text.length === 1 ? BigInt(value.text.charCodeAt(0)) : refuse('ord takes one byte')
  const runes = decodeRunes(wantText(value, 'the character'))
  return runes.length === 1 ? BigInt(runes[0]?.codePoint ?? 0) : refuse(`ord takes a text of one character, not of ${runes.length}`)
}

const absolute = (value: Value): Value => {
  if (typeof value === 'bigint') return value < 0n ? -value : value
  return typeof value === 'number' ? Math.abs(value) : refuse(`abs takes a number, not ${typeName(value)}`)
}

/** `round`, `floor` and `ceil` give an int; a half is rounded away from zero. These three are the product's, not Starlark's. */
const rounding = (name: string, apply: (value: number) => number): Call =>
  ofOne((value) => {
    if (typeof value !== 'bigint' && typeof value !== 'number') return refuse(`${name} takes a number, not ${typeName(value)}`)
    return numberToInt(typeof value === 'number' ? apply(value) : value)
  })

const roundHalfAway = (value: number): number => {
  const whole = Math.trunc(value)
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole
}

const giveUp: Call = ({ positional, named }, thread) => {
  const separator = wantText(named.get('sep') ?? ' ', 'sep')
  return refuse(positional.map((value) => showText(value, thread)).join(separator))
}

const entries: readonly (readonly [string, Call])[] = [
  ['abs', ofOne(absolute)],
  ['all', ofOne((value, thread) => walk(value, thread).every(isTrue))],
  ['any', ofOne((value, thread) => walk(value, thread).some(isTrue))],
  ['bool', (args) => isTrue(bindArguments(args, ['/x?'])[0] ?? null)],
  ['bytes', ofOne(makeBytes)],
  ['ceil', rounding('ceil', Math.ceil)],
  ['chr', ofOne(characterOf)],
  ['dict', makeDict],
  ['dir', ofOne((value) => new StarList([...listAttributes(value)]))],
  ['enumerate', enumerate],
  ['fail', giveUp],
  ['float', (args) => convertToFloat(bindArguments(args, ['/x?'])[0])],
  ['floor', rounding('floor', Math.floor)],
  ['getattr', getAttribute],
  ['hasattr', hasAttribute],
  ['hash', ofOne(hashText)],
  ['int', (args, thread) => convertToInt(bindArguments(args, ['x', 'base?']), thread)],
  ['len', ofOne((value) => BigInt(lengthOf(value) ?? refuse(`a value of type ${typeName(value)} has no length`)))],
  ['list', ofIterable((elements) => new StarList([...elements]))],
  ['max', (args, thread) => takeExtreme(args, thread, 'max')],
  ['min', (args, thread) => takeExtreme(args, thread, 'min')],
  ['ord', ofOne(codePointOf)],
  ['print', () => null],
  ['range', makeRange],
  ['repr', ofOne(showValue)],
  ['reversed', ofOne((value, thread) => new StarList([...walk(value, thread)].reverse()))],
  ['round', rounding('round', roundHalfAway)],
  ['set', ofIterable(makeSet)],
  ['sorted', sortValues],
  ['str', ofOne(showText)],
  ['tuple', ofIterable((elements) => new StarTuple([...elements]))],
  ['type', ofOne(typeName)],
  ['zip', zip],
]

/** Everything an expression can name besides columns: Starlark's universe, and `abs`, `round`, `floor` and `ceil`. */
export const builtins: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['None', null],
  ['True', true],
  ['False', false],
  ...entries.map(([name, call]): [string, Value] => [name, new StarFunction(name, (args: CallArguments, thread) => call(args, thread))]),
])
