import type { Issue } from '../failure.ts'
import type { RecordKey } from '../ids.ts'
import { type Json, type JsonObject, stringifyJson } from '../json.ts'
import { escapePointer } from '../record/column-check.ts'
import { convertValue } from '../record/convert-value.ts'
import { fail, ok, type Result } from '../result.ts'
import { newNameOf } from './rename-columns.ts'
import type { Table } from './table.ts'
import type { ChangeTable } from './table-command.ts'

/** What one record's fields become; pure, and as often asked as there are records. */
export type AlterRecord = (key: RecordKey, fields: JsonObject) => Result<JsonObject, readonly Issue[]>

/** Prepares what a change of a table does to its records: other names, fields that go, values of other types, and values for what is missing. */
export const prepareAlterRecord = (before: Table, after: Table, command: ChangeTable): AlterRecord => {
  const { renameColumns: names = {}, dropColumns = [], addColumns = [], fill = {} } = command
  const rename = (name: string): string => newNameOf(names, name)
  const dropped = new Set(dropColumns)
  const typeBefore = new Map(before.columns.map(({ name, type }) => [rename(name), type]))
  const retyped = new Map(after.columns.filter(({ name, type }) => (typeBefore.get(name) ?? type) !== type).map(({ name, type }) => [name, type]))
  const given = addColumns.flatMap(({ column, value }): [string, Json][] => (value === undefined ? [] : [[column.name, value]]))
  const values = new Map([...given, ...Object.entries(fill)])
  return (key, fields) => {
    const altered = new Map<string, Json>()
    const issues: Issue[] = []
    for (const [old, value] of Object.entries(fields)) {
      const name = rename(old)
      if (dropped.has(name)) continue
      const type = retyped.get(name)
      const converted = type === undefined ? value : convertValue(value, type)
      if (converted === undefined) issues.push(cannotConvert({ after, key, name, value, type: type ?? '' }))
      if (altered.has(name)) issues.push(takenTwice({ after, key, name }))
      altered.set(name, converted ?? value)
    }
    for (const [name, value] of values) if ((altered.get(name) ?? null) === null) altered.set(name, value)
    return issues.length > 0 ? fail(issues) : ok(Object.fromEntries(altered))
  }
}

interface Fault {
  readonly after: Table
  readonly key: RecordKey
  readonly name: string
}

const cannotConvert = ({ after, key, name, value, type }: Fault & { readonly value: Json; readonly type: string }): Issue => {
  const text = stringifyJson(value)
  return {
    rule: 'convert',
    message: `the field ${JSON.stringify(name)} cannot become ${type} exactly: it is ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`,
    table: after.id,
    key,
    field: `/${escapePointer(name)}`,
    value,
  }
}

const takenTwice = ({ after, key, name }: Fault): Issue => ({
  rule: 'rename',
  message: `the record has a field ${JSON.stringify(name)} already, where a renamed one would go`,
  table: after.id,
  key,
  field: `/${escapePointer(name)}`,
})
