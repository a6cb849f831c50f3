import { describe, expect, test } from 'vitest'
import { resolveForeignKey } from '../../../../domain/table/table.ts'
import { catalogueCodec } from '../../../../infrastructure/formats/definition/catalogue-codec.ts'
import { filesOf, messagesOf, plainDefinition } from './definition-files.ts'

const root = '.ingitdb/root-collections.yaml'
const read = (files: Readonly<Record<string, string>>) => catalogueCodec.read(filesOf(files))
const recordFile = (name: string) => `record_file: {name: "${name}", format: yaml, type: "map[string]any"}\n`
const columns = 'columns: {name: {type: string}}\n'

describe('the shared layout', () => {
  test('has its data in the directory that .collections lies in', () => {
    const catalogue = read({
      [root]: 'recipes: cooking/.collections/recipes\n',
      'cooking/.collections/recipes/definition.yaml': plainDefinition,
      'cooking/.collections/recipes/rules.yaml': 'unique: [name]\n',
    })
    expect(messagesOf(catalogue)).toEqual([])
    expect(catalogue.tables).toMatchObject([
      { directory: 'cooking', definitionDirectory: 'cooking/.collections/recipes', rules: { unique: [['name']] } },
    ])
  })

  test('data_dir moves the data below that directory, and is ignored in the dedicated layout', () => {
    const catalogue = read({
      [root]: 'a: cooking/.collections/a\nb: b\nc: c\n',
      'cooking/.collections/a/definition.yaml': `data_dir: ./x/y/\n${plainDefinition}`,
      'b/.collection/definition.yaml': `data_dir: x\n${plainDefinition}`,
      'c/definition.yaml': `data_dir: x\n${plainDefinition}`,
    })
    expect(catalogue.tables.map(({ id, directory }) => [id, directory])).toEqual([
      ['a', 'cooking/x/y'],
      ['b', 'b'],
      ['c', 'c/x'],
    ])
  })

  test.each(['../x', '/x', '~/x', '.git'])('data_dir: %s is refused', (path) => {
    const catalogue = read({ [root]: 'a: c/.collections/a\n', 'c/.collections/a/definition.yaml': `data_dir: ${path}\n${plainDefinition}` })
    expect(messagesOf(catalogue)).toEqual([`c/.collections/a/definition.yaml:1 "data_dir" must be a directory below that of the table, not ${path}`])
  })

  test('a definition outside of .collections has its data beside it', () => {
    const catalogue = read({ [root]: 'a: a\n', 'a/definition.yaml': plainDefinition, 'a/layout.yaml': 'records_directory: .\n' })
    expect(messagesOf(catalogue)).toEqual([])
    expect(catalogue.tables).toMatchObject([{ directory: 'a', definitionDirectory: 'a', recordsDirectory: '' }])
  })

  test('two tables cannot have the same files', () => {
    const catalogue = read({
      [root]: 'a: c/.collections/a\nb: c/.collections/b\n',
      'c/.collections/a/definition.yaml': plainDefinition,
      'c/.collections/b/definition.yaml': plainDefinition,
    })
    expect(messagesOf(catalogue)).toEqual(['c/.collections/b/definition.yaml:2 table b has the same record files as table a: c/$records/{key}.yaml'])
    expect(catalogue.tables.map(({ id }) => id)).toEqual(['a'])
  })
})

test('a table may lie in the database’s own folder', () => {
  const catalogue = read({ [root]: 'all: .\n', '.collection/definition.yaml': plainDefinition })
  expect(messagesOf(catalogue)).toEqual([])
  expect(catalogue.tables).toMatchObject([{ id: 'all', directory: '' }])
})

