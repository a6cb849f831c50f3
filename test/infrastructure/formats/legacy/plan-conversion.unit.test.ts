import { describe, expect, test } from 'vitest'
import type { LegacyPlan } from '../../../../domain/legacy/legacy-plan.ts'
import { catalogueCodec } from '../../../../infrastructure/formats/definition/catalogue-codec.ts'
import { planConversion } from '../../../../infrastructure/formats/legacy/plan-conversion.ts'

type Texts = Readonly<Record<string, string>>

const plan = (texts: Texts) => planConversion({ paths: Object.keys(texts).sort(), read: (path) => new TextEncoder().encode(texts[path] ?? '') })

const planOf = (texts: Texts): LegacyPlan => {
  const planned = plan(texts)
  if (!planned.ok) throw new Error(JSON.stringify(planned.failure))
  return planned.value
}

const textOf = ({ written }: LegacyPlan, path: string): string => new TextDecoder().decode(written.get(path))

const json = 'record_file: {name: "{$id}/{$id}.json", format: json, type: "map[string]any"}\n'
const table = `${json}columns:\n  name: {type: string}\n`
const root: Texts = { '.ingitdb.yaml': 'rootCollections:\n  lands: lands\n' }

describe('the layout with .ingitdb.yaml', () => {
  test('a table gets the definition of today, comments included, and its records go below $records', () => {
    const text = `# what lands are\n${json}columns:\n  name: {type: string} # as they call it\n`
    const planned = planOf({ ...root, 'lands/.ingitdb-collection.yaml': text, 'lands/ie/ie.json': '{"name":"Ireland"}', 'lands/ie/notes.txt': '' })
    expect(planned).toMatchObject({ left: [], notes: [], removed: ['.ingitdb.yaml', 'lands/.ingitdb-collection.yaml'] })
    expect([...planned.moved]).toEqual([['lands/ie/ie.json', 'lands/$records/ie.json']])
    expect(textOf(planned, 'lands/.collection/definition.yaml')).toBe(text.replace('{$id}/{$id}.json', '{key}.json'))
    expect(textOf(planned, '.ingitdb/root-collections.yaml')).toBe('lands: lands\n')
  })

  test('what is written reads as tables without problems', () => {
    const planned = planOf({ ...root, 'lands/.ingitdb-collection.yaml': table, 'lands/.ingitdb-subcol.towns.yaml': table })
    const files = new Map([...planned.written].map(([path, bytes]) => [path, { oid: '', bytes }]))
    expect(catalogueCodec.read(files)).toMatchObject({ tables: [{ id: 'lands' }, { id: 'lands/towns' }], problems: [] })
  })

  test('a wildcard stands for every directory below that has a definition', () => {
    const planned = planOf({
      '.ingitdb.yaml': 'rootCollections: {todo: data/*}\n',
      'data/tags/.ingitdb-collection.yaml': table,
      'data/deep/er/.ingitdb-collection.yaml': table,
    })
    expect(planned.tables.map(({ id }) => id)).toEqual(['todo.tags'])
    expect(planned.left).toEqual([{ path: 'data/deep/er/.ingitdb-collection.yaml', why: 'no entry of .ingitdb.yaml leads to this directory' }])
  })

  test('without .ingitdb.yaml, tables are named by their directories', () => {
    expect(planOf({ 'a/b/.ingitdb-collection.yaml': table }).tables).toMatchObject([{ id: 'a.b' }])
  })

  test('settings that have nothing to do with the layout stay in .ingitdb.yaml', () => {
    const planned = planOf({ '.ingitdb.yaml': 'port: 8080 # mine\nrootCollections: {lands: lands}\n', 'lands/.ingitdb-collection.yaml': table })
    expect(textOf(planned, '.ingitdb.yaml')).toBe('port: 8080 # mine\n')
    expect(planned.removed).toEqual(['lands/.ingitdb-collection.yaml'])
  })

  test('a table that cannot be converted keeps its files, its entry and its records', () => {
    const planned = planOf({
      '.ingitdb.yaml': 'rootCollections: {lands: lands, odd: odd}\n',
      'lands/.ingitdb-collection.yaml': table,
      'odd/.ingitdb-collection.yaml': 'record_file: {name: "{country}.csv", format: csv, type: "[]map[string]any"}\ncolumns: {a: {type: string}}\n',
      'odd/ie.csv': 'a\n1\n',
    })
    expect(planned.tables.map(({ id }) => id)).toEqual(['lands'])
    expect(textOf(planned, '.ingitdb.yaml')).toContain('odd: odd')
    expect(planned.left).toEqual([
      { path: 'odd/.ingitdb-collection.yaml', why: 'record_file: files named after other things than the key are not converted: {country}.csv' },
    ])
    expect(planned.removed).toEqual(['lands/.ingitdb-collection.yaml'])
  })

  test.each<[string, string]>([
    ['pattern: x', 'column "name": "pattern": there is no such key any more'],
    ['type: colour', 'column "name": there is no type "colour": it is "any" now'],
    ['foreign_key: ../nowhere', 'column "name": foreign_key ../nowhere: is no table'],
    ['min_length: few', 'column "name": "min_length": '],
    ['formula: "1 +"', 'is not converted: '],
  ])('a column with %s is said to be not converted, and the old file stays', (line, why) => {
    const type = line.startsWith('type') ? '' : 'type: string, '
    const planned = planOf({ ...root, 'lands/.ingitdb-collection.yaml': `${json}columns:\n  name: {${type}${line}}\n` })
    expect(planned.left).toEqual([{ path: 'lands/.ingitdb-collection.yaml', why: expect.stringContaining(why) }])
    expect(planned.removed).not.toContain('lands/.ingitdb-collection.yaml')
  })

  test('fields that no column was declared for become columns, so that no record is refused', () => {
    const planned = planOf({
      ...root,
      'lands/.ingitdb-collection.yaml': table,
      'lands/ie/ie.json': '{"name":"Ireland","area":70273}',
    })
    expect(textOf(planned, 'lands/.collection/definition.yaml')).toContain('  area:\n    type: int\n')
    expect(planned.notes).toEqual([{ path: 'lands/.ingitdb-collection.yaml', why: expect.stringContaining('column "area" is new') }])
  })

  test('a circle of inherits ends, and is reported', () => {
    const text = `inherits: .ingitdb-subcol.$a.yaml\n${table}`
    const planned = planOf({
      ...root,
      'lands/.ingitdb-collection.yaml': table,
      'lands/.ingitdb-subcol.towns.yaml': text,
      'lands/.ingitdb-subcol.$a.yaml': 'inherits: .ingitdb-subcol.$a.yaml\ncolumns: {size: {type: int}}\n',
    })
    expect(planned.left).toEqual([{ path: 'lands/.ingitdb-subcol.towns.yaml', why: expect.stringContaining('leads back here') }])
    expect(textOf(planned, 'lands/.collection/subcollections/towns/definition.yaml')).toContain('size')
  })

  test.each(['../outside', '/etc/../../x', '.git/hooks', 'a\\\\b'])('a path that leads elsewhere is refused: %s', (path) => {
    const planned = planOf({ '.ingitdb.yaml': `rootCollections: {lands: lands, x: "${path}"}\n`, 'lands/.ingitdb-collection.yaml': table })
    expect(planned.tables.map(({ id }) => id)).toEqual(['lands'])
    expect(planned.left).toEqual([{ path: '.ingitdb.yaml', why: expect.stringContaining('rootCollections: x: ') }])
    expect(planned.removed).not.toContain('.ingitdb.yaml')
  })
})

