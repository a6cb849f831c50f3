import { expect, test } from 'vitest'
import { dropDefaultView } from '../../../../infrastructure/formats/definition/drop-view.ts'
import { concernsViews, readViews } from '../../../../infrastructure/formats/definition/read-views.ts'
import { bytesOf, sampleTable } from '../sample-tables.ts'

const table = sampleTable('yaml', 'single')
const definition = 'users/.collection/definition.yaml'
const read = (files: Readonly<Record<string, string>>, of = table) =>
  readViews(of, new Map(Object.entries(files).map(([path, text]) => [path, { oid: '', bytes: bytesOf(text) }])))

test('views are the default one and the files of the directory, sorted; unknown keys are let pass', () => {
  const { views, problems } = read({
    [definition]: 'default_view: {format: CSV, include_hash: true, records_delimiter: 0}\nother: 1\n',
    'users/.collection/views/b.yaml': 'formats: [md, csv]\nnew_key: {x: 1}\ncolumns: [a]\ntop: 3\nwhere: a > 1\norder_by: a desc\n',
    'users/.collection/views/a.yaml': '',
    'users/.collection/views/c.yaml': 'template: md-table\n',
  })
  expect(problems).toEqual([])
  expect(views).toEqual([
    {
      table: 'users',
      name: '$default_view',
      isDefault: true,
      file: definition,
      columns: [],
      formats: [],
      format: 'csv',
      includeHash: true,
      recordsDelimiter: false,
    },
    { table: 'users', name: 'a', isDefault: false, file: 'users/.collection/views/a.yaml', columns: [], formats: [] },
    {
      table: 'users',
      name: 'b',
      isDefault: false,
      file: 'users/.collection/views/b.yaml',
      columns: ['a'],
      formats: ['md', 'csv'],
      top: 3,
      where: 'a > 1',
      orderBy: 'a desc',
    },
    { table: 'users', name: 'c', isDefault: false, file: 'users/.collection/views/c.yaml', columns: [], formats: ['md'] },
  ])
})

test('a view that is wrong is a problem with its line, and takes nothing else away', () => {
  const { views, problems } = read({
    [definition]: 'columns: {}\ndefault_view:\n  format: xml\n',
    'users/.collection/views/good.yaml': '',
    'users/.collection/views/bad.yaml': 'max_batch_size: -1\n',
    'users/.collection/views/text.yaml': 'a: [\n',
  })
  expect(views.map(({ name }) => name)).toEqual(['good'])
  expect(problems).toMatchObject([
    { view: '$default_view', table: 'users', file: definition, line: 3, message: expect.stringContaining('unknown format "xml"') },
    { view: 'bad', line: 1, message: '"max_batch_size" must not be negative' },
    { view: 'text', file: 'users/.collection/views/text.yaml' },
  ])
})

test('in the shared layout views lie in $views beside the definition', () => {
  const shared = { ...table, definitionDirectory: 'cooking/.collections/users' }
  const paths = ['cooking/.collections/users/$views/a.yaml', 'cooking/.collections/users/views/a.yaml', 'cooking/.collections/users/definition.yaml']
  expect(paths.map(concernsViews([shared]))).toEqual([true, false, true])
  expect(read({ 'cooking/.collections/users/$views/a.yaml': '' }, shared).views.map(({ name }) => name)).toEqual(['a'])
})

test('a default view is inherited, and so is what the README says', () => {
  const { views, readme } = read({
    [definition]: 'inherits: ../base/definition.yaml\n',
    'users/base/definition.yaml': 'default_view: {top: 2}\nreadme: {hide_columns: [a], hide_views: true, data_preview: {top: 1}}\n',
  })
  expect(views).toMatchObject([{ name: '$default_view', top: 2 }])
  expect(readme).toMatchObject({ hideColumns: ['a'], hideViews: true, hideSubcollections: false, preview: { top: 1 } })
})

test('a default view is taken out of its definition in place', () => {
  const text = '# users\ncolumns:\n    a: {type: int} # one\ndefault_view:\n    top: 3\n# the end\n'
  const dropped = dropDefaultView(bytesOf(text))
  expect(dropped.ok && Buffer.from(dropped.value ?? []).toString()).toBe('# users\ncolumns:\n    a: {type: int} # one\n# the end\n')
  expect(dropDefaultView(bytesOf('columns: {}\n'))).toEqual({ ok: true, value: undefined })
})
