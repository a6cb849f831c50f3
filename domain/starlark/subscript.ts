import { wantInt } from './call-arguments.ts'
import { hashKey } from './compare-values.ts'
import { showValue } from './show-value.ts'
import { refuse } from './starlark-fault.ts'
import type { Thread } from './thread.ts'
import { lengthOf, StarBytes, StarDict, StarList, StarRange, StarTuple, TextParts, typeName, type Value } from './value.ts'

/** `object[index]`: the value of a key, or the element at a position, counted from the end when negative. */
export const readIndex = (object: Value, index: Value, thread: Thread): Value => {
  if (object instanceof StarDict) {
    const found = object.entries.get(hashKey(index))
    return found === undefined ? refuse(`the key ${showValue(index, thread)} is not in the dict`) : found[1]
  }
  const at = elementReader(object)
  const length = lengthOf(object)
  if (at === undefined || length === undefined) return refuse(`a value of type ${typeName(object)} has no elements to be taken by index`)
  const wanted = wantInt(index, 'an index')
  const position = wanted < 0 ? wanted + length : wanted
  if (position < 0 || position >= length) return refuse(`the index ${wanted} is out of range: ${typeName(object)} of length ${length}`)
  return at(position)
}

const elementReader = (object: Value): ((position: number) => Value) | undefined => {
  if (typeof object === 'string') return (position) => object.charAt(position)
  if (object instanceof StarBytes) return (position) => new StarBytes(object.text.charAt(position))
  if (object instanceof StarList || object instanceof StarTuple) return (position) => object.elements[position] ?? null
  if (object instanceof StarRange) return (position) => object.at(position)
  if (object instanceof TextParts) return (position) => object.parts[position] ?? null
  return undefined
}

export interface Bounds {
  readonly start: Value
  readonly stop: Value
  readonly step: Value
}

/** `object[start:stop:step]`; bounds outside are cut to the ends, as in Python. */
export const readSlice = (object: Value, bounds: Bounds, thread: Thread): Value => {
  const length = lengthOf(object)
  if (length === undefined || object instanceof StarDict || !isSliceable(object)) return refuse(`a value of type ${typeName(object)} has no slices`)
  const step = bounds.step === null ? 1 : wantInt(bounds.step, 'the step of a slice')
  if (step === 0) refuse('the step of a slice cannot be 0')
  const [start, stop] = step > 0 ? forwards(bounds, length) : backwards(bounds, length)
  if (object instanceof StarRange) return sliceRange(object, { start, stop, step })
  const picked = step === 1 ? undefined : pick({ start, stop, step })
  thread.makeElements(picked?.length ?? 0)
  if (typeof object === 'string') return sliceText(object, [start, stop], picked)
  if (object instanceof StarBytes) return new StarBytes(sliceText(object.text, [start, stop], picked))
  const elements = picked === undefined ? object.elements.slice(start, stop) : picked.map((position) => object.elements[position] ?? null)
  thread.makeElements(elements.length)
  return object instanceof StarList ? new StarList(elements) : new StarTuple(elements)
}

type Sliceable = string | StarBytes | StarList | StarTuple | StarRange

const isSliceable = (object: Value): object is Sliceable =>
  typeof object === 'string' ||
  object instanceof StarBytes ||
  object instanceof StarList ||
  object instanceof StarTuple ||
  object instanceof StarRange

/** An end of a stretch of `length` elements, cut to it: what `s[start:end]` and `s.find(x, start, end)` mean by their bounds. */
export const clampBounds = (start: Value | undefined, end: Value | undefined, length: number): readonly [start: number, end: number] => {
  const clamp = (bound: Value | undefined, fallback: number): number => {
    if (bound === null || bound === undefined) return fallback
    const wanted = wantInt(bound, 'a bound')
    return Math.min(Math.max(wanted < 0 ? wanted + length : wanted, 0), length)
  }
  return [clamp(start, 0), clamp(end, length)]
}

const forwards = ({ start, stop }: Bounds, length: number): readonly [number, number] => {
  const [first, end] = clampBounds(start, stop, length)
  return [first, Math.max(first, end)]
}

const backwards = ({ start, stop }: Bounds, length: number): readonly [number, number] => {
  const at = (bound: Value, fallback: number): number => {
    if (bound === null) return fallback
    const wanted = wantInt(bound, 'a bound')
    return wanted < 0 ? wanted + length : wanted
  }
  const first = Math.min(at(start, length - 1), length - 1)
  const end = Math.max(at(stop, -1), -1)
  return [Math.max(first, end), end]
}

interface Stretch {
  readonly start: number
  readonly stop: number
  readonly step: number
}

const pick = ({ start, stop, step }: Stretch): readonly number[] => {
  const positions: number[] = []
  for (let at = start; step > 0 ? at < stop : at > stop; at += step) positions.push(at)
  return positions
}

const sliceText = (text: string, [start, stop]: readonly [number, number], picked: readonly number[] | undefined): string =>
  picked === undefined ? text.slice(start, stop) : picked.map((position) => text.charAt(position)).join('')

const sliceRange = (range: StarRange, { start, stop, step }: Stretch): StarRange =>
  new StarRange(range.start + range.step * start, range.start + range.step * stop, range.step * step)
