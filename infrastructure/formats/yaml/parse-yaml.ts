import type { Json } from '../../../domain/json.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import { lineAt, TextProblem } from '../text-position.ts'
import { composeYaml, composeYamlDocuments, type YamlDocument } from './compose-yaml.ts'
import { type ValueProblem, YamlReader } from './yaml-reader.ts'

const loneSurrogate = /\p{Surrogate}/u

/**
 * Parses the first document of a YAML text as the Go tools do (yaml.v3), but without losing digits, and with dates as texts.
 * An empty text is null. Fails with `invalid-input` and lines for wrong syntax, a name twice in one map, `__proto__`, tags other than
 * YAML's own scalar types, `.inf` and `.nan`, alias bombs, and nesting deeper than 100 levels.
 */
export const parseYaml = (text: string): Result<Json> => {
  const values = readDocuments(text, () => [composeYaml(text)])
  return values.ok ? ok(values.value[0] ?? null) : values
}

/** All documents of a YAML text, in order; fails as `parseYaml` does. Empty ones are null. */
export const parseYamlDocuments = (text: string): Result<readonly Json[]> => readDocuments(text, () => composeYamlDocuments(text))

const readDocuments = (text: string, compose: () => Iterable<YamlDocument | undefined>): Result<readonly Json[]> => {
  const values: Json[] = []
  const problems: ValueProblem[] = []
  try {
    for (const document of compose()) {
      const reader = new YamlReader()
      values.push(reader.readNode(document?.contents, 0))
      problems.push(...reader.problems)
    }
    const half = text.search(loneSurrogate)
    if (half !== -1) problems.push({ message: 'the text has half of a surrogate pair', offset: half })
    if (problems.length === 0) return ok(values)
  } catch (error) {
    if (!(error instanceof TextProblem)) throw error
    problems.push(error)
  }
  return fail({ kind: 'invalid-input', issues: problems.map(({ message, offset }) => ({ rule: 'parse', message, line: lineAt(text, offset) })) })
}
