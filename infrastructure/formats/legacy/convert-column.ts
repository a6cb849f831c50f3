import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { parseColumnType } from '../../../domain/table/column-type.ts'
import { columnFields, readColumn } from '../definition/column-fields.ts'
import { ownMember } from '../own-member.ts'

type Leave = (why: string) => void

/** Types of old definitions that have another name today. */
const typeNames: Readonly<Record<string, JsonObject>> = {
  number: { type: 'float' },
  integer: { type: 'int' },
  boolean: { type: 'bool' },
  text: { type: 'string' },
  url: { type: 'string', format: 'uri' },
  email: { type: 'string', format: 'email' },
}

/** Keys of 2020 for what is called otherwise today. */
const keyNames: Readonly<Record<string, string>> = { min: 'min_value', max: 'max_value', minLen: 'min_length', maxLen: 'max_length', len: 'length' }

const known: ReadonlySet<string> = new Set(columnFields.map(([key]) => key))

/** A column in today's keys. Keys that mean nothing today, or hold what they cannot, are left out and reported. */
export const convertColumn = (name: string, value: Json, leave: Leave): JsonObject => {
  const column = new Map<string, Json>()
  for (const [old, member] of Object.entries(isJsonObject(value) ? value : {})) {
    const key = ownMember(keyNames, old)
    const today = typeof key === 'string' ? key : old
    const fault = known.has(today) ? findFault(name, today, member) : 'there is no such key any more'
    if (fault === undefined) column.set(today, member)
    else leave(`column "${name}": "${old}": ${fault}`)
  }
  const type = column.get('type')
  const renamed = typeof type === 'string' ? ownMember(typeNames, type) : undefined
  if (isJsonObject(renamed)) for (const [key, member] of Object.entries(renamed)) column.set(key, member)
  const today = column.get('type')
  if (typeof today !== 'string' || parseColumnType(today) === undefined) {
    leave(`column "${name}": ${typeof type === 'string' ? `there is no type "${type}"` : 'has no type'}: it is "any" now`)
    column.set('type', 'any')
  }
  return Object.fromEntries(column)
}

const findFault = (name: string, key: string, value: Json): string | undefined => {
  let fault: string | undefined
  readColumn(name, { type: 'any', [key]: value }, { path: [], report: (_, message) => (fault ??= message), textOf: () => undefined })
  return fault
}
