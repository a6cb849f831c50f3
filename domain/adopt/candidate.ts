import type { JsonObject } from '../json.ts'
import type { RecordFormat } from '../table/table.ts'

/** A file that was there before the database, as far as it could be read without knowing what it means. */
export interface Candidate {
  /** Relative to the database, `/` separated. */
  readonly path: string
  readonly format: RecordFormat
  readonly contents: CandidateContents
}

export type CandidateContents =
  /** A map: one record, or many by key. */
  | { readonly shape: 'map'; readonly fields: JsonObject }
  /** Rows: an array of maps, lines of JSON, or a CSV file, whose header is `columns` and whose values are all texts. */
  | { readonly shape: 'rows'; readonly rows: readonly JsonObject[]; readonly columns?: readonly string[] }

/** A file that no table is proposed for, and why. */
export interface LeftOut {
  readonly path: string
  readonly why: string
}
