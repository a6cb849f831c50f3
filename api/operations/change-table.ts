import type { TableId } from '../../domain/ids.ts'
import { fail } from '../../domain/result.ts'
import type { Column, Rules } from '../../domain/table/table.ts'
import type { AddedColumn, ColumnSettings, TableCommand } from '../../domain/table/table-command.ts'
import type { OperationInput } from '../contract/operations.ts'
import { commitCommands } from './commit-commands.ts'
import { dropUndefined } from './drop-undefined.ts'
import { explainMissing } from './explain-missing.ts'
import type { Handler } from './operation-context.ts'
import { parseTable } from './parse-record-id.ts'

/** Changes a table and its records with it: one commit, or nothing. */
export const changeTable: Handler<'changeTable'> = async (context, input) => {
  const table = parseTable(input.table)
  return table.ok ? commitCommands(context, [toCommand(table.value, input)], input) : fail(await explainMissing(context, table.failure, input))
}

const toCommand = (table: TableId, input: OperationInput<'changeTable'>): TableCommand => {
  const { renameColumns, dropColumns, schema, addColumns, setColumns, fill, rules, columnsOrder, titles } = input
  return {
    type: 'ChangeTable',
    table,
    ...dropUndefined({ renameColumns, dropColumns, schema, fill, columnsOrder, titles }),
    ...(addColumns !== undefined && { addColumns: addColumns.map(toAddedColumn) }),
    ...(setColumns !== undefined && { setColumns: setColumns.map((settings): ColumnSettings => dropUndefined(settings)) }),
    ...(rules !== undefined && { rules: dropUndefined(rules) satisfies Partial<Rules> }),
  }
}

const toAddedColumn = ({ value, ...column }: NonNullable<OperationInput<'changeTable'>['addColumns']>[number]): AddedColumn => {
  const defined: Column = dropUndefined(column)
  return { column: defined, ...(value !== undefined && { value }) }
}
