import { describe, expect, test } from 'vitest'
import { catalogueCodec } from '../../../../infrastructure/formats/definition/catalogue-codec.ts'
import { filesOf, messagesOf, plainDefinition, readUsers } from './definition-files.ts'

const recordFile = 'record_file: {name: "{key}.yaml", format: yaml, type: "map[string]any"}\n'
const definition = (columns: string, more = ''): string => `${recordFile}columns:\n${columns}${more}`
const file = 'users/.collection/definition.yaml'

test('a database without definition files is empty and has no problems', () => {
  expect(catalogueCodec.read(new Map())).toEqual({ tables: [], problems: [] })
})

test('a table is read with its columns in columns_order, then by name', () => {
  const catalogue = readUsers(
    definition('  b: {type: int}\n  z: {type: any}\n  a: {type: "[]string"}\n', 'columns_order: [z]\nprimary_key: [a]\ntitles: {en: Users}\n'),
  )
  expect(catalogue.problems).toEqual([])
  expect(catalogue.tables[0]).toMatchObject({
    id: 'users',
    directory: 'users',
    columns: [
      { name: 'z', type: 'any' },
      { name: 'a', type: '[]string' },
      { name: 'b', type: 'int' },
    ],
    columnsOrder: ['z'],
    primaryKey: ['a'],
    titles: { en: 'Users' },
    recordFile: { name: '{key}.yaml', format: 'yaml', type: 'single' },
  })
})

test('every key of a column is read; what the Go tools take for unset is unset', () => {
  const column =
    '  c: {type: string, title: T, titles: {en: E}, valueTitle: V, required: yes, min_length: 1, max_length: 9, length: 0, locale: en, format: uri, enum: [a, b]}\n' +
    '  n: {type: float, min_value: 0, max_value: 1.5, required: false, title: 017}\n'
  expect(readUsers(definition(column)).tables[0]?.columns).toEqual([
    {
      name: 'c',
      type: 'string',
      title: 'T',
      titles: { en: 'E' },
      valueTitle: 'V',
      required: true,
      minLength: 1,
      maxLength: 9,
      enum: ['a', 'b'],
      locale: 'en',
      format: 'uri',
    },
    { name: 'n', type: 'float', title: '017', minValue: 0, maxValue: 1.5 },
  ])
})

test('keys about views, documents and merging are accepted and ignored', () => {
  const more =
    'default_view: {order_by: c}\nreadme: {hide_columns: true}\nconflict_resolution: {record_merge: {enabled: true}}\ndata_dir: x\nmin_records_count: 0\nmax_records_count: 5\n'
  expect(messagesOf(readUsers(definition('  c: {type: string}\n', more)))).toEqual([])
})

test('views, subcollections and triggers are no definitions of tables', () => {
  for (const path of ['users/.collection/views/all.yaml', 'users/.collection/trigger_x.yaml', 'users/$records/definition.yaml', 'users/users.yaml'])
    expect(catalogueCodec.isDefinitionPath(path), path).toBe(false)
  for (const path of [
    '.ingitdb/root-collections.yaml',
    '.ingitdb/settings.yaml',
    '.ingitdb.yaml',
    'modules/geo/.ingitdb/root-collections.yaml',
    'old/.ingitdb-collection.yaml',
    'cooking/.collections/recipes/definition.yaml',
    ...['definition.yaml', 'schema.json', 'rules.yaml', 'layout.yaml'].map((name) => `users/.collection/${name}`),
  ])
    expect(catalogueCodec.isDefinitionPath(path), path).toBe(true)
})

