import { hashKey } from './compare-values.ts'
import { openScope, type Scope } from './scope.ts'
import { refuse } from './starlark-fault.ts'
import type { Parameter } from './syntax.ts'
import { toByteText } from './utf8.ts'
import { type CallArguments, StarDict, StarTuple, type Value } from './value.ts'

export type LambdaParameters = readonly {
  readonly kind: Parameter['kind']
  readonly name: string | undefined
  readonly fallback: Value | undefined
}[]

/** The scope of a call: every parameter bound to its argument, its default, or what is left over for `*` and `**`. */
export const bindLambda = (parameters: LambdaParameters, { positional, named }: CallArguments, outer: Scope): Scope => {
  const scope = openScope(outer)
  const star = parameters.findIndex(({ kind }) => kind === 'star')
  const left = new Map(named)
  const byPosition = parameters.filter(({ kind }, index) => kind === 'plain' && (star < 0 || index < star)).length
  const rest = positional.slice(byPosition)
  if (rest.length > 0 && parameters[star]?.name === undefined) refuse(`the lambda takes ${byPosition} arguments, was given ${positional.length}`)
  for (const [index, { kind, name, fallback }] of parameters.entries()) {
    if (kind === 'star' && name !== undefined) scope.values.set(name, new StarTuple(rest))
    if (kind !== 'plain' || name === undefined) continue
    const isPositional = index < byPosition && index < positional.length
    if (isPositional && left.has(name)) refuse(`the argument "${name}" is given twice`)
    const value = isPositional ? (positional[index] ?? null) : left.has(name) ? left.get(name) : fallback
    if (value === undefined) refuse(`the argument "${name}" is missing`)
    scope.values.set(name, value)
    left.delete(name)
  }
  const others = parameters.find(({ kind }) => kind === 'double-star')?.name
  if (others !== undefined) scope.values.set(others, toDict(left))
  else for (const name of left.keys()) refuse(`the lambda has no parameter "${name}"`)
  return scope
}

const toDict = (named: ReadonlyMap<string, Value>): StarDict => {
  const dict = new StarDict()
  for (const [name, value] of named) dict.entries.set(hashKey(toByteText(name)), [toByteText(name), value])
  return dict
}