describe('subcollections', () => {
  test('are found beside the definition of their parent, at any depth', () => {
    const catalogue = read({
      [root]: 'geo.spaces: spaces\ngeo.kinds: kinds\n',
      'kinds/.collection/definition.yaml': plainDefinition,
      'spaces/.collection/definition.yaml': plainDefinition,
      'spaces/.collection/subcollections/contacts/definition.yaml': `${recordFile('{key}.yaml')}columns: {kind: {type: string, foreign_key: kinds}}\n`,
      'spaces/.collection/subcollections/contacts/subcollections/phones/definition.yaml': plainDefinition,
    })
    expect(messagesOf(catalogue)).toEqual([])
    const contacts = catalogue.tables.find(({ id }) => id === 'geo.spaces/contacts')
    expect(contacts).toMatchObject({
      parent: 'geo.spaces',
      directory: 'spaces',
      definitionDirectory: 'spaces/.collection/subcollections/contacts',
      steps: [{ recordsDirectory: '$records', name: 'contacts' }],
    })
    expect(catalogue.tables.map(({ id }) => id)).toEqual(['geo.kinds', 'geo.spaces', 'geo.spaces/contacts', 'geo.spaces/contacts/phones'])
    expect(contacts && resolveForeignKey(catalogue, contacts, 'kinds')?.id).toBe('geo.kinds')
  })

  test('of the shared layout are the directories beside the definition, but not those with $ or without a definition', () => {
    const catalogue = read({
      [root]: 'recipes: cooking/.collections/recipes\n',
      'cooking/.collections/recipes/definition.yaml': plainDefinition,
      'cooking/.collections/recipes/steps/definition.yaml': plainDefinition,
      'cooking/.collections/recipes/$views/definition.yaml': plainDefinition,
      'cooking/.collections/recipes/notes/README.md': '',
    })
    expect(messagesOf(catalogue)).toEqual([])
    expect(catalogue.tables.map(({ id }) => id)).toEqual(['recipes', 'recipes/steps'])
  })

  test('a table that is listed is no subcollection of the one whose definition lies above', () => {
    const catalogue = read({ [root]: 'a: a\nb: a/b\n', 'a/definition.yaml': plainDefinition, 'a/b/definition.yaml': plainDefinition })
    expect(catalogue.tables.map(({ id }) => id)).toEqual(['a', 'b'])
  })

  test('no foreign key points to one', () => {
    const catalogue = read({
      [root]: 'spaces: spaces\n',
      'spaces/.collection/definition.yaml': `${recordFile('{key}.yaml')}columns: {c: {type: string, foreign_key: spaces/contacts}}\n`,
      'spaces/.collection/subcollections/contacts/definition.yaml': plainDefinition,
    })
    expect(messagesOf(catalogue).join()).toContain('foreign_key "spaces/contacts" is no table of this database')
  })

  test('rules may name the record above', () => {
    const with_ = (rules: string) =>
      messagesOf(
        read({
          [root]: 'spaces: spaces\n',
          'spaces/.collection/definition.yaml': plainDefinition,
          'spaces/.collection/subcollections/contacts/definition.yaml': plainDefinition,
          'spaces/.collection/subcollections/contacts/rules.yaml': rules,
        }),
      ).join()
    expect(with_('unique: [[$parent, name]]\non_delete: {$parent: cascade}\n')).toBe('')
    expect(with_('on_delete: {$parent: set-null}\n')).toContain('a record cannot lose the one above')
    expect(with_('defaults: {$parent: x}\n')).toContain('"$parent" is no column')
  })
})

