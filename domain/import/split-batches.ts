import type { RecordSource } from './import-request.ts'
import type { RecordChunks, SourceRecord } from './source-record.ts'

/** The records of one commit. */
export interface RecordBatch {
  read(): RecordChunks
  readonly isRepeatable: boolean
}

/**
 * Cuts a source into the records of one commit each. Without a size the source is one batch, streamed and read again where that must be; with one, the records
 * of a batch are held in memory.
 */
export async function* splitBatches(source: RecordSource, size: number | undefined): AsyncGenerator<RecordBatch> {
  if (size === undefined) {
    yield source
    return
  }
  let held: SourceRecord[][] = []
  let count = 0
  for await (const chunk of source.read()) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.slice(at, at + size - count)
      held.push(part)
      count += part.length
      at += part.length
      if (count < size) continue
      yield repeatable(held)
      held = []
      count = 0
    }
  }
  if (count > 0) yield repeatable(held)
}

const repeatable = (chunks: readonly (readonly SourceRecord[])[]): RecordBatch => ({
  isRepeatable: true,
  read: async function* () {
    yield* chunks
  },
})
