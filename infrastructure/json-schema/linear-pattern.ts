import { RE2JS, RE2JSException } from 're2js'

/**
 * Compiles a `pattern` of JSON Schema so that matching takes time linear in the text, whoever wrote the pattern.
 * Differs from ECMA-262: `\s` and `.` know ASCII line ends and spaces only, and properties are named by their short forms (`\p{L}`).
 * Throws on what needs backtracking (look-around, back references), on repeat counts over 1,000, and on what is no pattern at all.
 * Given to ajv as its `code.regExp`, which keeps patterns apart by their `toString`.
 */
export const compilePattern = (pattern: string): { test(text: string): boolean; toString(): string } => {
  const compiled = compile(pattern)
  return { test: (text) => compiled.test(text), toString: () => `linear ${pattern}` }
}

const compile = (pattern: string): RE2JS => {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern))
  } catch (error) {
    if (error instanceof RE2JSException) throw new Error(`the pattern ${JSON.stringify(pattern)} cannot be matched in linear time: ${error.message}`)
    throw error
  }
}
