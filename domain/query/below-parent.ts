import type { Failure } from '../failure.ts'
import { parseRecordKey } from '../record/record-key.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Table } from '../table/table.ts'
import type { Filter } from './filter.ts'

const path = ['$parent']

/**
 * The filter for records of a subcollection below some record.
 * @param parent  keys of the records above, joined by slashes; `*` stands for any, at the beginning or at the end, or for all
 * @returns `undefined` where all are wanted; `invalid-input` in a table that is no subcollection, and for keys that are too many, too few or none
 */
export const filterBelow = (table: Table, parent: string): Result<Filter | undefined> => {
  const count = table.steps?.length ?? 0
  if (count === 0) return fail(refuse(table, `table ${table.id} is no subcollection: its records lie below no other`))
  const keys = parent.split('/')
  if (keys.length !== count)
    return fail(refuse(table, `${JSON.stringify(parent)} has ${keys.length} keys; records of ${table.id} have ${count} above them`))
  const wrong = keys.find((key) => key !== '*' && parseRecordKey(key) === undefined)
  if (wrong !== undefined) return fail(refuse(table, `${JSON.stringify(wrong)} cannot be a key`))
  const start = takeWhile(keys)
  const end = start.length === count ? [] : [...takeWhile([...keys].reverse())].reverse()
  if (keys.slice(start.length, count - end.length).some((key) => key !== '*'))
    return fail(refuse(table, `${JSON.stringify(parent)}: only the first keys or the last ones can be named`))
  if (start.length === count) return ok({ op: 'eq', path, value: parent })
  const of: Filter[] = []
  if (start.length > 0) of.push({ op: 'starts-with', path, value: `${start.join('/')}/`, ignoreCase: false })
  if (end.length > 0) of.push({ op: 'ends-with', path, value: `/${end.join('/')}`, ignoreCase: false })
  const [only] = of
  return ok(of.length > 1 ? { op: 'and', of } : only)
}

const takeWhile = (keys: readonly string[]): readonly string[] => {
  const end = keys.indexOf('*')
  return end === -1 ? keys : keys.slice(0, end)
}

const refuse = ({ id }: Table, message: string): Failure => ({
  kind: 'invalid-input',
  issues: [{ rule: 'parent', message, table: id, field: '/parent' }],
})
