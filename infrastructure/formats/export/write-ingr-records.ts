import { readMembers } from '../../../domain/json-text.ts'
import { fail, ok } from '../../../domain/result.ts'
import { isIngrColumn } from '../ingr/ingr-format.ts'
import type { RecordBatches, RecordWriter, WriterOptions } from './record-writer.ts'

/** INGR 1.0.0-RC: one value a line, the key of a record as `$ID`, their number at the end. */
export const writeIngrRecords: RecordWriter = (batches, options) => {
  const odd = options.columns.find(({ name }) => !isIngrColumn(name))
  if (odd === undefined) return ok(writeFile(batches, options))
  return fail({
    kind: 'unsupported',
    what: `${JSON.stringify(odd.name)} as a column of INGR`,
    why: 'its header cannot hold that name: use another format',
  })
}

async function* writeFile(batches: RecordBatches, { title, columns }: WriterOptions): AsyncGenerator<string> {
  const names = columns.map(({ name }) => name)
  yield `# INGR.io | ${title}: ${names.map((name) => (name === '$id' ? '$ID' : name)).join(', ')}\n`
  let count = 0
  for await (const batch of batches) {
    count += batch.length
    yield batch.map((record) => writeValues(readMembers(record), names)).join('')
  }
  yield `# ${count} ${count === 1 ? 'record' : 'records'}\n`
}

const writeValues = (members: ReadonlyMap<string, string>, names: readonly string[]): string =>
  names.map((name) => `${members.get(name) ?? 'null'}\n`).join('')
