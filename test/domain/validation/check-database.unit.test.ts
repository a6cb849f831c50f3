import { describe, expect, test } from 'vitest'
import type { FoundRecord } from '../../../domain/event-sourcing/event-store.ts'
import { ExactNumber, type JsonObject } from '../../../domain/json.ts'
import { ok } from '../../../domain/result.ts'
import type { SchemaValidator } from '../../../domain/table/codecs.ts'
import type { DefinitionProblem, Table } from '../../../domain/table/table.ts'
import { checkDatabase, type ValidationPart } from '../../../domain/validation/check-database.ts'
import { selectNew } from '../../../domain/validation/select-new.ts'
import type { TableContents, WholeDatabase } from '../../../domain/validation/whole-database.ts'
import { keyOf, type State, tableOf } from '../../support/given-records.ts'

const anySchema: SchemaValidator = () => ok(() => [])

interface Extra {
  readonly definitionProblems?: readonly DefinitionProblem[]
  readonly files?: readonly string[]
  readonly fileProblems?: TableContents['problems']
}

/** A database whose records lie each in a file of its own; the line of a field is 7, that of a record 1. */
const databaseOf = (tables: readonly Table[], state: State, extra: Extra = {}): WholeDatabase => {
  const records = (table: Table): readonly FoundRecord[] => Object.entries(state[table.id] ?? {}).map(([key, fields]) => recordOf(table, key, fields))
  const contents = tables.map(
    (table, index): TableContents => ({
      type: 'TableRead',
      table: table.id,
      records: records(table),
      problems: index === 0 ? (extra.fileProblems ?? []) : [],
    }),
  )
  const own = contents.flatMap((each) => each.records.map(({ path, revision }) => [path, revision] as const))
  const others = (extra.files ?? []).map((path) => [path, 'oid'] as const)
  return { catalogue: { tables, problems: extra.definitionProblems ?? [] }, tables: contents, files: new Map([...own, ...others]) }
}

const recordOf = (table: Table, key: string, fields: JsonObject): FoundRecord => ({
  key: keyOf(key),
  fields,
  revision: JSON.stringify(fields),
  path: `${table.directory}/${table.recordFile.type === 'single' ? `$records/${key}.yaml` : table.recordFile.name}`,
  line: undefined,
  locate: (_key, pointer) => (pointer === '' ? 1 : 7),
})

const check = (whole: WholeDatabase, part: ValidationPart = 'all') => checkDatabase(whole, anySchema, part)

const countries = tableOf('countries', { columns: { name: 'string' } })
const users = tableOf('users', {
  columns: { name: { type: 'string', required: true }, email: 'string', country: { type: 'string', foreignKey: 'countries' } },
  rules: { unique: [['email']] },
})

describe('a check of the whole database', () => {
  test('finds nothing in one that is in order', () => {
    const state = { countries: { de: { name: 'Germany' } }, users: { u1: { name: 'Ada', country: 'de' }, u2: { name: 'Bob' } } }
    expect(check(databaseOf([countries, users], state))).toEqual([])
  })

  test('says file, line of the field, table, key, field and code of each finding', () => {
    expect(check(databaseOf([users, countries], { users: { u1: { name: 5 } } }))).toEqual([
      {
        severity: 'error',
        code: 'type',
        message: 'the field "name" must be of type string, but is the number 5',
        file: 'users/$records/u1.yaml',
        line: 7,
        table: 'users',
        key: 'u1',
        field: '/name',
      },
    ])
  })

  test('sorts findings by place, whatever order they are found in', () => {
    const whole = databaseOf([users, countries], { users: { u2: {}, u1: {} } }, { definitionProblems: [{ file: 'a.yaml', line: 3, message: 'x' }] })
    expect(check(whole).map(({ file, code }) => `${file} ${code}`)).toEqual([
      'a.yaml definition',
      'users/$records/u1.yaml required',
      'users/$records/u2.yaml required',
    ])
  })

  test('looks at one part alone when asked', () => {
    const whole = databaseOf([users, countries], { users: { u1: {} } }, { definitionProblems: [{ file: 'a.yaml', message: 'x' }] })
    expect(check(whole, 'definition').map(({ code }) => code)).toEqual(['definition'])
    expect(check(whole, 'records').map(({ code }) => code)).toEqual(['required'])
  })

  test('reports a warning of a definition as a warning', () => {
    const whole = databaseOf([users, countries], {}, { definitionProblems: [{ file: 'a', message: 'x', rule: 'rules', severity: 'warning' }] })
    expect(check(whole)).toEqual([{ severity: 'warning', code: 'rules', message: 'x', file: 'a' }])
  })

  test('reports a field that repeats the key and says another one', () => {
    const keyed = tableOf('keyed', { columns: { id: 'string' }, rules: { keyField: 'id' } })
    expect(check(databaseOf([keyed], { keyed: { a: { id: 'b' } } }))).toMatchObject([{ code: 'key-field', field: '/id' }])
  })
})

