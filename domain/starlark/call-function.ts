import { refuse } from './starlark-fault.ts'
import type { Thread } from './thread.ts'
import { type CallArguments, StarFunction, typeName, type Value } from './value.ts'

/** Calls a function; a lambda that is running cannot be called again, which keeps expressions finite. */
export const callFunction = (callee: Value, args: CallArguments, thread: Thread): Value => {
  if (!(callee instanceof StarFunction)) return refuse(`a value of type ${typeName(callee)} cannot be called`)
  const { code } = callee
  if (code !== undefined && thread.calls.includes(code)) refuse('a lambda cannot call itself')
  thread.enter(code)
  const result = callee.call(args, thread)
  thread.leave()
  return result
}

const noNames: ReadonlyMap<string, Value> = new Map()

/** Calls with one value, as `sorted`, `min` and `max` call their `key`. */
export const callWith = (callee: Value, value: Value, thread: Thread): Value => callFunction(callee, { positional: [value], named: noNames }, thread)