describe('records', () => {
  const lands = { ...root, 'lands/.ingitdb-collection.yaml': table }

  test('a file whose place is taken stays where it is', () => {
    const planned = planOf({ ...lands, 'lands/ie/ie.json': '{"name":"a"}', 'lands/$records/ie.json': '{"name":"b"}' })
    expect([...planned.moved]).toEqual([])
    expect(planned.left).toEqual([{ path: 'lands/ie/ie.json', why: 'its place is taken: lands/$records/ie.json' }])
  })

  test('a file whose name can be no key stays where it is', () => {
    const planned = planOf({ ...lands, 'lands/a./a..json': '{}' })
    expect([...planned.moved]).toEqual([])
    expect(planned.left).toMatchObject([{ path: 'lands/a./a..json', why: expect.stringMatching(/^the key ends/) }])
  })

  test('a file that cannot be read moves with the others, and is reported', () => {
    const planned = planOf({ ...lands, 'lands/ie/ie.json': '{"name":' })
    expect(planned.moved.size).toBe(1)
    expect(planned.left).toEqual([{ path: 'lands/ie/ie.json', why: expect.stringContaining('cannot be read: line 1') }])
  })

  test('records that are below $records already stay there', () => {
    const text =
      'data_dir: $records\nrecord_file: {name: "$records/{key}.json", format: JSON, type: "map[string]any"}\ncolumns: {name: {type: string}}\n'
    const planned = planOf({ ...root, 'lands/.ingitdb-collection.yaml': text, 'lands/$records/ie.json': '{"name":"Ireland"}' })
    expect(planned).toMatchObject({ tables: [{ files: 1 }], left: [] })
    expect(planned.moved.size).toBe(0)
  })
})

