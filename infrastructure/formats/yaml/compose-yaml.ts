import { Composer, type Document, type ParsedNode, Parser, type YAMLParseError } from 'yaml'
import { TextProblem } from '../text-position.ts'

export type YamlDocument = Document.Parsed<ParsedNode>

/**
 * Parses the first document of a YAML text into nodes with source ranges; scalars are left as texts, for `YamlReader` to resolve.
 * Throws a `TextProblem` where the syntax is wrong. A document after the first is not looked at.
 */
export const composeYaml = (text: string): YamlDocument | undefined => {
  for (const document of composeYamlDocuments(text)) return document
  return undefined
}

/** Every document of a YAML text, one after the other. Throws a `TextProblem` on coming to one whose syntax is wrong. */
export function* composeYamlDocuments(text: string): Generator<YamlDocument> {
  // The library compares every pair of keys when it checks them itself, and resolves scalars by other rules than the Go tools.
  const composer = new Composer({ uniqueKeys: false, schema: 'failsafe', resolveKnownTags: false, prettyErrors: false, logLevel: 'silent' })
  for (const document of composer.compose(new Parser().parse(text))) {
    const error = document.errors[0]
    if (error !== undefined) throw toProblem(error)
    yield document as YamlDocument
  }
  const error = composer.streamInfo().errors[0]
  if (error !== undefined) throw toProblem(error)
}

const toProblem = (error: YAMLParseError): TextProblem =>
  new TextProblem(error.code === 'RESOURCE_EXHAUSTION' ? 'nested too deep' : `not valid YAML: ${error.message}`, error.pos[0])
