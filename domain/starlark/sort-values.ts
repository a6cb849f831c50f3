import { bindArguments } from './call-arguments.ts'
import { callWith } from './call-function.ts'
import { orderValues } from './compare-values.ts'
import { refuse } from './starlark-fault.ts'
import type { Thread } from './thread.ts'
import { type CallArguments, StarFunction, StarList, typeName, type Value, walk } from './value.ts'

/** `sorted(iterable, key=..., reverse=...)`: equal elements stay in their order, also when reversed. */
export const sortValues = (args: CallArguments, thread: Thread): StarList => {
  const [iterable = null, key, reverse = false] = bindArguments(args, ['iterable', 'key?', 'reverse?'])
  if (typeof reverse !== 'boolean') refuse(`reverse must be a bool, not ${typeName(reverse)}`)
  const keyed = walk(iterable, thread).map((element) => ({ element, key: keyOf(element, key, thread) }))
  const direction = reverse ? -1 : 1
  keyed.sort((a, b) => direction * orderValues(a.key, b.key, thread))
  return new StarList(keyed.map(({ element }) => element))
}

/** `min` and `max` of an iterable or of the arguments; the first of equal ones. */
export const takeExtreme = ({ positional, named }: CallArguments, thread: Thread, which: 'min' | 'max'): Value => {
  const [key] = bindArguments({ positional: [], named }, ['key?'])
  const [only] = positional
  const elements = positional.length === 1 && only !== undefined ? walk(only, thread) : positional
  if (elements.length === 0) return refuse(`${which} of nothing`)
  let best: { readonly element: Value; readonly key: Value } | undefined
  for (const element of elements) {
    const candidate = { element, key: keyOf(element, key, thread) }
    const order = best === undefined ? 0 : orderValues(candidate.key, best.key, thread)
    if (best === undefined || (which === 'min' ? order < 0 : order > 0)) best = candidate
  }
  return best?.element ?? null
}

const keyOf = (element: Value, key: Value | undefined, thread: Thread): Value => {
  if (key === undefined) return element
  return key instanceof StarFunction ? callWith(key, element, thread) : refuse(`key must be a function, not ${typeName(key)}`)
}
