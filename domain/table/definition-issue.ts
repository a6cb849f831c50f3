/** One thing wrong with a table's definition, before it is known where the definition came from. */
export interface DefinitionIssue {
  /** Where, in the words of the definition files: `['columns', 'age', 'min_value']`, `['rules', 'unique', '0']`. */
  readonly path: readonly string[]
  /** Kebab case, as in `Issue`. */
  readonly rule: string
  readonly message: string
  /** A table with an `error` cannot be used; one with a `warning` can. */
  readonly severity: 'error' | 'warning'
}

export const definitionError = (path: readonly string[], rule: string, message: string): DefinitionIssue => ({
  path,
  rule,
  message,
  severity: 'error',
})