describe('inherits', () => {
  const users = 'users/.collection/definition.yaml'
  const inheriting = (own: string, bases: Readonly<Record<string, string>>) => read({ [root]: 'users: users\n', [users]: own, ...bases })

  test('fills in what a definition does not say: columns by name, titles by language, counts not at all', () => {
    const catalogue = inheriting('inherits: ../../base.yaml\ntitles: {en: Users}\ncolumns: {name: {type: int}}\ncolumns_order: [name]\n', {
      'base.yaml':
        'inherits: bases/root.yaml\ntitles: {en: Base, fr: Base}\ncolumns: {name: {type: string, required: true}, age: {type: int}}\nmin_records_count: 5\n',
      'bases/root.yaml': `${recordFile('{key}.yml').replace('yaml', 'yml')}columns: {age: {type: string}, x: {type: any}}\ncolumns_order: [x]\nprimary_key: [x]\n`,
    })
    expect(messagesOf(catalogue)).toEqual([])
    expect(catalogue.tables).toMatchObject([
      {
        titles: { en: 'Users', fr: 'Base' },
        recordFile: { name: '{key}.yml' },
        columns: [
          { name: 'name', type: 'int' },
          { name: 'age', type: 'int' },
          { name: 'x', type: 'any' },
        ],
        columnsOrder: ['name'],
        primaryKey: ['x'],
      },
    ])
    expect(catalogue.tables[0]?.columns[0]).not.toHaveProperty('required')
    expect(catalogue.bases).toEqual(['base.yaml', 'bases/root.yaml'])
  })

  test('every base is part of the fingerprint', () => {
    const own = 'inherits: ../../base.yaml\n'
    const [one, two] = ['a', 'bb'].map((name) => inheriting(own, { 'base.yaml': `${recordFile('{key}.yaml')}columns: {${name}: {type: any}}\n` }))
    expect(one?.tables[0]?.fingerprint).not.toBe(two?.tables[0]?.fingerprint)
  })

  test('a base that is missing, lies outside or leads in a circle is a problem of the line that names it', () => {
    const base = `inherits: users/.collection/definition.yaml\n${recordFile('{key}.yaml')}${columns}`
    expect(messagesOf(inheriting('titles: {en: U}\ninherits: ../../base.yaml\n', {}))).toEqual([
      `${users}:2 inherits "../../base.yaml": there is no base.yaml`,
    ])
    expect(messagesOf(inheriting('inherits: ../../../base.yaml\n', {})).join()).toContain('a base is a file of this database')
    expect(messagesOf(inheriting('inherits: /base.yaml\n', {})).join()).toContain('a base is a file of this database')
    expect(messagesOf(inheriting('inherits: ../../base.yaml\n', { 'base.yaml': base }))).toEqual([
      `base.yaml:1 inherits "users/.collection/definition.yaml": goes in a circle: ${users}, base.yaml, ${users}`,
    ])
  })

  test('what is wrong in a base is said of the base', () => {
    const base = `${recordFile('{key}.yaml')}columns:\n  name: {type: strin}\n`
    expect(messagesOf(inheriting('inherits: ../../base.yaml\n', { 'base.yaml': base })).join()).toContain('base.yaml:3 column "name"')
    expect(messagesOf(inheriting('inherits: ../../base.yaml\n', { 'base.yaml': 'odd: 1\n' })).join()).toContain('base.yaml:1 unknown key "odd"')
  })

  test('bases are listed as far as the files at hand tell', () => {
    expect(catalogueCodec.listBases(filesOf({ [users]: 'inherits: ../../base.yaml\n' }))).toEqual(['base.yaml'])
    expect(catalogueCodec.listBases(filesOf({ [users]: 'inherits: ../../base.yaml\n', 'base.yaml': 'inherits: more.yaml\n' }))).toEqual([
      'base.yaml',
      'more.yaml',
    ])
  })
})

test('keys of newer tools are refused with what to do instead', () => {
  const text =
    'record_file:\n  name: "{key}.yaml"\n  format: yaml\n  type: map[string]any\n  records_dir: data\nsource_schema: x\ncolumns: {name: {type: any}}\n'
  const catalogue = read({ [root]: 'a: a\n', 'a/.collection/definition.yaml': text })
  expect(messagesOf(catalogue)).toEqual([
    'a/.collection/definition.yaml:6 not supported: "source_schema", a key of newer tools; records elsewhere: records_directory in layout.yaml',
    'a/.collection/definition.yaml:5 not supported: "records_dir", a key of newer tools; records elsewhere: records_directory in layout.yaml',
  ])
  expect(catalogue.tables).toEqual([])
})

describe('records_directory of layout.yaml', () => {
  const where = (layout: string) => read({ [root]: 'a: a\n', 'a/.collection/definition.yaml': plainDefinition, 'a/.collection/layout.yaml': layout })
  test.each([
    ['.', ''],
    ['data/all', 'data/all'],
    ['./data/', 'data'],
  ])('%s is read', (text, directory) => {
    expect(where(`records_directory: ${text}\n`).tables[0]?.recordsDirectory).toBe(directory)
  })

  test.each(['..', '../x', '/x', '.hidden', 'x//y', 'x/$records'])('%s is refused', (text) => {
    expect(messagesOf(where(`records_directory: ${text}\n`)).join()).toContain('a/.collection/layout.yaml:1 records_directory must be')
  })
})