describe('what is there already', () => {
  test('a table of today is never written over', () => {
    const planned = planOf({
      ...root,
      'lands/.ingitdb-collection.yaml': table,
      'lands/.collection/definition.yaml': table.replace('{$id}/{$id}.json', '{key}.json'),
      '.ingitdb/root-collections.yaml': 'lands: lands\n',
    })
    expect(planned.tables).toEqual([])
    expect(planned.left).toEqual([
      {
        path: 'lands/.ingitdb-collection.yaml',
        why: 'lands/.collection/definition.yaml is there already: compare the two, and remove the old one',
      },
    ])
  })

  test('languages of today are kept, and those that differ are reported', () => {
    const planned = planOf({
      '.ingitdb.yaml': 'rootCollections: {lands: lands}\nlanguages: [{required: en}]\n',
      'lands/.ingitdb-collection.yaml': table,
      '.ingitdb/settings.yaml': 'languages: [{required: fr}]\n',
    })
    expect(planned.written.has('.ingitdb/settings.yaml')).toBe(false)
    expect(planned.left).toEqual([{ path: '.ingitdb.yaml', why: 'languages: .ingitdb/settings.yaml has others' }])
    expect(textOf(planned, '.ingitdb.yaml')).not.toContain('rootCollections')
  })

  test('a folder that has nothing of an old layout is refused', () => {
    expect(plan({ 'README.md': '' })).toMatchObject({ ok: false, failure: { kind: 'invalid-input' } })
  })
})

test.each<[string, string]>([
  ['from: lands\n', '"from": a view shows the records of its own table'],
  ['order_by: [a, b]\n', '"order_by": views have an order by one column'],
  ['file_name: "x.{$locale}.md"\n', '"file_name": x.{$locale}.md: views have one file, without placeholders'],
  ['sort: a\n', '"sort": views have no such key'],
])('a view with %s is not converted', (text, why) => {
  const planned = planOf({ ...root, 'lands/.ingitdb-collection.yaml': table, 'lands/.ingitdb-view.all.yaml': text })
  expect(planned.left).toEqual([{ path: 'lands/.ingitdb-view.all.yaml', why }])
  expect(planned.removed).not.toContain('lands/.ingitdb-view.all.yaml')
})

describe('the layouts of JSON definitions', () => {
  test('records of two places are not guessed at', () => {
    const planned = planOf({ '.ingitdb/collections/a/definition.json': '{}', 'x/a/#1/1.json': '{}', 'y/a/#1/1.json': '{}' })
    expect(planned.left).toEqual([{ path: '.ingitdb/collections/a/definition.json', why: 'its records are in several places: x/a, y/a' }])
  })

  test('settings stay while a definition that needs them does', () => {
    const planned = planOf({
      '.ingitdb/.ingitdb.json': '{"baseDir": "/data/"}',
      '.ingitdb/collections/a/a.ingitdb.json': '{"dir": "~/a", "recordMode": "directory", "fields": [{"name": "t", "type": "string"}], "title": []}',
      'data/a/1/record.json': '{"t": "x"}',
    })
    expect(planned.tables).toMatchObject([{ id: 'a', files: 1 }])
    expect(planned.removed).toEqual([])
  })
})
