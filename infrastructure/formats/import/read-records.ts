import type { RecordChunks } from '../../../domain/import/source-record.ts'
import { inflateBlocks } from './inflate-blocks.ts'
import { readCsvRecords } from './read-csv-records.ts'
import { readIngrRecords } from './read-ingr-records.ts'
import { readJsonStream } from './read-json-stream.ts'
import { readJsonlRecords } from './read-jsonl-records.ts'
import type { ReadOptions } from './read-options.ts'
import { readTsvRecords } from './read-tsv-records.ts'
import { readYamlStream } from './read-yaml-stream.ts'
import { decodeBlocks } from './text-blocks.ts'

/**
 * The records of an input as it comes, in memory for one record and one chunk (INGR: for all); packed by gzip or not. Throws `SourceProblem` for what cannot be read
 * any further.
 */
export const readRecords = (bytes: AsyncIterable<Uint8Array>, options: ReadOptions): RecordChunks => {
  const blocks = decodeBlocks(inflateBlocks(bytes), options.encoding)
  switch (options.format) {
    case 'csv':
      return readCsvRecords(blocks, options)
    case 'tsv':
      return readTsvRecords(blocks, options)
    case 'json':
      return readJsonStream(blocks)
    case 'jsonl':
      return readJsonlRecords(blocks)
    case 'yaml':
      return readYamlStream(blocks)
    case 'ingr':
      return readIngrRecords(blocks)
  }
}
