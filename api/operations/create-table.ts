import type { TableId } from '../../domain/ids.ts'
import { parseTableId } from '../../domain/ids.ts'
import { fail } from '../../domain/result.ts'
import { explainRecordsDirectory, parseRecordsDirectory } from '../../domain/table/records-directory.ts'
import type { Column, Rules } from '../../domain/table/table.ts'
import type { TableCommand } from '../../domain/table/table-command.ts'
import type { OperationInput } from '../contract/operations.ts'
import { commitCommands } from './commit-commands.ts'
import { dropUndefined } from './drop-undefined.ts'
import type { Handler } from './operation-context.ts'

/** Creates a table: one commit with its definition files. Exactly one of `schema` and `columns` is given. */
export const createTable: Handler<'createTable'> = async (context, input) => {
  const table = parseTableId(input.table)
  if (table === undefined)
    return fail({ kind: 'invalid-input', issues: [{ rule: 'table-id', message: sayTableIdRules(input.table), field: '/table' }] })
  if ((input.schema === undefined) === (input.columns === undefined)) {
    return fail({
      kind: 'invalid-input',
      issues: [{ rule: 'columns', message: 'a table is made from a JSON Schema or from columns: give one of the two', table }],
    })
  }
  const recordsDirectory = input.recordsDirectory === undefined ? undefined : parseRecordsDirectory(input.recordsDirectory)
  if (input.recordsDirectory !== undefined && recordsDirectory === undefined) {
    const message = explainRecordsDirectory
    return fail({ kind: 'invalid-input', issues: [{ rule: 'records-directory', message, table, field: '/recordsDirectory' }] })
  }
  const command = { ...toCommand(table, input), ...(recordsDirectory !== undefined && { recordsDirectory }) }
  return commitCommands(context, [command], input)
}

export const sayTableIdRules = (text: string): string =>
  `${JSON.stringify(text)} cannot be the id of a table: letters, digits, "." and "_" only, at most 200, with a letter or digit at both ends; for a subcollection the parent's id before it, spaces/contacts`

const toCommand = (table: TableId, input: OperationInput<'createTable'>): TableCommand => ({
  type: 'CreateTable',
  table,
  recordFormat: input.recordFormat ?? 'yaml',
  ...(input.schema !== undefined && { schema: input.schema }),
  ...(input.columns !== undefined && { columns: input.columns.map((column): Column => dropUndefined(column)) }),
  ...(input.contentField !== undefined && { contentField: input.contentField }),
  ...(input.keyField !== undefined && { keyField: input.keyField }),
  ...(input.rules !== undefined && { rules: dropUndefined(input.rules) satisfies Partial<Rules> }),
  ...((input.levels !== undefined || input.sharded === true) && { layout: { levels: input.levels ?? 1 } }),
})
