import { parseTableId, type TableId } from '../../../domain/ids.ts'
import { type Column, noRules, type Table } from '../../../domain/table/table.ts'

export const tableId = (text: string): TableId => {
  const id = parseTableId(text)
  if (id === undefined) throw new Error(`${text} is no table id`)
  return id
}

/** A table with one file a record, in a directory named as the table. */
export const tableOf = (id: string, columns: readonly Column[] = [{ name: 'name', type: 'string' }], more: Partial<Table> = {}): Table => ({
  id: tableId(id),
  directory: id,
  recordFile: { name: '{key}.yaml', format: 'yaml', type: 'single' },
  columns,
  columnsOrder: columns.map(({ name }) => name),
  primaryKey: [],
  rules: noRules,
  fingerprint: 'f',
  ...more,
})
