/** Encodings that an input may be said to have; `utf-8` unless it starts with the mark of UTF-16. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/** Of texts in rows and cells. */
export interface CellOptions {
  /** Names of the columns, where there is no header line. */
  readonly fields?: readonly string[]
  /** Between cells: one character; `auto` takes the likeliest of those that are usual, by the header. Default: a comma, a tab in TSV. */
  readonly delimiter?: string
  /** What an absent value is written as; an empty cell without quotes is absent anyhow. */
  readonly nullText?: string
  /** Types of the table's columns: a cell becomes what it means there, and stays a text where it means nothing. */
  readonly types?: ReadonlyMap<string, string>
}

export interface ReadOptions extends CellOptions {
  readonly format: 'csv' | 'tsv' | 'json' | 'jsonl' | 'yaml' | 'ingr'
  readonly encoding?: Encoding
}
