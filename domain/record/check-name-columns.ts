import type { Issue } from '../failure.ts'
import { listNameColumns } from '../table/file-name-pattern.ts'
import type { Table } from '../table/table.ts'
import { escapePointer } from './column-check.ts'
import { explainRecordKey } from './record-key.ts'
import { referenceText } from './references.ts'
import type { KeyedFields } from './validate-record.ts'

/** Why the file of a record cannot be named after its columns (`{column}` in `record_file.name`): a value that is missing or could not be part of a name. */
export const checkNameColumns = (table: Table, { key, fields }: KeyedFields): readonly Issue[] =>
  listNameColumns(table.recordFile.name).flatMap((name) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined
    const text = referenceText(value)
    const fault = text === undefined ? 'must be a text, a number or a boolean' : explainRecordKey(text)
    if (fault === undefined) return []
    const message = `the field ${JSON.stringify(name)} is part of the name of the record's file, and ${fault}`
    return [{ rule: 'file-name', message, table: table.id, key, field: `/${escapePointer(name)}`, ...(value === undefined ? {} : { value }) }]
  })