describe('between records', () => {
  test('a foreign key that leads nowhere is found', () => {
    const found = check(databaseOf([users, countries], { users: { u1: { name: 'Ada', country: 'xx' } } }))
    expect(found).toMatchObject([{ code: 'foreign-key', key: 'u1', field: '/country', line: 7 }])
  })

  test('a record that cannot be read is still one to refer to: one mistake is said once', () => {
    const problem = { path: 'countries/$records/de.yaml', key: 'de', message: 'broken' }
    const whole = databaseOf([countries, users], { users: { u1: { name: 'Ada', country: 'de' } } }, { fileProblems: [problem] })
    expect(check(whole).map(({ code }) => code)).toEqual(['parse'])
  })

  test('each element of a list is a reference, numbers name keys by value, and empty ones name nothing', () => {
    const lists = tableOf('lists', { columns: { to: { type: '[]any', foreignKey: 'countries' } } })
    const state = { countries: { '1': {} }, lists: { a: { to: ['1', new ExactNumber('1.0'), '', 'no'] } } }
    expect(check(databaseOf([countries, lists], state))).toMatchObject([{ code: 'foreign-key', field: '/to/3' }])
  })

  test('of records with the same unique values all but the first are found; numbers are the same by value, and never a text', () => {
    const items = tableOf('items', { columns: { n: 'any', m: 'any' }, rules: { unique: [['n', 'm']] } })
    const state = {
      items: {
        a: { n: 1, m: 'x' },
        b: { n: new ExactNumber('1.0'), m: 'x' },
        c: { n: '1', m: 'x' },
        d: { n: 1 },
        e: { n: 1, m: null },
        f: { n: 1, m: [1] },
      },
    }
    expect(check(databaseOf([items], state))).toMatchObject([{ code: 'unique', key: 'b', message: expect.stringContaining('items/a') }])
  })
})

describe('files', () => {
  test('among the records that are no record are a warning; hidden ones, and those of a table that cannot be read, are not', () => {
    const files = ['users/$records/note.txt', 'users/$records/.keep', 'users/README.md', 'broken/$records/x.yaml']
    expect(check(databaseOf([users], {}, { files }))).toEqual([
      { severity: 'warning', code: 'stray-file', message: 'no table takes this file for a record', file: 'users/$records/note.txt' },
    ])
  })

  test('that define a table nobody lists are a warning', () => {
    const files = ['old/.collection/definition.yaml', 'users/.collection/definition.yaml', 'bad/.collection/definition.yaml']
    const whole = databaseOf([users], {}, { files, definitionProblems: [{ file: 'bad/.collection/definition.yaml', message: 'x' }] })
    expect(check(whole).map(({ code, file }) => `${code} ${file}`)).toEqual([
      'definition bad/.collection/definition.yaml',
      'unlisted-table old/.collection/definition.yaml',
    ])
  })

  test('whose keys are one on some systems, or no name on Windows, are a warning', () => {
    const state = { countries: { de: {}, DE: {}, 'caf\u00e9': {}, 'cafe\u0301': {}, con: {} } }
    expect(check(databaseOf([countries], state)).map(({ code, key, severity }) => [severity, code, key])).toEqual([
      ['warning', 'similar-keys', 'DE'],
      ['warning', 'similar-keys', 'cafe\u0301'],
      ['warning', 'windows-name', 'con'],
    ])
  })

  test('that many records share have no names of their own to warn about', () => {
    const rows = tableOf('rows', { columns: { a: 'string' }, recordFile: { name: 'rows.json', format: 'json', type: 'list' } })
    expect(check(databaseOf([rows], { rows: { con: {}, CON: {} } }))).toEqual([])
  })
})

describe('what changed between two states', () => {
  const checked = (whole: WholeDatabase) => ({ whole, findings: check(whole) })
  const before = databaseOf([countries, users], { countries: { de: {} }, users: { old: {}, u1: { name: 'Ada', country: 'de' } } })

  test('leaves out what was wrong before and nobody touched', () => {
    expect(selectNew(checked(before), checked(before))).toEqual([])
  })

  test('has what is wrong in a record that changed, though it was wrong before', () => {
    const after = databaseOf([countries, users], { countries: { de: {} }, users: { old: { email: 'x' }, u1: { name: 'Ada', country: 'de' } } })
    expect(selectNew(checked(before), checked(after))).toMatchObject([{ code: 'required', key: 'old' }])
  })

  test('has a foreign key in a record that nobody touched, when its target was deleted', () => {
    const after = databaseOf([countries, users], { users: { old: {}, u1: { name: 'Ada', country: 'de' } } })
    expect(selectNew(checked(before), checked(after))).toMatchObject([{ code: 'foreign-key', key: 'u1' }])
  })

  test('has all findings of a table whose definition changed', () => {
    const changed = { ...users, fingerprint: 'another' }
    const after = databaseOf([countries, changed], { countries: { de: {} }, users: { old: {}, u1: { name: 'Ada', country: 'de' } } })
    expect(selectNew(checked(before), checked(after))).toMatchObject([{ code: 'required', key: 'old' }])
  })
})
