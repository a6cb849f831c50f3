import type { Json } from '../../../domain/json.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import { lineAt, TextProblem } from '../text-position.ts'
import { composeYaml } from './compose-yaml.ts'
import { type ValueProblem, YamlReader } from './yaml-reader.ts'

const loneSurrogate = /\p{Surrogate}/u

/**
 * Parses the first document of a YAML text as the Go tools do (yaml.v3), but without losing digits, and with dates as texts.
 * An empty text is null. Fails with `invalid-input` and lines for wrong syntax, a name twice in one map, `__proto__`, tags other than
 * YAML's own scalar types, `.inf` and `.nan`, alias bombs, and nesting deeper than 100 levels.
 */
export const parseYaml = (text: string): Result<Json> => {
  const problems: ValueProblem[] = []
  try {
    const reader = new YamlReader()
    const value = reader.readNode(composeYaml(text)?.contents, 0)
    problems.push(...reader.problems)
    const half = text.search(loneSurrogate)
    if (half !== -1) problems.push({ message: 'the text has half of a surrogate pair', offset: half })
    if (problems.length === 0) return ok(value)
  } catch (error) {
    if (!(error instanceof TextProblem)) throw error
    problems.push(error)
  }
  return fail({ kind: 'invalid-input', issues: problems.map(({ message, offset }) => ({ rule: 'parse', message, line: lineAt(text, offset) })) })
}
