import type { JsonObject } from '../json.ts'
import { referenceText } from '../record/references.ts'

/** `{key}` and `{column}` in `record_file.name`. */
const placeholder: RegExp = /\{([^{}]*)\}/g

/** Whether a file name stands for itself: one file, whatever the record. */
export const isLiteralName = (pattern: string): boolean => !pattern.includes('{')

/** Names between braces in a file name, `key` among them. */
export const listPlaceholders = (pattern: string): readonly string[] => [...pattern.matchAll(placeholder)].map(([, name = '']) => name)

/** Columns whose values are part of a file name. */
export const listNameColumns = (pattern: string): readonly string[] => {
  const at = pattern.indexOf('{')
  // Asked for every record of an import.
  if (at === -1 || (pattern.startsWith('{key}', at) && !pattern.includes('{', at + 1))) return []
  return listPlaceholders(pattern).filter((name) => name !== 'key')
}

/** The name of the file for a record. A column that the record lacks stays as it is written, between braces: no file has that name. */
export const fillName = (pattern: string, { key, fields }: { readonly key: string; readonly fields?: JsonObject | undefined }): string =>
  pattern.includes('{')
    ? pattern.replaceAll(placeholder, (written, name: string) => (name === 'key' ? key : (columnText(fields, name) ?? written)))
    : pattern

const columnText = (fields: JsonObject | undefined, name: string): string | undefined =>
  fields !== undefined && Object.hasOwn(fields, name) ? referenceText(fields[name]) : undefined

/**
 * Whether a file has a name that a pattern makes, and of which key: `''` when the pattern has no `{key}`. What stands for a column may be any
 * text of one character or more.
 */
export const matchName = (pattern: string, name: string): { readonly key: string } | undefined => {
  const key = keyIn(pattern, name)
  if (key !== undefined) return { key }
  if (listNameColumns(pattern).length === 0) return undefined
  const wanted = pattern.split('/')
  const parts = name.split('/')
  if (parts.length !== wanted.length) return undefined
  const keys = new Set<string>()
  for (const [index, segment] of wanted.entries()) {
    const part = parts[index] ?? ''
    const found = segment.includes('{key}') ? keyIn(segment, part) : matchSegment(segment, part) ? '' : undefined
    if (found === undefined) return undefined
    if (segment.includes('{key}')) keys.add(found)
  }
  const [only = ''] = keys
  return keys.size > 1 ? undefined : { key: only }
}

/** The key, for patterns without columns. */
const keyIn = (pattern: string, name: string): string | undefined => {
  const at = pattern.indexOf('{key}')
  if (at === -1) return undefined
  const end = pattern.indexOf('/', at)
  const suffix = pattern.slice(at + '{key}'.length, end === -1 ? undefined : end)
  const segmentEnd = end === -1 ? name.length : name.indexOf('/', at)
  const key = name.slice(at, segmentEnd === -1 ? 0 : segmentEnd - suffix.length)
  if (key === '' || key.includes('/')) return undefined
  return pattern.replaceAll('{key}', () => key) === name ? key : undefined
}

const matchSegment = (segment: string, part: string): boolean => {
  const [first = '', ...texts] = segment.split(placeholderSplit)
  if (texts.length === 0) return part === first
  const last = texts.pop() ?? ''
  if (!part.startsWith(first)) return false
  let at = first.length
  for (const text of texts) {
    const found = part.indexOf(text, at + 1)
    if (found === -1) return false
    at = found + text.length
  }
  return part.length >= at + 1 + last.length && part.endsWith(last)
}

/** As `placeholder`, without the name being kept by `split`. */
const placeholderSplit = /\{[^{}]*\}/
