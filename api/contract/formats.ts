import type { Json, JsonObject } from './json.ts'
import type { Result } from './result.ts'

/**
 * Text formats as the edges need them; wiring supplies them, each loaded when it is first used.
 * Numbers keep their digits both ways. What cannot be parsed is `invalid-input` with the line; `file` on its issues is left to the caller.
 */
export interface Formats {
  /** One JSON document. Duplicate members are refused. */
  parseJson(text: string): Promise<Result<Json>>
  /** One YAML 1.2 document, with limits on aliases; duplicate keys are refused. */
  parseYaml(text: string): Promise<Result<Json>>
  /** Every document of a YAML text; empty ones are null. */
  parseYamlDocuments(text: string): Promise<Result<readonly Json[]>>
  /** RFC 4180: every cell is a text, an empty cell is left out. @param fields names of the columns, when the text has no header line */
  parseCsv(text: string, fields?: readonly string[]): Promise<Result<readonly JsonObject[]>>
  /** INGR 1.0.0-RC: records, each with its key as `$id`; null values are left out. */
  parseIngr(text: string): Promise<Result<readonly JsonObject[]>>
  /** One TOML 1.0 document; dates and times are texts. */
  parseToml(text: string): Promise<Result<JsonObject>>
  /** Markdown with front matter. @param contentField name for what follows the front matter */
  parseMarkdown(text: string, contentField: string): Promise<Result<JsonObject>>
  /** Ends with a line break. */
  stringifyYaml(value: Json): Promise<string>
  /** A TOML document. TOML has no null: members and elements that are null are left out. */
  stringifyToml(value: JsonObject): Promise<string>
}
