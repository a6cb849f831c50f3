import { describe, expect, test } from 'vitest'
import { attackDatabase, noTable } from '../../support/attacked-database.ts'

const { rowsOf, refusalOf, refuses } = attackDatabase()

const hidden = [
  ...['sqlite_schema', 'sqlite_master', 'sqlite_temp_schema', 'sqlite_temp_master', 'sqlite_stat1', 'sqlite_sequence', 'dbstat', 'sqlite_dbpage'],
  ...['bytecode', 'tables_used', 'commits', 'changes', 'lanes', 't1', 'COMMITS', 'pragma_table_list', 'pragma_database_list', 'json_each'],
]

/** Called like a function, or unknown to the engine too, it is no table of SQL at all. */
const noTableFunction = /there is no table/

const expectNoTable = async (sql: string): Promise<void> => {
  expect(await refusalOf(sql), sql).toEqual({ kind: noTable.kind, said: expect.stringMatching(noTable.said) })
}

describe('tables of the engine and of the read model are not there', () => {
  test.each(hidden)('not %s, in any place where a table can stand', async (name) => {
    for (const spelling of [name, `"${name}"`, `[${name}]`, `\`${name}\``, `'${name}'`]) {
      for (const sql of [
        `SELECT * FROM ${spelling}`,
        `SELECT * FROM users, ${spelling}`,
        `SELECT * FROM users u JOIN ${spelling} x`,
        `SELECT * FROM users u LEFT JOIN users v USING ("$id") NATURAL JOIN ${spelling}`,
        `SELECT * FROM (users u, (${spelling}))`,
        `SELECT (SELECT count(*) FROM ${spelling})`,
        `SELECT 1 WHERE EXISTS (SELECT 1 FROM ${spelling})`,
        `SELECT 1 WHERE 1 IN ${spelling}`,
        `SELECT 1 WHERE 1 NOT IN ${spelling}`,
        `SELECT 1 UNION SELECT * FROM ${spelling}`,
        `WITH a AS (SELECT * FROM ${spelling}) SELECT * FROM a`,
        `WITH RECURSIVE a(b) AS (SELECT 1 UNION SELECT 1 FROM a, ${spelling}) SELECT * FROM a`,
        `SELECT count(*) OVER (ORDER BY (SELECT 1 FROM ${spelling})) FROM users`,
        `SELECT * FROM users ORDER BY (SELECT 1 FROM ${spelling})`,
        `SELECT * FROM users LIMIT (SELECT 1 FROM ${spelling})`,
        `SELECT * FROM json_each((SELECT 1 FROM ${spelling}))`,
        `SELECT * FROM users u JOIN users v ON u.age IN ${spelling}`,
        `SELECT * FROM ${spelling} AS OF 'HEAD'`,
        `SELECT CASE WHEN 1 THEN (SELECT 1 FROM ${spelling}) END`,
        `SELECT * FROM/**/${spelling}--`,
        `VALUES ((SELECT 1 FROM ${spelling}))`,
      ])
        await expectNoTable(sql)
    }
  })

  test.each(['main', 'temp', '"main"', '[temp]', "'main'", 'ingitdb'])('nor with the schema %s before them', async (schema) => {
    for (const name of ['commits', '"sqlite_schema"', 'users'])
      for (const sql of [
        `SELECT * FROM ${schema}.${name}`,
        `SELECT * FROM users, ${schema} . ${name} x`,
        `SELECT 1 WHERE 1 IN ${schema}/**/.${name}`,
      ])
        expect(await refusalOf(sql), sql).toEqual({
          kind: 'invalid-input',
          said: expect.stringContaining('a table is named by its id; one that holds a dot goes in double quotes'),
        })
  })

  refuses([
    ['under the name that a view of ours has', 'SELECT * FROM users, "ingitdb_view:1"', noTable],
    ['under a system name that there is not', 'SELECT * FROM ingitdb_secrets', noTable],
    ['behind a name of WITH that counts only within parentheses', 'SELECT * FROM (WITH commits AS (SELECT 1) SELECT 1), commits', noTable],
    ['behind a name of WITH in another subquery', 'SELECT (WITH commits AS (SELECT 1) SELECT 1), (SELECT 1 FROM commits)', noTable],
    ['behind a name of WITH with a byte order mark', 'WITH "\ufeffcommits" AS (SELECT 1) SELECT * FROM \ufeffcommits', noTable],
    [
      'behind a byte order mark, beside a table that is filled',
      'WITH "\ufeffsqlite_schema" AS (SELECT 1) SELECT sql FROM ingitdb_refs, \ufeffsqlite_schema',
      noTable,
    ],
    ['behind a name of WITH in another letter of the same shape', 'WITH "lin\u212as" AS (SELECT 1) SELECT * FROM links', noTable],
    ['behind a keyword in a letter whose capital is an S', 'SELECT * FROM users u JOIN (SELECT 1 AS \u017felect) x ON \u017felect, commits', noTable],
    [
      'behind a keyword in a letter whose capital is an I',
      'SELECT * FROM users u JOIN (SELECT 1 AS l\u0131m\u0131t) x ON l\u0131m\u0131t, commits',
      noTable,
    ],
    ['behind a parameter with parentheses, which hides a comment', 'SELECT :x(/*), oid FROM commits --*/ )', /no parenthesis follows it/],
    ['behind WINDOW as an alias', 'SELECT * FROM users window, commits', /WINDOW as a name goes in double quotes/],
    ['behind WINDOW as an alias before a join', 'SELECT * FROM users AS window JOIN commits AS c', /WINDOW as a name goes in double quotes/],
    ['behind IS DISTINCT FROM', 'SELECT 1 IS NOT DISTINCT FROM 2 FROM commits', noTable],
    ['behind an alias that is a word of SQL', 'SELECT * FROM users left, commits', noTable],
    ['behind INDEXED BY', 'SELECT * FROM users INDEXED BY x, commits', noTable],
    ['behind NOT INDEXED', 'SELECT * FROM users NOT INDEXED, commits', noTable],
    ['behind an alias that is glued to a quote', 'SELECT * FROM users"u",commits', noTable],
    ['as a table with arguments', 'SELECT * FROM commits(1)', noTableFunction],
    ['as a pragma with arguments', "SELECT * FROM pragma_table_info('commits')", noTableFunction],
    ['as a pragma with its name in quotes', `SELECT * FROM "pragma_table_info"('commits')`, noTableFunction],
    ['as the index of a full text search', 'SELECT * FROM t1_fts', noTable],
    ['as columns of a table', 'SELECT commits.oid FROM users', /no such column: commits.oid/],
    ['as a hidden column of the engine', 'SELECT rowid FROM users', /no such column: rowid/],
  ])

  test('and an index can be asked for by nobody', async () => {
    expect(await refusalOf('SELECT * FROM users INDEXED BY sqlite_autoindex_commits_1')).toEqual({
      kind: 'invalid-input',
      said: expect.stringContaining('no such index'),
    })
    expect(await rowsOf('SELECT count(*) AS n FROM users NOT INDEXED')).toEqual([{ n: 31 }])
  })
})
