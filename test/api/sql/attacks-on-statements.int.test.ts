import { describe, expect, test } from 'vitest'
import { attackDatabase } from '../../support/attacked-database.ts'

const { rowsOf, refuses } = attackDatabase()

const selectOnly = /only SELECT can be run, with WITH or VALUES; this starts with/
const afterWith = /WITH is followed by SELECT or VALUES/
const oneStatement = /only one statement/
/** What the reader of statements lets through for SQLite to refuse. */
const syntax = /syntax error/
const noFunction = /there is no function/

describe('writing is refused', () => {
  refuses([
    ['INSERT', "INSERT INTO users VALUES ('x', 'x', 1)", selectOnly],
    ['INSERT that returns rows', "INSERT INTO users (name) VALUES ('x') RETURNING name", selectOnly],
    ['UPDATE', "UPDATE users SET name = 'x'", selectOnly],
    ['DELETE', 'DELETE FROM users', selectOnly],
    ['REPLACE', "REPLACE INTO users VALUES ('x', 'x', 1)", selectOnly],
    ['INSERT behind WITH', 'WITH a AS (SELECT 1) INSERT INTO users SELECT * FROM a', afterWith],
    ['UPDATE behind WITH', "WITH a AS (SELECT 1) UPDATE users SET name = 'x' FROM a", afterWith],
    ['DELETE behind WITH', 'WITH a AS (SELECT 1) DELETE FROM users', afterWith],
    ['REPLACE behind WITH', 'WITH a AS (SELECT 1) REPLACE INTO users SELECT * FROM a', afterWith],
    ['INSERT as the body of WITH', 'WITH a AS (INSERT INTO users VALUES (1) RETURNING *) SELECT * FROM a', syntax],
    ['a table made', 'CREATE TABLE x (a)', selectOnly],
    ['a view made', 'CREATE TEMP VIEW x AS SELECT 1', selectOnly],
    ['a trigger made', 'CREATE TEMP TRIGGER x AFTER INSERT ON users BEGIN SELECT 1; END', selectOnly],
    ['a table dropped', 'DROP TABLE commits', selectOnly],
    ['a table altered', 'ALTER TABLE commits RENAME TO x', selectOnly],
    ['an index made again', 'REINDEX', selectOnly],
    ['statistics made', 'ANALYZE', selectOnly],
    ['VACUUM into a file', "VACUUM INTO '/tmp/ingitdb-stolen.db'", selectOnly],
    ['a database attached', "ATTACH '/tmp/other.db' AS other", selectOnly],
    ['a database detached', 'DETACH main', selectOnly],
    ['a pragma', 'PRAGMA writable_schema = on', selectOnly],
    ['a pragma that only reads', 'PRAGMA table_list', selectOnly],
    ['a transaction begun', 'BEGIN IMMEDIATE', selectOnly],
    ['a transaction ended', 'COMMIT', selectOnly],
    ['a savepoint', 'SAVEPOINT a', selectOnly],
    ['EXPLAIN of a write', 'EXPLAIN DELETE FROM users', selectOnly],
    ['SELECT INTO', 'SELECT * INTO x FROM users', syntax],
    ['no statement at all', ' -- nothing\n/* at all */', /there is no statement/],
  ])
})

describe('a second statement is refused', () => {
  refuses([
    ['behind a semicolon', 'SELECT 1; DROP TABLE commits', oneStatement],
    ['behind a semicolon without blanks', 'SELECT 1;SELECT 2', oneStatement],
    ['behind two semicolons', 'SELECT 1;; DELETE FROM users', oneStatement],
    ['behind a comment that looks like the end', "SELECT 1 -- ';\n; DELETE FROM users", oneStatement],
    ['behind a text that looks like a comment', "SELECT '--'; DELETE FROM users", oneStatement],
    ['behind a name that looks like a comment', 'SELECT 1 AS "/*"; DELETE FROM users --*/', oneStatement],
    ['behind a quote that is doubled', "SELECT 'it''s'; DELETE FROM users", oneStatement],
    ['behind a name in brackets with a quote in it', "SELECT 1 AS ['];DELETE FROM users --']", oneStatement],
    ['behind a name in backticks with a quote in it', "SELECT 1 AS `'`;DELETE FROM users --'", oneStatement],
    ['within a comment that nests', 'SELECT 1 /* /* */ ; DELETE FROM users */', oneStatement],
    ['within parentheses', 'SELECT (1; DELETE FROM users)', oneStatement],
    ['behind a NUL', 'SELECT 1\0; DELETE FROM users', /NUL/],
    ['behind a NUL within a comment', 'SELECT 1 /*\0*/; DELETE FROM users', /NUL/],
    ['behind a byte order mark', '\ufeffSELECT 1;\ufeffDELETE FROM users', oneStatement],
    ['in letters that only look like those of a keyword', 'ＳＥＬＥＣＴ 1', selectOnly],
  ])

  test.each([
    ['in a comment', "SELECT 'a' AS a -- ; DELETE FROM users"],
    ['in a comment that is never closed', "SELECT 'a' AS a /* ; DELETE FROM users"],
    ['in a text', "SELECT substr('a; DELETE FROM users', 1, 1) AS a;"],
    ['in a name', 'SELECT "a" FROM (SELECT \'a\' AS "a", 1 AS "; DELETE FROM users")'],
  ])('but none is what stands %s', async (_where, sql) => {
    expect(await rowsOf(sql)).toEqual([{ a: 'a' }])
  })
})

describe('functions that reach out are refused', () => {
  refuses([
    ['an extension', "SELECT load_extension('/tmp/x.so')", noFunction],
    ['an extension, its name in quotes', `SELECT "load_extension"('/tmp/x.so')`, noFunction],
    ['an extension, with a comment before the parenthesis', "SELECT load_extension/**/('/tmp/x.so')", noFunction],
    ['an extension, behind AS', "SELECT CAST(1 AS load_extension('/tmp/x.so'))", noFunction],
    ['an extension, with a filter', "SELECT load_extension('x') FILTER (WHERE 1) FROM users", noFunction],
    ['a file read', "SELECT readfile('/etc/passwd')", noFunction],
    ['a file written', "SELECT writefile('/tmp/x', 'x')", noFunction],
    ['an editor', "SELECT edit('x')", noFunction],
    ['a tokenizer of full text', "SELECT fts3_tokenizer('simple')", noFunction],
    ['a version of full text', 'SELECT fts5_source_id()', noFunction],
    ['options of the engine', 'SELECT sqlite_compileoption_get(0)', noFunction],
    ['counters of the engine', 'SELECT last_insert_rowid(), changes()', noFunction],
    ['offsets in the file', 'SELECT sqlite_offset(name) FROM users', noFunction],
    ['a search', "SELECT * FROM users WHERE name MATCH 'x'", /MATCH/],
    ['a regular expression', "SELECT * FROM users WHERE name REGEXP 'x'", /no such function: REGEXP/],
    ['a trigger’s way to fail', "SELECT raise(abort, 'x')", noFunction],
    ['a member of every object', 'SELECT constructor(1)', noFunction],
    ['another member of every object', 'SELECT __proto__(1), hasOwnProperty(1)', noFunction],
  ])
})
