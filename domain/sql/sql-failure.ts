import type { Failure } from '../failure.ts'

/** A statement that cannot be run, with the line and column (1-based, in characters) of what is wrong with it. */
export const sqlFailure = (text: string, at: number, message: string): Failure => {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const column = at - (before.lastIndexOf('\n') + 1) + 1
  return { kind: 'invalid-input', issues: [{ rule: 'sql', message: `${message} (line ${line}, column ${column})` }] }
}
