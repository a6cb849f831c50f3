import { refuse } from './starlark-fault.ts'
import { typeName, type Value } from './value.ts'

/** An int as it is, a float cut to its integral part; nan, infinity and anything else are refused. */
export const numberToInt = (value: Value): bigint => {
  if (typeof value === 'bigint') return value
  if (typeof value !== 'number') return refuse(`a value of type ${typeName(value)} is no number`)
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : refuse('an infinite float and nan have no int')
}