describe('a broken definition leaves out its own table and nothing else', () => {
  const broken: Readonly<Record<string, readonly [string, string]>> = {
    'an unknown key': [definition('  c: {type: string}\n', 'unique: [c]\n'), `${file}:4 unknown key "unique"; known keys: inherits,`],
    'an unknown key of a column': [definition('  c:\n    type: string\n    regex: x\n'), `${file}:5 unknown key "regex"`],
    'an unknown key of record_file': [
      'record_file:\n  name: "{key}.yaml"\n  record_dir: x\n  format: yaml\n  type: map[string]any\ncolumns: {c: {type: any}}\n',
      `${file}:3 unknown key "record_dir"`,
    ],
    'bad syntax': ['columns: [', `${file}:1 `],
    'a name twice': [definition('  c: {type: string}\n  c: {type: int}\n'), `${file}:4 the name "c" is used twice`],
    'a list where a map belongs': [`${recordFile}columns: [a]\n`, `${file}:2 "columns" must be a map, not a list`],
    'no columns': [recordFile, `${file} missing "columns"`],
    'empty columns': [`${recordFile}columns: {}\n`, `${file}:2 a table needs at least one column`],
    'an empty file': ['', `${file} missing "columns"`],
    'no record_file': ['columns: {c: {type: any}}\n', `${file} missing "record_file"`],
    'a column without type': [definition('  c: {title: x}\n'), `${file}:3 column "c" has no type`],
    'an unknown type': [definition('  c:\n    type: number\n'), `${file}:4 column "c" has the unknown type "number"`],
    'a nested list type': [definition('  c: {type: "[][]string"}\n'), `${file}:3 column "c" has the unknown type`],
    'a map type with a wrong key': [definition('  c: {type: "map[float]string"}\n'), `${file}:3 column "c" has the unknown type`],
    'a column in columns_order that is not declared': [
      definition('  c: {type: any}\n', 'columns_order:\n  - c\n  - d\n'),
      `${file}:6 columns_order names "d"`,
    ],
    'a column twice in columns_order': [definition('  c: {type: any}\n', 'columns_order: [c, c]\n'), `${file}:4 columns_order names "c" twice`],
    'a primary key that is not declared': [definition('  c: {type: any}\n', 'primary_key: [d]\n'), `${file}:4 primary_key names "d"`],
    'a negative length': [definition('  c: {type: string, max_length: -1}\n'), `${file}:3 column "c" has a max_length of -1`],
    'a length that is no number': [
      definition('  c: {type: string, length: many}\n'),
      `${file}:3 "columns.c.length" must be a whole number, not "many"`,
    ],
    'a fractional length': [definition('  c: {type: string, length: 1.5}\n'), `${file}:3 "columns.c.length" must be a whole number, not 1.5`],
    'a bound that is no number': [definition('  c: {type: int, min_value: low}\n'), `${file}:3 "columns.c.min_value" must be a number, not "low"`],
    'required that is neither true nor false': [
      definition('  c: {type: int, required: maybe}\n'),
      `${file}:3 "columns.c.required" must be true or false`,
    ],
    'a negative min_records_count': [definition('  c: {type: int}\n', 'min_records_count: -1\n'), `${file}:4 min_records_count cannot be negative`],
    'record counts that contradict': [
      definition('  c: {type: int}\n', 'min_records_count: 3\nmax_records_count: 2\n'),
      `${file}:4 min_records_count (3) is above`,
    ],
    inherits: ['inherits: ../base.yaml\n', `${file}:1 inherits "../base.yaml": there is no users/base.yaml`],
    formula: [definition('  c: {type: int, formula: a + 1}\n'), `${file}:3 column "c" has a formula that has an undefined name at column 1: a`],
    required_when: [
      definition('  c: {type: int, required_when: c >}\n'),
      `${file}:3 column "c" has a required_when that cannot be read: expected a value, found the end (column 4)`,
    ],
  }
  for (const [what, [text, message]] of Object.entries(broken))
    test(what, () => {
      const catalogue = catalogueCodec.read(
        filesOf({
          '.ingitdb/root-collections.yaml': 'users: users\nother: other\n',
          [file]: text,
          'other/.collection/definition.yaml': plainDefinition,
        }),
      )
      expect(messagesOf(catalogue).join('\n')).toContain(message)
      expect(catalogue.tables.map(({ id }) => id)).toEqual(['other'])
    })
})

