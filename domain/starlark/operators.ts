import { equalValues, hashKey, isSubset, orderValues } from './compare-values.ts'
import { formatPercent } from './format-percent.ts'
import { combineSets } from './set-algebra.ts'
import { refuse } from './starlark-fault.ts'
import type { BinaryOperator } from './syntax.ts'
import type { Thread } from './thread.ts'
import { isTrue, StarBytes, StarDict, StarList, StarRange, StarSet, StarTuple, TextParts, typeName, type Value } from './value.ts'

export interface Operands {
  readonly left: Value
  readonly right: Value
}

export const applyBinary = (operator: BinaryOperator, { left, right }: Operands, thread: Thread): Value => {
  switch (operator) {
    case '==':
      return equalValues(left, right, thread)
    case '!=':
      return !equalValues(left, right, thread)
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(operator, { left, right }, thread)
    case 'in':
      return contains(right, left, thread)
    case 'not in':
      return !contains(right, left, thread)
    default:
      return combine(operator, { left, right }, thread) ?? refuse(`${typeName(left)} ${operator} ${typeName(right)} is not possible`)
  }
}

export const applyUnary = (operator: '-' | '+' | '~' | 'not', value: Value): Value => {
  if (operator === 'not') return !isTrue(value)
  if (typeof value === 'bigint') return operator === '-' ? -value : operator === '~' ? ~value : value
  if (typeof value === 'number' && operator !== '~') return operator === '-' ? -value : value
  return refuse(`${operator}${typeName(value)} is not possible`)
}

type Combining = Exclude<BinaryOperator, '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in'>

