import { refuse } from './starlark-fault.ts'
import { type CallArguments, typeName, type Value } from './value.ts'

/**
 * The values of a built-in's parameters, `undefined` for those not given.
 * @param parameters  names in order; `?` behind the name: may be left out; `/` before it: cannot be given by name
 */
export const bindArguments = ({ positional, named }: CallArguments, parameters: readonly string[]): readonly (Value | undefined)[] => {
  if (positional.length > parameters.length) refuse(`takes at most ${parameters.length} arguments, was given ${positional.length}`)
  const names = parameters.map((parameter) => parameter.replace('?', ''))
  for (const name of named.keys()) {
    const index = names.indexOf(name)
    if (index < 0) refuse(`has no argument named "${name}"`)
    if (index < positional.length) refuse(`was given the argument "${name}" twice`)
  }
  return parameters.map((parameter, index) => {
    const value = positional[index] ?? (index < positional.length ? null : named.get(names[index] ?? ''))
    if (value === undefined && !parameter.endsWith('?')) refuse(`was not given the argument "${names[index]?.replace('/', '')}"`)
    return value
  })
}

export const wantText = (value: Value | undefined, what: string): string =>
  typeof value === 'string' ? value : refuse(`${what} must be a string, not ${value === undefined ? 'missing' : typeName(value)}`)

const int32Max = 2 ** 31

/** @param value an int that fits 32 bits; the Go implementation takes no larger one for an index, a count or a size */
export const wantInt = (value: Value | undefined, what: string): number => {
  if (typeof value !== 'bigint') return refuse(`${what} must be an int, not ${value === undefined ? 'missing' : typeName(value)}`)
  const number = Number(value)
  return number < int32Max && number >= -int32Max ? number : refuse(`${what} is out of range: ${value}`)
}
