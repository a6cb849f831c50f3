import { hashKey } from './compare-values.ts'
import type { Thread } from './thread.ts'
import { StarSet, type Value } from './value.ts'

/** A set of these values, each once, in their order. */
export const makeSet = (values: Iterable<Value>, thread: Thread): StarSet => {
  const set = new StarSet()
  for (const value of values) {
    const hash = hashKey(value)
    if (!set.entries.has(hash)) set.entries.set(hash, value)
  }
  thread.makeElements(set.entries.size)
  return set
}

/** `|` union, `&` intersection, `-` difference, `^` symmetric difference. @returns `undefined` for another operator */
export const combineSets = (
  operator: string,
  { left, right }: { readonly left: StarSet; readonly right: StarSet },
  thread: Thread,
): StarSet | undefined => {
  const [here, there] = [left.entries, right.entries]
  thread.step(here.size + there.size)
  switch (operator) {
    case '|':
      return makeSet([...here.values(), ...there.values()], thread)
    case '&':
      return makeSet(
        [...there].filter(([hash]) => here.has(hash)).map(([, value]) => value),
        thread,
      )
    case '-':
      return makeSet(
        [...here].filter(([hash]) => !there.has(hash)).map(([, value]) => value),
        thread,
      )
    case '^':
      return makeSet(
        [...[...here].filter(([hash]) => !there.has(hash)), ...[...there].filter(([hash]) => !here.has(hash))].map(([, value]) => value),
        thread,
      )
    default:
      return undefined
  }
}