describe('a definition that fits no value, or checks nothing, serves its table all the same, as the Go tools do, with a warning:', () => {
  const file = 'users/.collection/definition.yaml'
  const recordFile = 'record_file: {name: "{key}.yaml", format: yaml, type: "map[string]any"}\n'
  const definition = (columns: string): string => `${recordFile}columns:\n${columns}`
  const doubtful: Record<string, readonly [text: string, message: string]> = {
    'min_length above max_length': [
      definition('  c: {type: string, min_length: 3, max_length: 2}\n'),
      `${file}:3 column "c" has a min_length (3) above`,
    ],
    'a length of a number': [definition('  c: {type: int, length: 3}\n'), `${file}:3 column "c" has a length, but`],
    'min_value of a text': [definition('  c: {type: string, min_value: 3}\n'), `${file}:3 column "c" has min_value or max_value`],
    'min_value above max_value': [definition('  c: {type: int, min_value: 3, max_value: 1}\n'), `${file}:3 column "c" has a min_value (3) above`],
    'a fractional bound of an int': [definition('  c: {type: int, min_value: 0.5}\n'), `${file}:3 column "c" is an int`],
    'an empty enum': [definition('  c: {type: string, enum: []}\n'), `${file}:3 column "c" has an empty enum`],
    'an enum member twice': [definition('  c: {type: float, enum: [1, 1.0]}\n'), `${file}:3 column "c" lists an enum member twice`],
    'an enum member of another type': [
      definition('  c:\n    type: int\n    enum:\n      - 1\n      - two\n'),
      `${file}:7 column "c" has an enum member that is no int: two`,
    ],
  }
  for (const [what, [text, message]] of Object.entries(doubtful))
    test(what, () => {
      const catalogue = catalogueCodec.read(filesOf({ '.ingitdb/root-collections.yaml': 'users: users\n', [file]: text }))
      expect(messagesOf(catalogue).join('\n')).toContain(message)
      expect(catalogue.problems.map(({ severity }) => severity)).toEqual(['warning'])
      expect(catalogue.tables.map(({ id }) => id)).toEqual(['users'])
    })
})

describe('record_file', () => {
  const read = (yaml: string) => readUsers(`record_file: ${yaml}\ncolumns: {id: {type: any}}\ncolumns_order: [id]\n`)
  const allowed = [
    '{name: "{key}.yaml", format: yaml, type: "map[string]any"}',
    '{name: "{key}/{key}.yml", format: yml, type: "map[string]any"}',
    '{name: all.json, format: json, type: "[]map[string]any"}',
    '{name: all.yaml, format: yaml, type: "map[$record_id]map[$field_name]any"}',
    '{name: all.csv, format: csv, type: "[]map[string]any"}',
    '{name: "{key}.yaml", format: yaml, type: "[]map[string]any"}',
    '{name: "by/{id}.yaml", format: yaml, type: "map[$record_id]map[$field_name]any"}',
    '{name: "{id}/{key}.yaml", format: yaml, type: "map[string]any"}',
    '{name: a.yaml, format: yaml, type: "map[string]any"}',
  ]
  for (const yaml of allowed)
    test(`${yaml} is accepted`, () => {
      expect(messagesOf(read(yaml))).toEqual([])
    })
  const refused: Readonly<Record<string, string>> = {
    '{name: a.csv, format: csv, type: "map[string]any"}': 'format csv goes with type []map[string]any, not map[string]any',
    '{name: a, format: jsonl, type: "map[string]any"}': 'format jsonl goes with type []map[string]any',
    '{name: a, format: markdown, type: "[]map[string]any"}': 'format markdown goes with type map[string]any',
    '{name: a, format: ingr, type: "map[string]any"}': 'format ingr goes with type []map[string]any or map[$record_id]map[$field_name]any',
    '{name: a.toml, format: toml, type: "[]map[string]any"}':
      'format toml goes with type map[string]any or map[$record_id]map[$field_name]any, not []map[string]any',
    '{name: a, format: md, type: "map[string]any"}': 'unknown format "md"; formats are yaml, yml, json, toml, markdown, csv, jsonl, ingr',
    '{name: a, format: yaml, type: "map[string]map[string]any"}':
      'unknown type "map[string]map[string]any"; types are map[string]any, []map[string]any, map[$record_id]map[$field_name]any',
    '{format: yaml, type: "map[string]any"}': 'record_file has no name',
    '{name: "{key}.yaml", format: yaml, type: "map[string]any", content_field: c}': 'content_field is for format markdown',
    '{name: "../{key}.yaml", format: yaml, type: "map[string]any"}': '"../{key}.yaml" is no file name',
    '{name: "/{key}.yaml", format: yaml, type: "map[string]any"}': 'is no file name',
    '{name: "{id}-{key}.yaml", format: yaml, type: "map[string]any"}': 'not supported: {key} and {id} in one part of a file name',
    '{name: "{id}.yaml", format: yaml, type: "map[string]any"}': 'not supported: {id} without {key}',
    '{name: "{status}/{key}.yaml", format: yaml, type: "map[string]any"}': 'record_file: {status} in the name is no column',
    '{name: "{key}{id}.yaml", format: yaml, type: "[]map[string]any"}': 'is no file name',
    '{name: "{}.yaml", format: yaml, type: "[]map[string]any"}': 'is no file name',
    '{name: "{key}-{key}.yaml", format: yaml, type: "map[string]any"}': 'not supported: {key} twice',
  }
  for (const [yaml, message] of Object.entries(refused))
    test(`${yaml} is refused`, () => {
      const catalogue = read(yaml)
      expect(messagesOf(catalogue).join('\n')).toContain(`${file}:1 `)
      expect(messagesOf(catalogue).join('\n')).toContain(message)
      expect(catalogue.tables).toEqual([])
    })

  test('exclude_regex is kept', () => {
    const catalogue = read(`{name: "{key}.yaml", format: yaml, type: "map[string]any", exclude_regex: "^README"}`)
    expect(messagesOf(catalogue)).toEqual([])
    expect(catalogue.tables[0]?.recordFile.excludeRegex).toBe('^README')
  })

  test('an exclude_regex that RE2 cannot compile is an error', () => {
    const catalogue = read(`{name: "{key}.yaml", format: yaml, type: "map[string]any", exclude_regex: "(?=x)"}`)
    expect(messagesOf(catalogue)).toEqual([`${file}:1 record_file: "(?=x)" is no regular expression (RE2 syntax)`])
    expect(catalogue.tables).toEqual([])
  })

  test('a csv table needs columns_order with its key in it', () => {
    const csv = 'record_file: {name: a.csv, format: csv, type: "[]map[string]any"}\ncolumns: {id: {type: any}, n: {type: any}}\n'
    expect(messagesOf(readUsers(csv))).toEqual([`${file} a csv table needs columns_order: it is the header of the file`])
    expect(messagesOf(readUsers(`${csv}columns_order: [n]\n`)).join()).toContain('a csv table needs its key in columns_order')
    expect(messagesOf(readUsers(`${csv}columns_order: [n]\nprimary_key: [n]\n`))).toEqual([])
  })
})

