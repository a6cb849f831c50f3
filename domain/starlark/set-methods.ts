import { bindArguments } from './call-arguments.ts'
import { hashKey, isSubset } from './compare-values.ts'
import type { Method } from './method.ts'
import { combineSets, makeSet } from './set-algebra.ts'
import { refuse } from './starlark-fault.ts'
import type { Thread } from './thread.ts'
import { type CallArguments, StarSet, type Value, walk } from './value.ts'

export const setMethods: ReadonlyMap<string, Method<StarSet>> = new Map<string, Method<StarSet>>([
  [
    'add',
    (set, args, thread) => {
      const [element = null] = bindArguments(args, ['/element'])
      const hash = hashKey(element)
      if (set.entries.has(hash)) return null
      set.mayChange()
      thread.makeElements(set.entries.size + 1)
      set.entries.set(hash, element)
      return null
    },
  ],
  [
    'clear',
    (set, args) => {
      bindArguments(args, [])
      set.mayChange()
      set.entries.clear()
      return null
    },
  ],
  ['difference', (set, args, thread) => fold(set, args, { thread, operator: '-' })],
  [
    'discard',
    (set, args) => {
      remove(set, bindArguments(args, ['/element'])[0] ?? null)
      return null
    },
  ],
  ['intersection', (set, args, thread) => fold(set, args, { thread, operator: '&' })],
  ['issubset', (set, args, thread) => isSubset(set, readOther(args, thread))],
  ['issuperset', (set, args, thread) => isSubset(readOther(args, thread), set)],
  [
    'pop',
    (set, args) => {
      bindArguments(args, [])
      const [first] = set.entries
      if (first === undefined) return refuse('the set is empty')
      set.mayChange()
      set.entries.delete(first[0])
      return first[1]
    },
  ],
  ['remove', (set, args) => (remove(set, bindArguments(args, ['/element'])[0] ?? null) ? null : refuse('the value is not in the set'))],
  ['symmetric_difference', (set, args, thread) => combineSets('^', { left: set, right: readOther(args, thread) }, thread) ?? null],
  ['union', (set, args, thread) => fold(set, args, { thread, operator: '|' })],
  [
    'update',
    (set, args, thread) => {
      const union = fold(set, args, { thread, operator: '|' })
      if (union.entries.size > set.entries.size) set.mayChange()
      for (const [hash, element] of union.entries) if (!set.entries.has(hash)) set.entries.set(hash, element)
      return null
    },
  ],
])

const remove = (set: StarSet, element: Value): boolean => {
  const hash = hashKey(element)
  if (!set.entries.has(hash)) return false
  set.mayChange()
  return set.entries.delete(hash)
}

const readOther = (args: CallArguments, thread: Thread): StarSet => toSet(bindArguments(args, ['/other'])[0] ?? null, thread)

const toSet = (value: Value, thread: Thread): StarSet => (value instanceof StarSet ? value : makeSet(walk(value, thread), thread))

interface Folding {
  readonly thread: Thread
  readonly operator: '-' | '&' | '|'
}

/** The set combined with each of the arguments in turn; a new set. */
const fold = (set: StarSet, { positional, named }: CallArguments, { thread, operator }: Folding): StarSet => {
  if (named.size > 0) refuse('the method takes no named arguments')
  return positional.reduce<StarSet>(
    (left, other) => combineSets(operator, { left, right: toSet(other, thread) }, thread) ?? left,
    makeSet(set.entries.values(), thread),
  )
}
