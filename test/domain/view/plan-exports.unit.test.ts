import { expect, test } from 'vitest'
import { type ExportSource, planExports } from '../../../domain/view/plan-exports.ts'
import type { ExportRow, View } from '../../../domain/view/view.ts'
import { sampleTable } from '../../infrastructure/formats/sample-tables.ts'

const column = (name: string, type = 'string') => ({ name, type })
const table = sampleTable('yaml', 'single', { columns: [column('name'), column('age', 'int'), column('city')], columnsOrder: ['name', 'age'] })
const target = { ...sampleTable('yaml', 'single'), directory: 'cities' }
const rows: readonly ExportRow[] = [
  { $ID: 'ada', name: 'Ada', age: 36, city: 'rome' },
  { $ID: 'bob', name: 'Bob', age: 12 },
  { $ID: 'cid', name: 'Cid', age: 52, city: 'a/b' },
]

const plan = (view: Partial<View>, rest: Partial<ExportSource> = {}) =>
  planExports({
    table,
    view: { table: table.id, name: 'active', isDefault: false, file: 'v.yaml', columns: [], formats: [], ...view },
    rows,
    databasePath: '',
    foreignKeys: [],
    ...rest,
  })
const defaultView: Partial<View> = { name: '$default_view', isDefault: true }
const pathsOf = ({ files }: ReturnType<typeof plan>) => files.map(({ path }) => path)

test('the default view is named after the table, and written as INGR with a line between records', () => {
  const { files, problems } = plan(defaultView)
  expect(problems).toEqual([])
  expect(files).toMatchObject([
    { path: '$ingitdb/users/users.ingr', format: 'ingr', title: 'users/$default_view', rows, isDelimited: true, isHashed: false },
  ])
  expect(files[0]?.columns).toEqual([column('$ID'), column('name'), column('age', 'int')])
})

test('in a database below the top, the default view lies by its path in the repository, others by that in the database', () => {
  expect(pathsOf(plan(defaultView, { databasePath: 'data' }))).toEqual(['$ingitdb/data/users/users.ingr'])
  expect(pathsOf(plan({}, { databasePath: 'data' }))).toEqual(['$ingitdb/users/active.ingr'])
})

test('a view with a name has a file for each of its formats', () => {
  expect(pathsOf(plan({ formats: ['md', 'csv', 'md'] }))).toEqual(['$ingitdb/users/active.md', '$ingitdb/users/active.csv'])
  expect(pathsOf(plan({ formats: ['md', 'csv'], fileName: 'list.md' }))).toEqual(['$ingitdb/users/list.md', '$ingitdb/users/list.csv'])
  expect(pathsOf(plan({ formats: ['md'], fileName: 'sub/list.txt' }))).toEqual(['$ingitdb/users/sub/list.txt'])
})

test('columns of a Markdown table are those of the view and no others', () => {
  expect(plan({ formats: ['md'], columns: ['age', 'name'] }).files[0]?.columns.map(({ name }) => name)).toEqual(['age', 'name'])
  expect(plan({ formats: ['csv'], columns: ['age', '$ID'] }).files[0]?.columns.map(({ name }) => name)).toEqual(['$ID', 'age'])
})

test('top leaves out the rest, and batches are numbered only when there are several', () => {
  expect(plan({ top: 2 }).files[0]?.rows).toEqual(rows.slice(0, 2))
  expect(pathsOf(plan({ ...defaultView, maxBatchSize: 2 }))).toEqual(['$ingitdb/users/users-000001.ingr', '$ingitdb/users/users-000002.ingr'])
  expect(pathsOf(plan({ ...defaultView, maxBatchSize: 3 }))).toEqual(['$ingitdb/users/users.ingr'])
})

test('a column in braces makes a file for each value, never outside of the directory', () => {
  const { files } = plan({ name: 'in_{city}', format: 'yaml', top: 1 })
  expect(files.map(({ path, title, rows: part }) => [path, title, part.length])).toEqual([
    ['$ingitdb/users/in_a%2Fb.yaml', 'users/in_a/b', 1],
    ['$ingitdb/users/in_rome.yaml', 'users/in_rome', 1],
  ])
  expect(plan({ name: 'in_{nowhere}' }).problems).toEqual(['{nowhere} in its name is no column of table users'])
})

test('foreign keys of the default view make a file for each record that is named, without that column and without top', () => {
  const { files } = plan({ ...defaultView, columns: ['name', 'city'], top: 1 }, { foreignKeys: [{ column: 'city', target }] })
  expect(files.slice(1).map(({ path, title, columns }) => [path, title, columns.map(({ name }) => name)])).toEqual([
    ['$ingitdb/cities/$fk/users/city/a%2Fb.ingr', 'users/$fk/users/city/a/b', ['$ID', 'name']],
    ['$ingitdb/cities/$fk/users/city/rome.ingr', 'users/$fk/users/city/rome', ['$ID', 'name']],
  ])
})

test.each(['../x.csv', '/etc/x', 'a//b', '.git/hooks/x', 'a\\b', 'x'.repeat(300)])('the file name %s is refused', (fileName) => {
  const { files, problems } = plan({ fileName, formats: ['csv'] })
  expect(files).toEqual([])
  expect(problems).toHaveLength(1)
})

test('a template is not supported, and the message says so', () => {
  expect(plan({ template: 'x.tmpl' })).toEqual({
    files: [],
    problems: [expect.stringContaining('x.tmpl is a Go text/template, which is not supported')],
  })
})

test('the delimiter asked for goes before that of the view', () => {
  expect(plan({ recordsDelimiter: false }).files[0]?.isDelimited).toBe(false)
  expect(plan({ recordsDelimiter: false }, { recordsDelimiter: true }).files[0]?.isDelimited).toBe(true)
})
