import type { RecordChunks } from '../../../domain/import/source-record.ts'
import { readJsonlRecords } from './read-jsonl-records.ts'
import { decodeBlocks, type Encoding } from './text-blocks.ts'

export interface ReadOptions {
  readonly format: 'jsonl'
  readonly encoding?: Encoding
}

/** The records of an input as it comes, in constant memory. Throws `SourceProblem` for what cannot be read any further. */
export const readRecords = (bytes: AsyncIterable<Uint8Array>, { encoding }: ReadOptions): RecordChunks =>
  readJsonlRecords(decodeBlocks(bytes, encoding))