describe('the files beside definition.yaml', () => {
  const schema = '{"type":"object","properties":{"name":{"type":"string"}},"required":[]}'

  test('schema.json, rules.yaml and layout.yaml become part of the table and of its fingerprint', () => {
    const rules = 'key_field: name\nunique: [name, [name]]\non_delete: {ref: cascade}\ndefaults: {name: x}\nindexes: [[name, ref]]\n'
    const columns = definition('  name: {type: string}\n  ref: {type: string, foreign_key: users}\n')
    const schemaWithRef = '{"type":"object","properties":{"name":{"type":"string"},"ref":{"type":"string"}}}'
    const beside = {
      'users/.collection/schema.json': schemaWithRef,
      'users/.collection/rules.yaml': rules,
      'users/.collection/layout.yaml': 'fanOut: 2\nlevels: 2\nhash: sha256\n',
    }
    const catalogue = readUsers(columns, beside)
    expect(messagesOf(catalogue)).toEqual([])
    expect(catalogue.tables[0]).toMatchObject({
      schema: { type: 'object' },
      rules: { keyField: 'name', unique: [['name'], ['name']], onDelete: { ref: 'cascade' }, defaults: { name: 'x' }, indexes: [['name', 'ref']] },
      layout: { levels: 2 },
    })
    const changed = readUsers(columns, { ...beside, 'users/.collection/rules.yaml': `${rules}\n` })
    expect(changed.tables[0]?.fingerprint).not.toBe(catalogue.tables[0]?.fingerprint)
  })

  test('empty files say nothing', () => {
    expect(readUsers(plainDefinition, { 'users/.collection/rules.yaml': '' }).tables[0]?.rules).toEqual({
      unique: [],
      onDelete: {},
      defaults: {},
      indexes: [],
    })
  })

  const wrong: Readonly<Record<string, readonly [string, string, string]>> = {
    'a schema that is no JSON': ['schema.json', '{', 'users/.collection/schema.json:1 not valid JSON'],
    'a schema that is no object': ['schema.json', '[]', 'a schema must be a JSON object'],
    'an unknown rule': ['rules.yaml', 'uniqe: [name]\n', 'users/.collection/rules.yaml:1 unknown key "uniqe"'],
    'a unique rule about no column': ['rules.yaml', 'unique:\n  - nme\n', 'users/.collection/rules.yaml:2 rules: "nme" is no column'],
    'a unique rule with a column twice': ['rules.yaml', 'unique: [[name, name]]\n', 'an entry of unique names a column twice'],
    'an empty unique rule': ['rules.yaml', 'unique: [[]]\n', 'an entry of unique names no column'],
    'an index of no column': ['rules.yaml', 'indexes: [age]\n', 'rules: "age" is no column'],
    'a search of no column': ['rules.yaml', 'search: [nme]\n', 'rules: "nme" is no column'],
    'a search that names a field twice': ['rules.yaml', 'search: [name, name]\n', 'search names a field twice'],
    'a search that is no list': ['rules.yaml', 'search: name\n', '"search" must be a list'],
    'an index of a place in no column': ['rules.yaml', 'indexes: [age.years]\n', 'rules: "age.years" is no column'],
    'an index of a place that is none': ['rules.yaml', 'indexes: ["name[x"]\n', 'rules: "name[x" is no column'],
    'a default of no column': ['rules.yaml', 'defaults: {age: 1}\n', 'rules: "age" is no column'],
    'a key field that is no column': ['rules.yaml', 'key_field: id\n', 'the key field "id" is no column'],
    'an unknown action': ['rules.yaml', 'on_delete: {name: explode}\n', 'on_delete of "name" must be one of restrict, cascade, set-null'],
    'on_delete without a foreign key': ['rules.yaml', 'on_delete: {name: cascade}\n', 'on_delete names "name", which is no foreign key column'],
    'a layout of three levels': ['layout.yaml', 'levels: 3\n', 'users/.collection/layout.yaml:1 levels must be 1 or 2'],
    'another hash': ['layout.yaml', 'levels: 1\nhash: md5\n', 'users/.collection/layout.yaml:2 hash must be sha256'],
    'another fan-out': ['layout.yaml', 'levels: 1\nfanOut: 3\n', 'users/.collection/layout.yaml:2 fanOut must be 2'],
  }
  for (const [what, [name, text, message]] of Object.entries(wrong))
    test(`${what} leaves the table out`, () => {
      const catalogue = readUsers(plainDefinition, { [`users/.collection/${name}`]: text })
      expect(messagesOf(catalogue).join('\n')).toContain(message)
      expect(catalogue.tables).toEqual([])
    })

  test('set-null cannot be the rule of a required column', () => {
    const columns = definition('  ref: {type: string, foreign_key: users, required: true}\n')
    expect(messagesOf(readUsers(columns, { 'users/.collection/rules.yaml': 'on_delete: {ref: set-null}\n' })).join()).toContain(
      'cannot set the required column "ref" to null',
    )
  })

  test('a shared file cannot be spread over directories', () => {
    const shared = 'record_file: {name: a.yaml, format: yaml, type: "[]map[string]any"}\ncolumns: {name: {type: string}}\n'
    expect(messagesOf(readUsers(shared, { 'users/.collection/layout.yaml': 'levels: 1\n' }))).toEqual([
      'users/.collection/layout.yaml only a table with one file a record can be spread over directories',
    ])
  })

  test('a schema and columns that say different things are reported, and the table is served', () => {
    const columns = definition('  name: {type: int, required: true}\n  age: {type: int}\n  $ID: {type: string}\n')
    const catalogue = readUsers(columns, {
      'users/.collection/schema.json': schema.replace('"required"', '"x":{},"required"').replace('}}', '},"more":{}}'),
    })
    expect(messagesOf(catalogue)).toEqual([
      'users/.collection/schema.json drift: column "age" is no property of the schema',
      'users/.collection/schema.json drift: column "name" is int in definition.yaml and string in the schema',
      'users/.collection/schema.json drift: column "name" is required in definition.yaml and optional in the schema',
      'users/.collection/schema.json drift: property "more" of the schema is no column of definition.yaml',
    ])
    expect(catalogue.tables).toHaveLength(1)
    expect(messagesOf(readUsers(plainDefinition, { 'users/.collection/schema.json': schema }))).toEqual([])
  })

  test('a schema from which no columns can be derived is reported, and the table is served', () => {
    const catalogue = readUsers(plainDefinition, { 'users/.collection/schema.json': '{"type":"array"}' })
    expect(messagesOf(catalogue).join()).toContain('no columns can be derived from the schema')
    expect(catalogue.tables).toHaveLength(1)
  })
})

