import type { ExportRow, ViewFormat } from './view.ts'

/** A file that a view becomes, before it is bytes. */
export interface ExportFile {
  /** Relative to the repository. */
  readonly path: string
  readonly format: ViewFormat | 'md'
  /** What an INGR header says it is: `users/active`. */
  readonly title: string
  /** Columns in order, with their types where the definition has them. */
  readonly columns: readonly ExportColumn[]
  readonly rows: readonly ExportRow[]
  /** INGR: a line between records, a SHA-256 at the end. */
  readonly isDelimited: boolean
  readonly isHashed: boolean
}

export interface ExportColumn {
  readonly name: string
  readonly type: string | undefined
}
