import type { Json, JsonObject } from '../../../domain/json.ts'
import { resolvePlainScalar } from './resolve-scalar.ts'

/**
 * One line of the plainest YAML there is: a name at the start of the line, one blank, and a value that is unquoted, or quoted without any
 * escape. Everything with a second meaning in YAML is left out: other first characters, `: `, ` #`, a colon at the end, trailing blanks.
 */
const plainLine =
  /^([A-Za-z_][A-Za-z0-9_-]*): (?:([A-Za-z0-9_./+\u00a1-\u1fff\u3001-\ud7ff-][^\r\n\t\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff]*)|"([^"\\\r\n\t\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff]*)"|'([^'\r\n\t\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff]*)')$/
/** Inside an unquoted value: what would end it or start something else. */
const ambiguous = /: | #|[: ]$/
const leadingDash = /^-(?![0-9.])|^---|^\.\.\./

/** Names seen before and found to be texts: records of one table repeat theirs. */
const knownNames = new Set<string>()
const knownNamesMax = 10_000

/**
 * Reads a file that is one flat map of plain scalars, as our writer and the Go tools write most records: about ten times faster than a full
 * YAML parser. Gives up, with `undefined`, at anything it is not made for; a property test holds what it reads against the full parser.
 */
export const readPlainMap = (text: string): JsonObject | undefined => {
  const fields: Record<string, Json> = {}
  let count = 0
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start)
    const match = plainLine.exec(text.slice(start, end === -1 ? undefined : end))
    if (match === null) return undefined
    const [, name = '', plain, double, single] = match
    const value = plain === undefined ? (double ?? single) : readPlain(plain)
    if (value === undefined || !isPlainName(name) || Object.hasOwn(fields, name)) return undefined
    fields[name] = value
    count += 1
    start = end === -1 ? text.length : end + 1
  }
  return count === 0 ? undefined : fields
}

const readPlain = (source: string): Json | undefined => (ambiguous.test(source) || leadingDash.test(source) ? undefined : resolvePlainScalar(source))

const isPlainName = (name: string): boolean => {
  if (knownNames.has(name)) return true
  if (name === '__proto__' || typeof resolvePlainScalar(name) !== 'string') return false
  if (knownNames.size < knownNamesMax) knownNames.add(name)
  return true
}
