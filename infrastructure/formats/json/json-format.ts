import type { RecordFormatCodec } from '../record-format.ts'
import { planRowEdits, toRows } from '../shared-file.ts'
import { editJsonDictionary, editJsonList, editJsonRecord } from './edit-json.ts'
import { createJsonLocator } from './locate-json.ts'
import { readJsonEntries, readJsonRecords } from './read-json-records.ts'
import { renameJsonNames } from './rename-json-names.ts'
import { writeJsonFile, writeJsonList } from './write-json.ts'

export const jsonFormat: RecordFormatCodec = {
  read: readJsonRecords,
  createLocator: createJsonLocator,
  create: (table, records) => {
    if (table.recordFile.type === 'list') return writeJsonList(toRows(table, records), table.columnsOrder)
    if (table.recordFile.type === 'dictionary') return writeJsonFile(Object.fromEntries(records.map(({ key, fields }) => [key, fields])))
    return writeJsonFile(records[0]?.fields ?? {})
  },
  edit: (table, text, edits) => {
    const columns = table.columnsOrder
    if (text.trim() === '') return []
    if (table.recordFile.type === 'dictionary') return [() => editJsonDictionary(text, edits, columns)]
    if (table.recordFile.type === 'single') return [() => editJsonRecord(text, [...edits.values()][0] ?? {}, columns)]
    return [() => editJsonList(text, planRowEdits(table, readJsonEntries(table, text), edits), columns)]
  },
  rename: (text, names) => renameJsonNames(text, [], names),
  explainLoss: () => undefined,
}
