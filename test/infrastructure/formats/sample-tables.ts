import { parseTableId } from '../../../domain/ids.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { noRules, type RecordFile, type Table } from '../../../domain/table/table.ts'
import { recordCodec } from '../../../infrastructure/formats/record-codec.ts'

const id = parseTableId('users')
if (id === undefined) throw new Error('users is a table id')

export const sampleTable = (format: RecordFile['format'], type: RecordFile['type'], rest: Partial<Table> = {}): Table => ({
  id,
  directory: 'users',
  recordFile: { name: type === 'single' ? `{key}.${format}` : `users.${format}`, format, type },
  columns: [],
  columnsOrder: [],
  primaryKey: [],
  rules: noRules,
  fingerprint: '',
  ...rest,
})

export const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8')

/** Text after the edits; `undefined` when the file goes. Throws the failure when there is one. */
export const editText = (table: Table, text: string | undefined, edits: Readonly<Record<string, JsonObject | null>>): string | undefined => {
  const edited = recordCodec.edit(table, text === undefined ? undefined : bytesOf(text), new Map(Object.entries(edits)))
  if (!edited.ok) throw new Error(JSON.stringify(edited.failure))
  return edited.value === undefined ? undefined : Buffer.from(edited.value).toString('utf8')
}

/** Fields by key, in the order of the file. Throws when the file has a problem. */
export const readText = (table: Table, text: string): ReadonlyMap<string, JsonObject> => {
  const contents = recordCodec.read(table, bytesOf(text), 'u1')
  if (contents.problems.length > 0) throw new Error(JSON.stringify(contents.problems))
  return new Map(contents.records.map((record) => [record.key, record.fields]))
}