describe('foreign keys', () => {
  const root = {
    '.ingitdb/root-collections.yaml': 'todo.*: todo\ncountries: countries\n',
    'todo/.ingitdb/root-collections.yaml': 'tasks: tasks\nstatuses: statuses\n',
  }
  const others = { 'todo/statuses/.collection/definition.yaml': plainDefinition, 'countries/.collection/definition.yaml': plainDefinition }
  const read = (foreignKey: string) =>
    catalogueCodec.read(
      filesOf({
        ...root,
        ...others,
        'todo/tasks/.collection/definition.yaml': definition(`  x:\n    type: string\n    foreign_key: ${foreignKey}\n`),
      }),
    )

  test('a bare name is looked up in the module first, then among all; a name with a dot is absolute', () => {
    for (const foreignKey of ['statuses', 'countries', 'todo.statuses']) expect(messagesOf(read(foreignKey)), foreignKey).toEqual([])
  })

  test('one that leads nowhere is reported with the known tables, and the table is served', () => {
    const catalogue = read('nowhere')
    expect(messagesOf(catalogue)).toEqual([
      'todo/tasks/.collection/definition.yaml:5 column "x" of table todo.tasks: foreign_key "nowhere" is no table of this database (known tables: countries, todo.statuses, todo.tasks)',
    ])
    expect(catalogue.tables).toHaveLength(3)
  })
})

