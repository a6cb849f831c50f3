import { describe, expect, test } from 'vitest'
import { readSqlQuery, type SqlQuery } from '../../../domain/sql/read-query.ts'
import { rewriteSqlQuery } from '../../../domain/sql/rewrite-query.ts'

const read = (text: string): SqlQuery => {
  const query = readSqlQuery(text)
  if (!query.ok) throw new Error(JSON.stringify(query.failure))
  return query.value
}
const refuse = (text: string): string => {
  const query = readSqlQuery(text)
  if (query.ok) throw new Error(`read: ${JSON.stringify(query.value)}`)
  return query.failure.kind === 'invalid-input' ? (query.failure.issues[0]?.message ?? '') : query.failure.kind
}
const tablesOf = (text: string): readonly string[] => read(text).references.map(({ name }) => name)

describe('the tables of a statement', () => {
  test.each([
    ['select * from a', ['a']],
    ['select * from "commerce.orders" o, [b c] as d, `e`', ['commerce.orders', 'b c', 'e']],
    ["select * from 'text'", ['text']],
    ['select * from a join b on a.x = b.x left outer join c using (x) cross join d natural join e', ['a', 'b', 'c', 'd', 'e']],
    ['select * from (a join b on true), (select * from c)', ['a', 'b', 'c']],
    ['select * from ((a)) where x in (select y from b) and exists (select 1 from c where c.x = a.x)', ['a', 'b', 'c']],
    [
      'select (select max(x) from b) from a group by (select 1 from c) having x in d order by (select 1 from e) limit (select 1 from f)',
      ['b', 'a', 'c', 'd', 'e', 'f'],
    ],
    ['select x from a union select x from b except select x from c intersect select x from d', ['a', 'b', 'c', 'd']],
    ['with w as (select * from a) select * from w join b', ['a', 'b']],
    ['with recursive w(n) as not materialized (select 1 union all select n + 1 from w), v as materialized (select * from w) select * from v', []],
    ['with w as (with a as (select 1) select * from a) select * from w, a', ['a']],
    ['select a from b where c is not distinct from d', ['b']],
    ['select extract from a where x is distinct from y', ['a']],
    ['values (1, 2), (3, (select x from a))', ['a']],
    ['select sum(x) over win from a window win as (partition by y order by z rows between 1 preceding and current row)', ['a']],
    ['select count(*) filter (where x in (select 1 from b)) from a', ['b', 'a']],
    ["select j.value from a, json_each(a.x, '$.y') j join json_tree((select x from b)) t", ['a', 'b']],
    ['select case when x then y else z end from a -- from b\n/* from c */', ['a']],
    ['select cast(x as decimal(10, 2)) from a', ['a']],
    ['select * from a;', ['a']],
    ['\ufeffselect * from \ufeffa, \ufeffb', ['a', 'b']],
    ['select * from a l\u0131m\u0131t, b', ['a', 'b']],
    ['with "\u017f" as (select 1) select * from s', ['s']],
    ['with ABC as (select 1) select * from abc, "\u212abc"', ['\u212abc']],
  ] as const)('%s', (text, tables) => {
    expect(tablesOf(text)).toEqual(tables)
  })

  test('have a moment of their own, and arguments', () => {
    const text = "select * from a as of 'v1' x join a as of join ingitdb_diff('t', 'it''s', 'b') as of 'v2' d"
    expect(read(text).references.map(({ name, asOf, arguments: args, hasAlias }) => ({ name, asOf, args, hasAlias }))).toEqual([
      { name: 'a', asOf: 'v1', args: undefined, hasAlias: true },
      { name: 'a', asOf: undefined, args: undefined, hasAlias: true },
      { name: 'ingitdb_diff', asOf: 'v2', args: ['t', "it's", 'b'], hasAlias: true },
    ])
  })

  test('are replaced by others, and keep the names by which columns are said', () => {
    const query = read(`select a.x, "b c".y from a as of 'v1' join "b c" on true join d e where x in f`)
    expect(rewriteSqlQuery(query, ['v:1', 'v:2', 'v:3', 'v:4'])).toBe(
      `select a.x, "b c".y from  "v:1" AS "a"  join  "v:2" AS "b c"  on true join  "v:3"  e where x in  "v:4" `,
    )
    expect(rewriteSqlQuery(read('select * from"a"b,[c]d'), ['v:1', 'v:2'])).toBe('select * from "v:1" b, "v:2" d')
  })
})

test('parameters are named, or counted', () => {
  expect(read('select :a, @b, $c, ?, :a, ? from t').parameters).toEqual(['a', 'b', 'c', '1', '2'])
})

describe('refused', () => {
  test.each([
    ['', 'there is no statement'],
    [' -- nothing', 'there is no statement'],
    [';', 'there is no statement'],
    ['delete from a', 'only SELECT can be run, with WITH or VALUES; this starts with delete'],
    ['"select" 1', 'only SELECT'],
    ['select 1; select 2', 'only one statement can be run at once'],
    ['select (1; 2)', 'only one statement'],
    ['select 1)', 'this parenthesis was never opened'],
    ['select (1', 'this parenthesis is never closed'],
    ['with w as (select 1', 'this parenthesis is never closed'],
    ['with 1 as (select 1) select 1', 'WITH is followed by a name'],
    ['with w select 1', 'w is followed by AS (SELECT …)'],
    ["with w as (select 1) select * from w as of 'v1'", 'w is made by WITH'],
    ['select * from main.a', 'one that holds a dot goes in double quotes, "main.a"'],
    ['select * from a(1)', 'there is no table a(…)'],
    ['select * from ingitdb_history(a)', 'are texts in single quotes'],
    ["select * from ingitdb_history('a' 'b')", 'here the parenthesis should be closed'],
    ['select load_extension(1)', 'there is no function load_extension'],
    ['select "readfile" (1)', 'there is no function readfile'],
    ['select ?1', 'number no parameters: name them'],
    ['select * from a window', 'WINDOW as a name goes in double quotes'],
    ["select 'a", "the ' is never closed"],
    ['select [a', 'the [ is never closed'],
    ['select "a\0b"', 'a NUL character is no part of SQL'],
    ['select 1 /*\0*/', 'a NUL character is no part of SQL'],
    ['select :a(b)', 'no parenthesis follows it'],
    ['select : a', 'a parameter is named by letters and digits'],
    ['with w as (select 1) delete from a', 'WITH is followed by SELECT or VALUES'],
    ['\u017felect 1', 'only SELECT can be run'],
    ['select \0', 'a NUL character is no part of SQL'],
    ['select 12ab', '"1" starts nothing that SQL knows'],
    ['select 1 ✓ # 2', 'starts nothing that SQL knows'],
  ])('%j', (text, message) => {
    expect(refuse(text)).toContain(message)
  })

  test('what is too deep or too long', () => {
    expect(refuse(`select ${'('.repeat(150)}1${')'.repeat(150)}`)).toContain('parentheses are nested deeper than 100')
    expect(refuse(`select '${'x'.repeat(100_000)}'`)).toBe('limit-exceeded')
  })

  test('with the place of what is wrong', () => {
    expect(refuse('select 1,\n  nix(2)')).toBe('there is no function nix (line 2, column 3)')
  })
})
