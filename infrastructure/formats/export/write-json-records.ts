import { ok } from '../../../domain/result.ts'
import type { RecordBatches, RecordWriter } from './record-writer.ts'

/** A JSON array with one record a line. */
export const writeJsonArray: RecordWriter = (batches) => ok(writeArray(batches))

/** One JSON object a line. */
export const writeJsonLines: RecordWriter = (batches) => ok(writeLines(batches))

async function* writeArray(batches: RecordBatches): AsyncGenerator<string> {
  let before = '['
  for await (const batch of batches) {
    if (batch.length === 0) continue
    yield `${before}\n${batch.join(',\n')}`
    before = ','
  }
  yield before === '[' ? '[]\n' : '\n]\n'
}

async function* writeLines(batches: RecordBatches): AsyncGenerator<string> {
  for await (const batch of batches) yield batch.map((record) => `${record}\n`).join('')
}
