import { dictMethods } from './dict-methods.ts'
import { listMethods } from './list-methods.ts'
import type { Method } from './method.ts'
import { setMethods } from './set-methods.ts'
import { textMethods } from './text-methods.ts'
import { StarBytes, StarDict, StarFunction, StarList, StarSet, TextParts, type Value } from './value.ts'

/** `object.name`: a method bound to its receiver. @returns `undefined` when there is none of that name */
export const readAttribute = (object: Value, name: string): StarFunction | undefined => {
  const call = bindMethod(object, name)
  return call === undefined ? undefined : new StarFunction(name, call, { receiver: object })
}

/** The names after a dot, sorted. */
export const listAttributes = (object: Value): readonly string[] => {
  if (typeof object === 'string') return [...textMethods.keys()].sort()
  if (object instanceof StarList) return [...listMethods.keys()].sort()
  if (object instanceof StarDict) return [...dictMethods.keys()].sort()
  if (object instanceof StarSet) return [...setMethods.keys()].sort()
  return object instanceof StarBytes ? [...bytesMethods.keys()] : []
}

const bytesMethods: ReadonlyMap<string, Method<StarBytes>> = new Map([
  [
    'elems',
    (bytes: StarBytes) =>
      new TextParts(
        bytes,
        'elems',
        [...bytes.text].map((byte) => BigInt(byte.charCodeAt(0))),
      ),
  ],
])

const bindMethod = (object: Value, name: string): StarFunction['call'] | undefined => {
  if (typeof object === 'string') return bind(textMethods, object, name)
  if (object instanceof StarList) return bind(listMethods, object, name)
  if (object instanceof StarDict) return bind(dictMethods, object, name)
  if (object instanceof StarSet) return bind(setMethods, object, name)
  return object instanceof StarBytes ? bind(bytesMethods, object, name) : undefined
}

const bind = <Receiver>(methods: ReadonlyMap<string, Method<Receiver>>, receiver: Receiver, name: string): StarFunction['call'] | undefined => {
  const method = methods.get(name)
  return method === undefined ? undefined : (args, thread) => method(receiver, args, thread)
}
