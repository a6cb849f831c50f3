import { StarlarkFault } from './starlark-fault.ts'
import type { Argument, Parameter } from './syntax.ts'

const countMax = 255
const order: Readonly<Record<Argument['kind'], number>> = { positional: 0, named: 1, star: 2, 'double-star': 3 }

/** Arguments come as positional, named, `*`, `**`, the last two at most once, and no name twice. */
export const checkArguments = (args: readonly Argument[]): void => {
  const names = new Set<string>()
  for (const [index, argument] of args.entries()) {
    const at = argument.kind === 'named' ? argument.at : argument.value.at
    const before = args[index - 1]
    const isRepeated = before?.kind === argument.kind && order[argument.kind] >= 2
    if (before !== undefined && (order[before.kind] > order[argument.kind] || isRepeated))
      throw new StarlarkFault('syntax', 'arguments come in this order: values, name=value, *values, **names', at)
    if (argument.kind !== 'named') continue
    if (names.has(argument.name)) throw new StarlarkFault('syntax', `the argument "${argument.name}" is given twice`, at)
    names.add(argument.name)
  }
  if (args.length > countMax) throw new StarlarkFault('limit', `a call may have at most ${countMax} arguments`, args[0]?.value.at)
}

/** Parameters come as plain, with a default, `*`, named only, `**`; no name twice. */
export const checkParameters = (parameters: readonly Parameter[]): void => {
  const names = new Set<string>()
  let star: Parameter | undefined
  let isOptional = false
  for (const [index, { kind, at, name, fallback }] of parameters.entries()) {
    const refuse = (message: string): never => {
      throw new StarlarkFault('syntax', message, at)
    }
    if (name !== undefined && names.has(name)) refuse(`the parameter "${name}" is named twice`)
    if (name !== undefined) names.add(name)
    if (parameters[index - 1]?.kind === 'double-star') refuse('nothing may follow a ** parameter')
    if (kind === 'star') {
      if (star !== undefined) refuse('there may be only one * parameter')
      if (name === undefined && parameters[index + 1]?.kind !== 'plain') refuse('a bare * must be followed by a parameter')
      star = parameters[index]
    } else if (kind === 'plain' && star === undefined) {
      if (isOptional && fallback === undefined) refuse('a parameter with a default comes after those without')
      isOptional = fallback !== undefined
    }
  }
}
