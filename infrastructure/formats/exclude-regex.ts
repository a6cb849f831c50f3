import { RE2JS, RE2JSException } from 're2js'
import type { Table } from '../../domain/table/table.ts'

/** Whether a file name holds a match; `undefined` for an `exclude_regex` that Go could not compile. Linear in the name, whatever the pattern. */
const compilePattern = (pattern: string): RE2JS | undefined => {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    if (error instanceof RE2JSException) return undefined
    throw error
  }
}

const patternsMax = 1000
const compiled = new Map<string, RE2JS | undefined>()

const patternFor = (text: string): RE2JS | undefined => {
  if (compiled.has(text)) return compiled.get(text)
  if (compiled.size >= patternsMax) compiled.clear()
  const pattern = compilePattern(text)
  compiled.set(text, pattern)
  return pattern
}

/** See `RecordCodec.excludes`: the pattern may match anywhere in the name, as in the Go tools. */
export const isExcluded = ({ recordFile }: Table, fileName: string): boolean =>
  recordFile.excludeRegex !== undefined && matchesPattern(recordFile.excludeRegex, fileName)

/** The same for a pattern by itself; one that Go could not compile matches nothing. */
export const matchesPattern = (pattern: string, fileName: string): boolean => patternFor(pattern)?.test(fileName) === true

/** Whether a text can be an `exclude_regex`. */
export const isPattern = (text: string): boolean => patternFor(text) !== undefined