describe('layouts of old versions', () => {
  test('their markers are named, and the rest is served', () => {
    const catalogue = readUsers(plainDefinition, { '.ingitdb.yaml': 'rootCollections: {a: b}\n', 'old/.ingitdb-collection.yaml': 'columns: {}\n' })
    expect(messagesOf(catalogue).join('\n')).toContain('.ingitdb.yaml .ingitdb.yaml with rootCollections belongs to the layout of old versions')
    expect(messagesOf(catalogue).join('\n')).toContain('old/.ingitdb-collection.yaml belongs to the layout of old versions')
    expect(catalogue.tables).toHaveLength(1)
  })

  test('.ingitdb.yaml without rootCollections is the server’s configuration', () => {
    expect(readUsers(plainDefinition, { '.ingitdb.yaml': 'server: {port: 1}\n' }).problems).toEqual([])
  })
})

describe('definition files that are not good text', () => {
  const withBytes = (bytes: Uint8Array) =>
    catalogueCodec.read(new Map([...filesOf({ '.ingitdb/root-collections.yaml': 'users: users\n' }), [file, { oid: 'x', bytes }]]))

  test('bytes that are not UTF-8 are reported', () => {
    expect(messagesOf(withBytes(Uint8Array.of(0x61, 0xff)))).toEqual([`${file} is not UTF-8 text`])
  })

  test('a file of more than a megabyte is reported and not parsed', () => {
    expect(messagesOf(withBytes(new Uint8Array(1024 * 1024 + 1).fill(0x20))).join()).toContain('a definition file may have at most 1048576')
  })

  test('a byte order mark and Windows line ends are fine', () => {
    expect(messagesOf(readUsers(`\ufeff${plainDefinition.replaceAll('\n', '\r\n')}`))).toEqual([])
  })

  test('endless nesting and exploding aliases are reported', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...[...'bcdefgh'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`).join(', ')}]`),
    ]
    for (const text of ['['.repeat(20_000), bomb.join('\n')]) expect(readUsers(text).problems.length).toBeGreaterThan(0)
  })

  test('anchors and merge keys work as in the Go tools', () => {
    const text = `${recordFile}columns:\n  a: &base {type: string, max_length: 5}\n  b: {<<: *base, title: B}\n`
    expect(readUsers(text).tables[0]?.columns).toEqual([
      { name: 'a', type: 'string', maxLength: 5 },
      { name: 'b', type: 'string', title: 'B', maxLength: 5 },
    ])
  })
})
