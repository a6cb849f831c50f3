import type { Formats } from '../../../api/contract/formats.ts'
import type { Json } from '../../../api/contract/json.ts'
import type { Failure, Result } from '../../../api/contract/result.ts'
import { OperationFailed } from '../errors.ts'

/** A parser's value; what it could not parse is thrown with the name of the text. @param firstLine line of the input that the text starts at */
export const takeParsed = <T>(result: Result<T>, file: string, firstLine = 1): T => {
  if (!result.ok) throw new OperationFailed(addFile(result.failure, file, firstLine))
  return result.value
}

const addFile = (failure: Failure, file: string, firstLine: number): Failure =>
  'issues' in failure
    ? {
        ...failure,
        issues: failure.issues.map((issue) => ({ ...issue, file, ...(issue.line !== undefined && { line: issue.line + firstLine - 1 }) })),
      }
    : failure

/** Data without a named format: JSON when it is that, else YAML, whose flow style (`{name: Ada}`) is easier to type. */
export const parseData = async (formats: Formats, text: string, file: string): Promise<Json> => {
  const json = await formats.parseJson(text)
  if (json.ok) return json.value
  return /^\s*[[{]\s*"/.test(text) ? takeParsed(json, file) : parseYamlData(formats, text, file)
}

/** YAML; of several documents between `---` lines each is an item of a list, and empty ones do not count. */
export const parseYamlData = async (formats: Formats, text: string, file: string): Promise<Json> => {
  const documents = takeParsed(await formats.parseYamlDocuments(text), file)
  return documents.length > 1 ? documents.filter((document) => document !== null) : (documents[0] ?? null)
}
