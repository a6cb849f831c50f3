import { describe, expect, test } from 'vitest'
import { catalogueCodec } from '../../../../infrastructure/formats/definition/catalogue-codec.ts'
import { filesOf, messagesOf, plainDefinition } from './definition-files.ts'

const root = '.ingitdb/root-collections.yaml'
const read = (texts: Readonly<Record<string, string>>) =>
  catalogueCodec.read(filesOf({ 'users/.collection/definition.yaml': plainDefinition, ...texts }))
const idsOf = (texts: Readonly<Record<string, string>>) => read(texts).tables.map(({ id, directory }) => `${id} ${directory}`)

test('tables are listed with their directories, and come sorted by id', () => {
  const texts = { [root]: 'z: users/\na.b: ./x//y\n', 'x/y/.collection/definition.yaml': plainDefinition }
  expect(idsOf(texts)).toEqual(['a.b x/y', 'z users'])
  expect(messagesOf(read(texts))).toEqual([])
})

test('an empty file, and one with comments only, list nothing', () => {
  for (const text of ['', '\n', '# nothing yet\n', '{}\n']) expect(read({ [root]: text })).toEqual({ tables: [], problems: [] })
})

test('a directory is taken as it is spelled, also when it looks like a number', () => {
  expect(idsOf({ [root]: '017: 017\n', '017/.collection/definition.yaml': plainDefinition })).toEqual(['017 017'])
})

describe('namespace imports', () => {
  const module = {
    'modules/geo/.ingitdb/root-collections.yaml': 'countries: lands\n',
    'modules/geo/lands/.collection/definition.yaml': plainDefinition,
  }

  test('list the tables of a module with the namespace before their ids', () => {
    const catalogue = read({ [root]: 'geo.*: modules/geo\nusers: users\n', ...module })
    expect(catalogue.tables.map(({ id, directory }) => `${id} ${directory}`)).toEqual(['geo.countries modules/geo/lands', 'users users'])
    expect(catalogue.namespaces).toEqual([{ prefix: 'geo', directory: 'modules/geo' }])
    expect(catalogue.problems).toEqual([])
  })

  const wrong: Readonly<Record<string, readonly [Readonly<Record<string, string>>, string]>> = {
    'a module that is not there': [
      { [root]: 'geo.*: modules/geo\n' },
      `${root}:1 namespace import "geo.*": there is no modules/geo/.ingitdb/root-collections.yaml`,
    ],
    'a module without entries': [
      { [root]: 'users: users\ngeo.*: m\n', 'm/.ingitdb/root-collections.yaml': '' },
      `${root}:2 namespace import "geo.*": m/.ingitdb/root-collections.yaml has no entries`,
    ],
    'a module that cannot be parsed': [
      { [root]: 'geo.*: m\n', 'm/.ingitdb/root-collections.yaml': '{' },
      'm/.ingitdb/root-collections.yaml:1 not valid YAML',
    ],
    'a prefix that is no id': [{ [root]: '-.*: m\n' }, `${root}:1 "-.*" is no namespace import`],
    'no prefix': [{ [root]: '.*: m\n' }, '".*" is no namespace import'],
    'an import inside an imported file': [
      { [root]: 'geo.*: m\n', 'm/.ingitdb/root-collections.yaml': 'x.*: y\n' },
      'm/.ingitdb/root-collections.yaml:1 "x.*": a namespace import inside an imported file is not followed',
    ],
    'an absolute path': [{ [root]: 'geo.*: /srv/geo\n' }, 'only relative paths work'],
    'a path in the home directory': [{ [root]: 'geo.*: ~/geo\n' }, 'only relative paths work'],
  }
  for (const [what, [texts, message]] of Object.entries(wrong))
    test(`${what} is reported, and the rest is served`, () => {
      const catalogue = read({ ...texts, [root]: `${texts[root]}zz: users2\n`, 'users2/.collection/definition.yaml': plainDefinition })
      expect(messagesOf(catalogue).join('\n')).toContain(message)
      expect(catalogue.tables.map(({ id }) => id)).toContain('zz')
    })
})

describe('a wrong entry is reported with its line, and the others are served', () => {
  const wrong: Readonly<Record<string, string>> = {
    'a-b: x': '"a-b" is no table id',
    '"": x': '"" is no table id',
    '.a: x': '".a" is no table id',
    'a: ': '"a" has an empty path',
    'a: ""': '"a" has an empty path',
    'a: x*': '"a" has a path with a wildcard',
    'a: users': '"users" has the same path as "a": users',
    'a: ../x': '"a" has the path ../x, which may not go upwards',
    'a: /x': 'only relative paths work',
    'a: .': 'table a: there is no .collection/definition.yaml',
    'a.*: .': 'a database cannot import itself',
    'a: x/$records/y': 'which belongs to something else than tables',
    'a: .git/x': 'which belongs to something else than tables',
    'a: [x]': '"a" must be the path of a directory',
    'a: nowhere': 'table a: there is no nowhere/.collection/definition.yaml',
    'a: cooking/.collections/recipes/steps': 'table a: there is no cooking/.collections/recipes/steps/.collection/definition.yaml',
    'a: both': 'both both/.collection/definition.yaml and both/definition.yaml exist; use only one layout',
  }
  for (const [line, message] of Object.entries(wrong))
    test(line, () => {
      const catalogue = read({
        [root]: `${line}\nusers: users\nother: other\n`,
        'other/.collection/definition.yaml': plainDefinition,
        'cooking/.collections/recipes/definition.yaml': plainDefinition,
        'both/definition.yaml': plainDefinition,
        'both/.collection/definition.yaml': plainDefinition,
      })
      expect(messagesOf(catalogue).join('\n')).toContain(message)
      expect(catalogue.problems).toHaveLength(1)
      expect(catalogue.tables.map(({ id }) => id)).toContain('other')
    })

  test('an id that is listed twice, by itself and by a module', () => {
    const catalogue = read({
      [root]: 'm.a: users\nm.*: m\n',
      'm/.ingitdb/root-collections.yaml': 'a: a\n',
      'm/a/.collection/definition.yaml': plainDefinition,
    })
    expect(messagesOf(catalogue)).toEqual(['m/.ingitdb/root-collections.yaml:1 table m.a is listed twice'])
    expect(catalogue.tables.map(({ directory }) => directory)).toEqual(['users'])
  })

  test('a key that is written twice makes the file unreadable, as in the Go tools', () => {
    expect(messagesOf(read({ [root]: 'a: x\na: y\n' }))).toEqual([`${root}:2 the name "a" is used twice`])
  })

  test('a list instead of a map', () => {
    expect(messagesOf(read({ [root]: '- a\n' }))).toEqual([`${root} must be a map of table ids to directories`])
  })
})
