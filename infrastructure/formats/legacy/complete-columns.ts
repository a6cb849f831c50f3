import { fieldNames, inferColumn } from '../../../domain/adopt/infer-column.ts'
import { isJsonObject, type JsonObject } from '../../../domain/json.ts'
import { describeColumn } from '../definition/write-table-files.ts'
import { ownMember } from '../own-member.ts'
import { readCandidate } from '../read-candidate.ts'
import type { LegacyReading, LegacyTable } from './legacy-table.ts'

/**
 * The table with a column for every field that its records have: fields without one were no error once, and are one today. A column that is added is as
 * the values suggest it, and required of no record.
 */
export const completeColumns = (reading: LegacyReading, table: LegacyTable, paths: readonly string[]): LegacyTable => {
  const columns = table.definition.columns
  const declared = isJsonObject(columns) ? columns : {}
  const file = ownMember(table.definition, 'record_file')
  const type = isJsonObject(file) ? file.type : undefined
  const records = paths.flatMap((path) => readFields(reading, path, type === 'map[string]any'))
  const added = fieldNames(records)
    .filter((name) => !Object.hasOwn(declared, name) && !name.startsWith('$'))
    .map((name) => {
      const values = records.map((record) => ownMember(record, name))
      const { column, evidence } = inferColumn(
        name,
        values,
        paths.some((path) => path.endsWith('.csv')),
      )
      reading.note(table.file, `column "${name}" is new, since records have such a field: ${evidence.replace(/, so required$/, '')}`)
      return [name, describeColumn({ ...column, required: false })] as const
    })
  return added.length === 0 ? table : { ...table, definition: { ...table.definition, columns: { ...declared, ...Object.fromEntries(added) } } }
}

const readFields = (reading: LegacyReading, path: string, isSingle: boolean): readonly JsonObject[] => {
  const candidate = readCandidate(path, reading.files.read(path))
  if (candidate === undefined) return []
  if ('why' in candidate) {
    reading.leave(path, candidate.why)
    return []
  }
  const { contents } = candidate
  if (contents.shape === 'rows') return contents.rows
  return isSingle ? [contents.fields] : Object.values(contents.fields).filter(isJsonObject)
}
