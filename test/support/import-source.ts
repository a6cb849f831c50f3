import type { RecordSource, Reject, RejectSink } from '../../domain/import/import-request.ts'
import type { SourceRecord } from '../../domain/import/source-record.ts'
import type { JsonObject } from '../../domain/json.ts'

/** Records as they would come from a file of one record a line, in chunks of a few. */
export const sourceOf = (records: readonly (JsonObject | SourceRecord)[], { chunk = 2, isRepeatable = true } = {}): RecordSource => ({
  name: 'in.jsonl',
  isRepeatable,
  read: async function* () {
    const lines = records.map((record, index): SourceRecord => (isSourceRecord(record) ? record : { line: index + 1, fields: record }))
    for (let at = 0; at < lines.length; at += chunk) yield lines.slice(at, at + chunk)
  },
})

const isSourceRecord = (record: JsonObject | SourceRecord): record is SourceRecord => typeof record.line === 'number'

/** Keeps what is rejected for good. */
export const keepRejects = (): RejectSink & { readonly kept: Reject[] } => {
  const kept: Reject[] = []
  let open: Reject[] = []
  return {
    kept,
    add: async (reject) => void open.push(reject),
    keep: async () => {
      kept.push(...open)
      open = []
    },
    rewind: async () => {
      open = []
    },
  }
}
