import type { SourceRecord } from '../../../domain/import/source-record.ts'

/** Records decided and staged at once: enough that what happens once a chunk costs nothing, few enough for memory. */
const chunkRecordsMax = 1_000

/** Records in chunks of one size, whatever sizes they come in. */
export async function* gatherChunks(records: AsyncIterable<readonly SourceRecord[]>): AsyncGenerator<readonly SourceRecord[]> {
  let chunk: SourceRecord[] = []
  for await (const some of records)
    for (const record of some) {
      chunk.push(record)
      if (chunk.length < chunkRecordsMax) continue
      yield chunk
      chunk = []
    }
  if (chunk.length > 0) yield chunk
}
