import { bindArguments } from './call-arguments.ts'
import { hashKey } from './compare-values.ts'
import type { Method } from './method.ts'
import { showValue } from './show-value.ts'
import { refuse } from './starlark-fault.ts'
import type { Thread } from './thread.ts'
import { toByteText } from './utf8.ts'
import { type CallArguments, elementsOf, StarDict, StarList, StarTuple, type Value } from './value.ts'

export const dictMethods: ReadonlyMap<string, Method<StarDict>> = new Map<string, Method<StarDict>>([
  [
    'clear',
    (dict, args) => {
      bindArguments(args, [])
      dict.mayChange()
      dict.entries.clear()
      return null
    },
  ],
  [
    'get',
    (dict, args) => {
      const [key = null, fallback = null] = bindArguments(args, ['/key', '/default?'])
      return dict.entries.get(hashKey(key))?.[1] ?? (dict.entries.has(hashKey(key)) ? null : fallback)
    },
  ],
  ['items', (dict, args, thread) => list(dict, args, { thread, pick: ([key, value]) => new StarTuple([key, value]) })],
  ['keys', (dict, args, thread) => list(dict, args, { thread, pick: ([key]) => key })],
  ['values', (dict, args, thread) => list(dict, args, { thread, pick: ([, value]) => value })],
  [
    'pop',
    (dict, args, thread) => {
      const [key = null, fallback] = bindArguments(args, ['/key', '/default?'])
      const hash = hashKey(key)
      dict.mayChange()
      const found = dict.entries.get(hash)
      dict.entries.delete(hash)
      if (found !== undefined) return found[1]
      return fallback === undefined ? refuse(`the key ${showValue(key, thread)} is not in the dict`) : fallback
    },
  ],
  [
    'popitem',
    (dict, args) => {
      bindArguments(args, [])
      const [first] = dict.entries
      if (first === undefined) return refuse('the dict is empty')
      dict.mayChange()
      dict.entries.delete(first[0])
      return new StarTuple(first[1])
    },
  ],
  [
    'setdefault',
    (dict, args) => {
      const [key = null, fallback = null] = bindArguments(args, ['/key', '/default?'])
      const found = dict.entries.get(hashKey(key))
      if (found !== undefined) return found[1]
      dict.mayChange()
      dict.entries.set(hashKey(key), [key, fallback])
      return fallback
    },
  ],
  [
    'update',
    (dict, args, thread) => {
      if (args.positional.length > 1) refuse('update takes one dict or one list of pairs')
      const pairs = [...readPairs(args, thread)]
      dict.mayChange()
      addPairs(dict, pairs, thread)
      return null
    },
  ],
])

interface Listing {
  readonly thread: Thread
  readonly pick: (entry: readonly [key: Value, value: Value]) => Value
}

const list = (dict: StarDict, args: CallArguments, { thread, pick }: Listing): StarList => {
  bindArguments(args, [])
  thread.makeElements(dict.entries.size)
  return new StarList([...dict.entries.values()].map(pick))
}

/** What `dict(...)` and `update(...)` are given: a dict or pairs, then names. */
export const readPairs = ({ positional, named }: CallArguments, thread: Thread): readonly (readonly [Value, Value])[] => {
  const [given] = positional
  const names = [...named].map(([name, value]): readonly [Value, Value] => [toByteText(name), value])
  if (given === undefined) return names
  if (given instanceof StarDict) return [...given.entries.values(), ...names]
  const pairs = elementsOf(given, thread) ?? refuse('a dict is made from a dict or from pairs')
  return [...pairs.map((pair): readonly [Value, Value] => readPair(pair, thread)), ...names]
}

const readPair = (pair: Value, thread: Thread): readonly [Value, Value] => {
  const elements = elementsOf(pair, thread)
  const [key, value] = elements ?? []
  return elements?.length === 2 && key !== undefined && value !== undefined ? [key, value] : refuse('a dict is made from pairs of a key and a value')
}

export const addPairs = (dict: StarDict, pairs: readonly (readonly [Value, Value])[], thread: Thread): void => {
  thread.makeElements(dict.entries.size + pairs.length)
  for (const [key, value] of pairs) dict.entries.set(hashKey(key), [dict.entries.get(hashKey(key))?.[0] ?? key, value])
}
