import type { DefinitionProblem } from '../table/table.ts'
import { findingCodes, type Severity } from './finding-codes.ts'

/** One thing wrong with a database, where it is, and how bad. Plain data, fit for reports of every form. */
export interface Finding {
  readonly severity: Severity
  /** Stable name of the rule that is broken: a member of `findingCodes`, or a keyword of a table's JSON Schema in kebab case. */
  readonly code: string
  /** One sentence that names field or column, and not file, line, table and key, which are said beside it. */
  readonly message: string
  /** Relative to the database. */
  readonly file?: string
  /** 1-based. */
  readonly line?: number
  readonly table?: string
  readonly key?: string
  /** JSON pointer into the record. */
  readonly field?: string
}

/** A warning where the code always is one; what is not listed is an error, so that nothing is played down. */
export const severityOf = (code: string): Severity => (Object.hasOwn(findingCodes, code) ? findingCodes[code as keyof typeof findingCodes] : 'error')

/** By file, line, table, key, field and code. Findings without a file come first. */
export const sortFindings = (findings: readonly Finding[]): readonly Finding[] => [...findings].sort(compareFindings)

const compareFindings = (a: Finding, b: Finding): number =>
  compareTexts(a.file, b.file) ||
  (a.line ?? 0) - (b.line ?? 0) ||
  compareTexts(a.table, b.table) ||
  compareTexts(a.key, b.key) ||
  compareTexts(a.field, b.field) ||
  compareTexts(a.code, b.code) ||
  compareTexts(a.message, b.message)

/** By UTF-16 units, so that the order is the same everywhere. */
const compareTexts = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0)

/** What a catalogue says is wrong with a definition. */
export const findingOfProblem = ({ file, line, message, rule = 'definition', severity, table }: DefinitionProblem): Finding => ({
  severity: severity ?? severityOf(rule),
  code: rule,
  message,
  file,
  ...(line === undefined ? {} : { line }),
  ...(table === undefined ? {} : { table }),
})