const compare = (operator: '<' | '<=' | '>' | '>=', { left, right }: Operands, thread: Thread): boolean => {
  if (left instanceof StarSet && right instanceof StarSet) {
    const [small, large] = operator.startsWith('<') ? [left, right] : [right, left]
    return isSubset(small, large) && (operator.endsWith('=') || small.entries.size < large.entries.size)
  }
  const order = orderValues(left, right, thread)
  switch (operator) {
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

const contains = (container: Value, value: Value, thread: Thread): boolean => {
  if (container instanceof StarList || container instanceof StarTuple)
    return container.elements.some((element) => equalValues(element, value, thread))
  if (container instanceof StarDict) return isHashable(value) && container.entries.has(hashKey(value))
  if (container instanceof StarSet) return container.entries.has(hashKey(value))
  if (typeof container === 'string')
    return typeof value === 'string'
      ? search(container, value, thread)
      : refuse(`only a string can be in a string, not a value of type ${typeName(value)}`)
  if (container instanceof StarRange) return isInRange(container, value)
  if (container instanceof StarBytes) return isInBytes(container, value, thread)
  return refuse(`nothing can be in a value of type ${typeName(container)}`)
}

const isHashable = (value: Value): boolean =>
  value === null ||
  typeof value !== 'object' ||
  value instanceof StarBytes ||
  (value instanceof StarTuple ? value.elements.every(isHashable) : !isContainer(value))

const isContainer = (value: Value): boolean =>
  value instanceof StarList || value instanceof StarDict || value instanceof StarSet || value instanceof StarRange || value instanceof TextParts

const search = (text: string, part: string, thread: Thread): boolean => {
  thread.makeText(text.length)
  return text.includes(part)
}

const isInRange = (range: StarRange, value: Value): boolean => {
  if (typeof value !== 'bigint' && typeof value !== 'number') return refuse(`only an int can be in a range, not a value of type ${typeName(value)}`)
  const index = (Number(value) - range.start) / range.step
  return Number.isInteger(index) && index >= 0 && index < range.length
}

const isInBytes = ({ text }: StarBytes, value: Value, thread: Thread): boolean => {
  if (value instanceof StarBytes) return search(text, value.text, thread)
  if (typeof value !== 'bigint' || value < 0n || value > 255n) return refuse('only bytes and ints from 0 to 255 can be in bytes')
  return text.includes(String.fromCharCode(Number(value)))
}

/** @returns `undefined` when the operator is not made for these types */
const combine = (operator: Combining, { left, right }: Operands, thread: Thread): Value | undefined => {
  if (typeof left === 'bigint' && typeof right === 'bigint') return combineInts(operator, [left, right], thread)
  if ((typeof left === 'bigint' || typeof left === 'number') && (typeof right === 'bigint' || typeof right === 'number'))
    return combineFloats(operator, toFloat(left), toFloat(right))
  if (operator === '+') return concatenate({ left, right }, thread)
  if (operator === '*') return repeat({ left, right }, thread)
  if (operator === '%') return typeof left === 'string' ? formatPercent(left, right, thread) : undefined
  if (left instanceof StarSet && right instanceof StarSet) return combineSets(operator, { left, right }, thread)
  if (operator === '|' && left instanceof StarDict && right instanceof StarDict) return mergeDicts(left, right, thread)
  return undefined
}

const bitsOf = (value: bigint): number => ((value < 0n ? -value : value) < 0x1_0000_0000n ? 32 : value.toString(16).length * 4)

const combineInts = (operator: Combining, [left, right]: readonly [bigint, bigint], thread: Thread): Value | undefined => {
  const bits = [bitsOf(left), bitsOf(right)] as const
  switch (operator) {
    case '+':
    case '-':
      thread.makeInt(Math.max(...bits) + 1, Math.max(...bits))
      return operator === '+' ? left + right : left - right
    case '*':
      thread.makeInt(bits[0] + bits[1] - 1, bits[0] * bits[1])
      return left * right
    case '/':
      return combineFloats('/', toFloat(left), toFloat(right))
    case '//':
    case '%':
      thread.makeInt(0, bits[0] * bits[1])
      return divideInts(operator, left, right)
    case '|':
      return left | right
    case '&':
      return left & right
    case '^':
      return left ^ right
    case '<<':
    case '>>':
      return shift(operator, [left, right], thread)
  }
}

const divideInts = (operator: '//' | '%', left: bigint, right: bigint): bigint => {
  if (right === 0n) return refuse('division by zero')
  const rest = left % right
  const isFloored = rest === 0n || rest < 0n === right < 0n
  if (operator === '%') return isFloored ? rest : rest + right
  return isFloored ? left / right : left / right - 1n
}

const shiftMax = 511n

const shift = (operator: '<<' | '>>', [left, count]: readonly [bigint, bigint], thread: Thread): bigint => {
  if (count < 0n) return refuse('a shift count cannot be negative')
  if (operator === '>>') return count > 0x7fff_ffffn ? refuse('the shift count is out of range') : left >> count
  if (count > shiftMax) return refuse(`a shift count may be at most ${shiftMax}, not ${count}`)
  thread.makeInt(bitsOf(left) + Number(count))
  return left << count
}

/** The nearest float; an int beyond the largest float has none. */
export const toFloat = (value: bigint | number): number => {
  const float = Number(value)
  return typeof value === 'bigint' && !Number.isFinite(float) ? refuse('the int is too large for a float') : float
}

const combineFloats = (operator: Combining, left: number, right: number): number | undefined => {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return right === 0 ? refuse('division by zero') : left / right
    case '//':
      return right === 0 ? refuse('division by zero') : Math.floor(left / right)
    case '%':
      return right === 0 ? refuse('division by zero') : floorModulo(left, right)
    default:
      return undefined
  }
}

const floorModulo = (left: number, right: number): number => {
  const rest = left % right
  return rest !== 0 && left < 0 !== right < 0 ? rest + right : rest
}

const concatenate = ({ left, right }: Operands, thread: Thread): Value | undefined => {
  if (typeof left === 'string' && typeof right === 'string') {
    thread.makeText(left.length + right.length)
    return left + right
  }
  if (left instanceof StarBytes && right instanceof StarBytes) {
    thread.makeText(left.text.length + right.text.length)
    return new StarBytes(left.text + right.text)
  }
  if (left instanceof StarList && right instanceof StarList) return new StarList(join(left.elements, right.elements, thread))
  if (left instanceof StarTuple && right instanceof StarTuple) return new StarTuple(join(left.elements, right.elements, thread))
  return undefined
}

const join = (left: readonly Value[], right: readonly Value[], thread: Thread): Value[] => {
  thread.makeElements(left.length + right.length)
  return [...left, ...right]
}

const repeat = ({ left, right }: Operands, thread: Thread): Value | undefined => {
  const [value, count] = typeof left === 'bigint' ? [right, left] : [left, right]
  if (typeof count !== 'bigint') return undefined
  if (typeof value === 'string') return repeatText(value, count, thread)
  if (value instanceof StarBytes) return new StarBytes(repeatText(value.text, count, thread))
  if (value instanceof StarList) return new StarList(repeatElements(value.elements, count, thread))
  return value instanceof StarTuple ? new StarTuple(repeatElements(value.elements, count, thread)) : undefined
}

const repeatText = (text: string, count: bigint, thread: Thread): string => {
  if (text === '' || count < 1n) return ''
  thread.makeText(text.length * Number(count))
  return text.repeat(Number(count))
}

const repeatElements = (elements: readonly Value[], count: bigint, thread: Thread): Value[] => {
  if (elements.length === 0 || count < 1n) return []
  const length = elements.length * Number(count)
  thread.makeElements(length)
  return Array.from({ length }, (_, index) => elements[index % elements.length] ?? null)
}

const mergeDicts = (left: StarDict, right: StarDict, thread: Thread): StarDict => {
  thread.makeElements(left.entries.size + right.entries.size)
  const merged = new StarDict()
  for (const { entries } of [left, right])
    for (const [hash, [key, value]] of entries) merged.entries.set(hash, [merged.entries.get(hash)?.[0] ?? key, value])
  return merged
}
