import { isJsonObject, type Json } from '../json.ts'
import { escapePointer } from './column-check.ts'

/** Names and list positions that lead to a value (RFC 6901), unescaped; empty for the whole document. */
export type JsonPointer = readonly string[]

/** Reads a pointer: `~1` is a slash, `~0` a tilde, and any other `~` is an error. @returns `undefined` for what is none */
export const parsePointer = (source: Json | undefined): JsonPointer | undefined => {
  if (source === '') return []
  if (typeof source !== 'string' || !source.startsWith('/') || /~(?![01])/.test(source)) return undefined
  return source
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

export const formatPointer = (pointer: JsonPointer): string => pointer.map((step) => `/${escapePointer(step)}`).join('')

/** What a pointer leads to, boxed, so that null is told from nothing. Own members only; positions are digits without zeros before them. */
export const followPointer = (document: Json, pointer: JsonPointer): { readonly value: Json } | undefined => {
  let value: Json | undefined = document
  for (const step of pointer) {
    if (Array.isArray(value)) value = listPosition.test(step) ? value[Number(step)] : undefined
    else value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
    if (value === undefined) return undefined
  }
  return { value }
}

/** How a pointer writes a position in a list. */
export const listPosition = /^(0|[1-9]\d*)$/
