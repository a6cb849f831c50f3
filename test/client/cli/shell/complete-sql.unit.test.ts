import { expect, test } from 'vitest'
import { completeSql, type SqlWords } from '../../../../client/cli/shell/complete-sql.ts'

const columns: Readonly<Record<string, readonly string[]>> = { users: ['$id', 'name', 'age', 'order'], 'commerce.orders': ['$id', 'user', 'total'] }
const words: SqlWords = {
  listTables: async () => Object.keys(columns),
  listColumns: async (table) => columns[table] ?? [],
  listMoments: async () => ['main', 'v1'],
}
/** `|` is where the cursor is. */
const complete = async (text: string): Promise<readonly string[]> => {
  const [before = '', after = ''] = text.split('|')
  return (await completeSql({ before, after }, words)).candidates
}

test.each([
  ['select * from us|', ['users']],
  ['select * from users u join com|', ['"commerce.orders"']],
  ['select * from users u join "com|', ['"commerce.orders"']],
  ['select * from users, us|', ['users']],
  ['select * from ingitdb_h|', ['ingitdb_history']],
  ['select u.| from users u', ['"$id"', '"order"', 'age', 'name']],
  ['select "u|', []],
  ['select u.na| from users as u', ['name']],
  ['select "commerce.orders".to| from "commerce.orders"', ['total']],
  ['select o.t| from "commerce.orders" as of \'v1\' o', ['total']],
  ["select * from ingitdb_history('co|", ['commerce.orders']],
  ["select * from ingitdb_diff('users', '|", ['main', 'v1']],
  ["select * from users as of 'v|", ['v1']],
  ["select * from users where name = 'v|", []],
  ["select h.ope| from ingitdb_history('users') h", ['operation']],
  ['SELECT nam| FROM users', ['name']],
  ['sel|', ['select']],
  ['SEL|', ['SELECT']],
  ['select coal| from users', ['coalesce(']],
] as const)('%s', async (text, candidates) => {
  expect(await complete(text)).toEqual(candidates)
})
