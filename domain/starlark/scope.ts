import { refuse } from './starlark-fault.ts'
import type { Target } from './syntax.ts'
import type { Thread } from './thread.ts'
import { StarList, StarTuple, typeName, type Value, walk } from './value.ts'

/** Names of one lambda or comprehension, within those around it; a name without a value yet is `undefined`. */
export interface Scope {
  readonly values: Map<string, Value | undefined>
  readonly outer: Scope | undefined
}

export const openScope = (outer: Scope | undefined, names: Iterable<string> = []): Scope => ({
  values: new Map([...names].map((name) => [name, undefined])),
  outer,
})

export const readName = (scope: Scope, name: string): Value => {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer)
    if (at.values.has(name)) return at.values.get(name) ?? (at.values.get(name) === null ? null : refuse(`"${name}" has no value yet`))
  return refuse(`"${name}" is unknown`)
}

export const targetNames = (target: Target): readonly string[] => (target.kind === 'name' ? [target.name] : target.targets.flatMap(targetNames))

/** Binds a loop variable, or several to the elements of a value of that many. */
export const bindTarget = (target: Target, value: Value, { scope, thread }: { readonly scope: Scope; readonly thread: Thread }): void => {
  if (target.kind === 'name') {
    scope.values.set(target.name, value)
    return
  }
  if (typeof value !== 'object' || value === null) refuse(`a value of type ${typeName(value)} cannot be taken apart`)
  const elements = value instanceof StarList || value instanceof StarTuple ? value.elements : walk(value, thread)
  if (elements.length !== target.targets.length) refuse(`${target.targets.length} names cannot be bound to ${elements.length} values`)
  for (const [index, each] of target.targets.entries()) bindTarget(each, elements[index] ?? null, { scope, thread })
}
