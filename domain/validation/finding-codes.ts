/** A database with errors does not keep its own rules; warnings are what somebody will probably regret. */
export type Severity = 'error' | 'warning'

/**
 * Every code of a finding that is ours, with its severity; `docs/reference/validation.md` explains each with an example, and a test compares both.
 * Codes are never renamed: scripts and annotations depend on them. Besides these there are the keywords of JSON Schema, in kebab case.
 */
export const findingCodes = {
  // Definition files
  definition: 'error',
  'legacy-layout': 'error',
  columns: 'error',
  'column-name': 'error',
  'column-type': 'error',
  'duplicate-column': 'error',
  'unknown-column': 'error',
  'unknown-table': 'error',
  bounds: 'warning',
  'record-file': 'error',
  csv: 'error',
  rules: 'error',
  layout: 'error',
  formula: 'error',
  'json-schema': 'error',
  'not-supported': 'error',
  drift: 'warning',
  'unlisted-table': 'warning',
  view: 'error',
  'view-column': 'warning',
  'view-template': 'warning',
  // Files
  parse: 'error',
  encoding: 'error',
  'too-large': 'error',
  'symbolic-link': 'error',
  submodule: 'error',
  'stray-file': 'warning',
  'mixed-layout': 'warning',
  // Keys
  key: 'error',
  'missing-key': 'error',
  'duplicate-key': 'error',
  'key-field': 'error',
  'similar-keys': 'warning',
  'windows-name': 'warning',
  // Fields
  required: 'error',
  'required-when': 'error',
  type: 'error',
  enum: 'error',
  'min-value': 'error',
  'max-value': 'error',
  length: 'error',
  'min-length': 'error',
  'max-length': 'error',
  'undeclared-field': 'error',
  'computed-field': 'error',
  'uncomputed-field': 'warning',
  locale: 'error',
  language: 'warning',
  nesting: 'error',
  'forbidden-name': 'error',
  // Between records
  'foreign-key': 'error',
  parent: 'error',
  unique: 'error',
  'record-count': 'error',
} as const satisfies Readonly<Record<string, Severity>>
