import { ok } from '../../../domain/result.ts'
import { parseJson } from '../json/parse-json.ts'
import { writeYaml } from '../yaml/write-yaml.ts'
import type { RecordBatches, RecordWriter } from './record-writer.ts'

/** A YAML list, each record as a map in its own order. */
export const writeYamlRecords: RecordWriter = (batches) => ok(writeList(batches))

async function* writeList(batches: RecordBatches): AsyncGenerator<string> {
  let isEmpty = true
  for await (const batch of batches) {
    if (batch.length === 0) continue
    isEmpty = false
    yield batch.map(writeItem).join('')
  }
  if (isEmpty) yield '[]\n'
}

const writeItem = (record: string): string => {
  const parsed = parseJson(record)
  if (!parsed.ok) throw new Error('a record to write is no JSON')
  return writeYaml([parsed.value])
}
