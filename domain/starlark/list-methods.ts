import { bindArguments, wantInt } from './call-arguments.ts'
import { equalValues } from './compare-values.ts'
import type { Method } from './method.ts'
import { refuse } from './starlark-fault.ts'
import { clampBounds } from './subscript.ts'
import type { Thread } from './thread.ts'
import { type StarList, type Value, walk } from './value.ts'

export const listMethods: ReadonlyMap<string, Method<StarList>> = new Map<string, Method<StarList>>([
  [
    'append',
    (list, args, thread) => {
      const [element = null] = bindArguments(args, ['/object'])
      list.mayChange()
      thread.makeElements(list.elements.length + 1)
      list.elements.push(element)
      return null
    },
  ],
  [
    'clear',
    (list, args) => {
      bindArguments(args, [])
      list.mayChange()
      list.elements = []
      return null
    },
  ],
  [
    'extend',
    (list, args, thread) => {
      const [iterable = null] = bindArguments(args, ['/iterable'])
      const added = [...walk(iterable, thread)]
      list.mayChange()
      thread.makeElements(list.elements.length + added.length)
      list.elements = [...list.elements, ...added]
      return null
    },
  ],
  [
    'index',
    (list, args, thread) => {
      const [value = null, start, end] = bindArguments(args, ['/value', '/start?', '/end?'])
      const [from, to] = clampBounds(start, end, list.elements.length)
      for (let at = from; at < to; at += 1) if (equalValues(list.elements[at] ?? null, value, thread)) return BigInt(at)
      return refuse('the value is not in the list')
    },
  ],
  [
    'insert',
    (list, args, thread) => {
      const [index, element = null] = bindArguments(args, ['/index', '/object'])
      const [at] = clampBounds(BigInt(wantInt(index, 'the index')), null, list.elements.length)
      list.mayChange()
      thread.makeElements(list.elements.length + 1)
      list.elements.splice(at, 0, element)
      return null
    },
  ],
  [
    'pop',
    (list, args) => {
      const [index] = bindArguments(args, ['/index?'])
      const wanted = index === undefined ? list.elements.length - 1 : wantInt(index, 'the index')
      const at = wanted < 0 && index !== undefined ? wanted + list.elements.length : wanted
      if (at < 0 || at >= list.elements.length) refuse(`the index ${wanted} is out of range: list of length ${list.elements.length}`)
      list.mayChange()
      return list.elements.splice(at, 1)[0] ?? null
    },
  ],
  ['remove', (list, args, thread) => remove(list, bindArguments(args, ['/value'])[0] ?? null, thread)],
])

const remove = (list: StarList, value: Value, thread: Thread): null => {
  list.mayChange()
  const at = list.elements.findIndex((element) => equalValues(element, value, thread))
  if (at < 0) refuse('the value is not in the list')
  list.elements.splice(at, 1)
  return null
}
