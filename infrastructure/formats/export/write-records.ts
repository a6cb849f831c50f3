import type { Result } from '../../../domain/result.ts'
import type { RecordBatches, RecordWriter, WriterOptions } from './record-writer.ts'
import { writeCsvRecords, writeTsvRecords } from './write-cells.ts'
import { writeIngrRecords } from './write-ingr-records.ts'
import { writeJsonArray, writeJsonLines } from './write-json-records.ts'
import { writeMarkdownRecords } from './write-markdown-records.ts'
import { writeParquetRecords } from './write-parquet-records.ts'
import { writeYamlRecords } from './write-yaml-records.ts'

export interface WriteOptions extends WriterOptions {
  readonly format: 'csv' | 'tsv' | 'json' | 'jsonl' | 'yaml' | 'ingr' | 'md' | 'parquet'
}

/** The inverse of `readRecords`: what `select --format` prints, but for its table and TOML, and what `export` writes. See `RecordWriter`. */
export const writeRecords = (batches: RecordBatches, options: WriteOptions): Result<AsyncIterable<string | Uint8Array>> =>
  writers[options.format](batches, options)

const writers: { readonly [Format in WriteOptions['format']]: RecordWriter } = {
  csv: writeCsvRecords,
  tsv: writeTsvRecords,
  json: writeJsonArray,
  jsonl: writeJsonLines,
  yaml: writeYamlRecords,
  ingr: writeIngrRecords,
  md: writeMarkdownRecords,
  parquet: writeParquetRecords,
}
