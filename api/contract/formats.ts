import type { ExportHead } from '../../domain/export/record-target.ts'
import type { RecordChunks } from '../../domain/import/source-record.ts'
import type { Json, JsonObject } from './json.ts'
import type { Result } from './result.ts'

/** Forms that records can be imported from. */
export const importFormats = ['csv', 'tsv', 'json', 'jsonl', 'yaml', 'ingr', 'parquet'] as const
export type ImportFormat = (typeof importFormats)[number]

/** Bytes of a file that is read in any order, as Parquet must be: what is in it stands at its end. */
export interface RandomAccessFile {
  readonly size: number
  /** @param end  exclusive */
  read(start: number, end: number): Promise<Uint8Array>
}

/** Forms that records can be written in. */
export const exportFormats = ['csv', 'tsv', 'json', 'jsonl', 'yaml', 'ingr', 'md', 'parquet'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** How the bytes of an input may have been written; without a word UTF-8, or UTF-16 where they start with its mark. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const
export type Encoding = (typeof encodings)[number]

export interface ReadRecordsOptions {
  readonly format: Exclude<ImportFormat, 'parquet'>
  readonly encoding?: Encoding
  /** Of CSV and TSV: the names of the columns, where there is no header line. */
  readonly fields?: readonly string[]
  /** One character between cells, or `auto`. */
  readonly delimiter?: string
  /** What an absent value is written as. */
  readonly nullText?: string
  /** Types of the table's columns, by name: cells become what they mean there. */
  readonly types?: ReadonlyMap<string, string>
}

export interface WriteRecordsOptions {
  readonly format: ExportFormat
  /** Names what the records are, where the format has a place for that: the id of a table. */
  readonly title: string
  /** Members of the records, in order, with their types where these are known. Formats with a header write these and no others. */
  readonly columns: ExportHead['columns']
  /** Of CSV: one character between cells. Default: a comma. */
  readonly delimiter?: string
  /** Of CSV and TSV: what a value that is absent is written as. Default: nothing. */
  readonly nullText?: string
  /** Of CSV and TSV: texts that a spreadsheet would take for a formula get an apostrophe before them. */
  readonly escapeFormulas?: boolean
}

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
  /** The records of an input as it comes, in constant memory; throws `SourceProblem` for what cannot be read any further. */
  readRecords(bytes: AsyncIterable<Uint8Array>, options: ReadRecordsOptions): RecordChunks
  /** The rows of a Parquet file, in memory for one row group; throws `SourceProblem` for what cannot be read any further. */
  readParquet(file: RandomAccessFile): RecordChunks
  /** The types that a Parquet file gives its columns, as those of a table. */
  readParquetTypes(file: RandomAccessFile): Promise<ReadonlyMap<string, string>>
  /**
   * Records, compact JSON objects in batches, as pieces of a file, in memory for one batch, of Parquet for one row group. The pieces throw `ExportFailed` for a
   * value that the format cannot have. @returns `unsupported` for columns that it cannot have
   */
  writeRecords(batches: AsyncIterable<readonly string[]>, options: WriteRecordsOptions): Promise<Result<AsyncIterable<string | Uint8Array>>>
  /** Packs a file by gzip. */
  compress(pieces: AsyncIterable<string | Uint8Array>): AsyncIterable<Uint8Array>
  /** Ends with a line break. */
  stringifyYaml(value: Json): Promise<string>
  /** A TOML document. TOML has no null: members and elements that are null are left out. */
  stringifyToml(value: JsonObject): Promise<string>
}
