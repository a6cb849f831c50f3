import { refuse } from './starlark-fault.ts'
import { decodeRunes } from './utf8.ts'
import { StarBytes, typeName, type Value } from './value.ts'

/** `hash(x)`: of a text as Java does it, of bytes FNV-1a; 32 bits. Source: Starlark specification. */
export const hashText = (value: Value): bigint => {
  if (typeof value === 'string') return BigInt(decodeRunes(value).reduce((hash, { codePoint }) => (Math.imul(31, hash) + codePoint) | 0, 0))
  if (!(value instanceof StarBytes)) return refuse(`hash takes a string or bytes, not ${typeName(value)}`)
  return BigInt([...value.text].reduce((hash, byte) => Math.imul(hash ^ byte.charCodeAt(0), 16777619) >>> 0, 2166136261))
}
