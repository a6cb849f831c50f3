import fc from 'fast-check'
import type { Json, JsonObject } from '../../domain/json.ts'
import { joinPath, recordsDirectoryOf } from '../../domain/table/record-path.ts'
import { type Catalogue, findTable, type Table } from '../../domain/table/table.ts'
import { catalogueCodec } from '../../infrastructure/formats/definition/catalogue-codec.ts'
import { recordCodec } from '../../infrastructure/formats/record-codec.ts'

/** Text by path: everything that a commit has. */
export type Files = Readonly<Record<string, string>>

/** What somebody does to a database, with the product or with an editor. */
export type Edit =
  | { readonly do: 'set'; readonly table: TableName; readonly key: string; readonly field: number; readonly value: number }
  | { readonly do: 'insert'; readonly table: TableName; readonly key: string; readonly values: readonly number[] }
  | { readonly do: 'delete'; readonly table: TableName; readonly key: string }
  | { readonly do: 'column'; readonly table: TableName; readonly name: string }
  | { readonly do: 'comment'; readonly table: TableName; readonly key: string; readonly text: string }
  | { readonly do: 'line'; readonly line: number; readonly text: string }

/** What two people did after a state that both had. */
export interface RandomMerge {
  readonly base: readonly Edit[]
  readonly ours: readonly Edit[]
  readonly theirs: readonly Edit[]
}

const tableNames = ['users', 'items', 'prices', 'notes', 'terms'] as const
type TableName = (typeof tableNames)[number]

const definition = (recordFile: string, columns: Readonly<Record<string, string>>, more = ''): string =>
  `record_file: ${recordFile}\ncolumns:\n${Object.entries(columns)
    .map(([name, type]) => `    ${name}:\n        type: ${type}\n`)
    .join('')}${more}`

/** One table of each way to keep records, and a file that is nobody's. */
export const startFiles: Files = {
  '.ingitdb/root-collections.yaml': tableNames.map((name) => `${name}: ${name}\n`).join(''),
  'users/.collection/definition.yaml': definition(`{ name: '{key}.yaml', format: yaml, type: 'map[string]any' }`, {
    name: 'string',
    age: 'int',
    tags: "'[]string'",
  }),
  'users/.collection/rules.yaml': 'merge:\n    sets: [tags]\n',
  'items/.collection/definition.yaml': definition(`{ name: '{key}.json', format: json, type: 'map[string]any' }`, {
    title: 'string',
    owner: 'string\n        foreign_key: users',
    size: 'int',
  }),
  'prices/.collection/definition.yaml': definition(
    `{ name: prices.csv, format: csv, type: '[]map[string]any' }`,
    { $ID: 'string', amount: 'int', currency: 'string' },
    'columns_order: [$ID, amount, currency]\n',
  ),
  'notes/.collection/definition.yaml': definition(`{ name: '{key}.md', format: markdown, type: 'map[string]any', content_field: body }`, {
    title: 'string',
    rank: 'int',
    body: 'string',
  }),
  'terms/.collection/definition.yaml': definition(`{ name: terms.yaml, format: yaml, type: 'map[$record_id]map[$field_name]any' }`, {
    term: 'string',
    weight: 'int',
  }),
  'users/$records/k0.yaml': '# the first\nname: a # short\nage: 1\ntags:\n    - x\n    - y\n',
  'users/$records/k1.yaml': 'name: b\nage: 2\n',
  'items/$records/k0.json': '{\n  "title": "a",\n  "owner": "k0",\n  "size": 1\n}\n',
  'items/$records/k1.json': '{\n  "title": "b",\n  "size": 2\n}\n',
  'prices/prices.csv': '$ID,amount,currency\nk0,1,EUR\nk1,2,USD\nk2,3,EUR\n',
  'notes/$records/k0.md': '---\ntitle: a\nrank: 1\n---\nFirst line\n\nSecond line\n',
  'terms/terms.yaml': 'k0:\n    term: a\n    weight: 1\n# between\nk1:\n    term: b\n    weight: 2\nk2:\n    term: c\n    weight: 3\n',
  'notes.txt': 'one\ntwo\nthree\nfour\nfive\nsix\n',
}

const key = fc.constantFrom('k0', 'k1', 'k2', 'k3', 'k4')
const table = fc.constantFrom(...tableNames)
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('set' as const), table, key, field: fc.nat(3), value: fc.nat(5) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('insert' as const), table, key, values: fc.array(fc.nat(5), { minLength: 4, maxLength: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), table, key }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('column' as const),
      table: fc.constantFrom('users', 'items', 'notes', 'terms'),
      name: fc.constantFrom('extra', 'more', 'last'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('comment' as const), table, key, text: fc.constantFrom('why', 'how', 'when') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('line' as const), line: fc.nat(5), text: fc.constantFrom('A', 'B') }) },
)
const edits = (maxLength: number) => fc.array(edit, { minLength: 1, maxLength })

export const randomMerge: fc.Arbitrary<RandomMerge> = fc.record({ base: edits(3), ours: edits(6), theirs: edits(6) })

/** The files after some edits; what cannot be done to them, such as an edit of a record that is not there, is left out. */
export const applyEdits = (files: Files, list: readonly Edit[]): Files => list.reduce(applyEdit, files)

const applyEdit = (files: Files, each: Edit): Files => {
  if (each.do === 'line') return editLine(files, each.line, each.text)
  const found = findTable(readCatalogue(files), each.table)
  if (found === undefined) throw new Error(`table ${each.table} cannot be read`)
  switch (each.do) {
    case 'column':
      return addColumn(files, found, each.name)
    case 'comment':
      return addComment(files, pathOf(found, each.key), each.text)
    case 'delete':
      return writeRecord(files, { table: found, key: each.key }, undefined)
    case 'insert':
      return writeRecord(
        files,
        { table: found, key: each.key },
        Object.fromEntries(fieldsOf(found).map(({ name, type }, index): [string, Json] => [name, valueFor(name, type, each.values[index] ?? 0)])),
      )
    case 'set': {
      const fields = readRecords(files, found).get(each.key)
      const columns = fieldsOf(found)
      const column = columns[each.field % columns.length]
      if (fields === undefined || column === undefined) return files
      return writeRecord(files, { table: found, key: each.key }, { ...fields, [column.name]: valueFor(column.name, column.type, each.value) })
    }
  }
}

const readCatalogue = (files: Files): Catalogue =>
  catalogueCodec.read(
    new Map(
      Object.entries(files)
        .filter(([path]) => catalogueCodec.isDefinitionPath(path))
        .map(([path, text]) => [path, { oid: path, bytes: Buffer.from(text) }]),
    ),
  )

const fieldsOf = ({ columns }: Table) => columns.filter(({ name }) => name !== '$ID')

const valueFor = (name: string, type: string, value: number): Json => {
  if (name === 'owner') return `k${value % 3}`
  if (type === 'int') return value
  if (type !== 'string') return ['x', 'y', 'z'].slice(value % 3)
  return name === 'body' ? `First line\n\nline ${value}\n` : (['a', 'b', 'c', 'a: b', 'it\'s, "so"', ''][value % 6] ?? '')
}

const pathOf = ({ directory, recordFile, ...rest }: Table, name: string): string =>
  joinPath(joinPath(directory, recordsDirectoryOf({ ...rest, recordFile })), recordFile.name.replace('{key}', name))

const readRecords = (files: Files, each: Table): ReadonlyMap<string, JsonObject> => {
  const isSingle = each.recordFile.type === 'single'
  const [start = '', end = ''] = pathOf(each, '\0').split('\0')
  const paths = isSingle ? Object.keys(files).filter((path) => path.startsWith(start) && path.endsWith(end)) : [start].filter((path) => path in files)
  const records = paths.flatMap((path) => {
    const own = isSingle ? path.slice(start.length, path.length - end.length) : undefined
    const contents = recordCodec.read(each, Buffer.from(files[path] ?? ''), own)
    if (contents.problems.length > 0) throw new Error(`${path}: ${JSON.stringify(contents.problems)}\n${files[path]}`)
    return contents.records
  })
  return new Map(records.map((record) => [record.key, record.fields]))
}

const writeRecord = (
  files: Files,
  { table: each, key: name }: { readonly table: Table; readonly key: string },
  fields: JsonObject | undefined,
): Files => {
  const path = pathOf(each, name)
  const before = files[path]
  if (fields === undefined && !readRecords(files, each).has(name)) return files
  const edited = recordCodec.edit(each, before === undefined ? undefined : Buffer.from(before), new Map([[name, fields ?? null]]))
  if (!edited.ok) throw new Error(JSON.stringify(edited.failure))
  const { [path]: _, ...others } = files
  return edited.value === undefined ? others : { ...others, [path]: Buffer.from(edited.value).toString() }
}

const addColumn = (files: Files, before: Table, name: string): Files => {
  if (before.columns.some((column) => column.name === name)) return files
  const column = { name, type: 'string' } as const
  const after: Table = {
    ...before,
    columns: [...before.columns, column],
    columnsOrder: before.columnsOrder.length === 0 ? [] : [...before.columnsOrder, name],
  }
  const definitions = new Map(
    Object.entries(files)
      .filter(([path]) => catalogueCodec.isDefinitionPath(path))
      .map(([path, text]) => [path, { oid: path, bytes: Buffer.from(text) }]),
  )
  const changed = catalogueCodec.change({ before, after, renamedColumns: {} }, definitions)
  if (!changed.ok) throw new Error(JSON.stringify(changed.failure))
  return { ...files, ...Object.fromEntries([...changed.value].map(([path, bytes]) => [path, Buffer.from(bytes ?? '').toString()])) }
}

/** Where the format has comments. */
const addComment = (files: Files, path: string, text: string): Files => {
  const before = files[path]
  return before === undefined || !path.endsWith('.yaml') || before.startsWith('{') ? files : { ...files, [path]: `# ${text}\n${before}` }
}

const editLine = (files: Files, line: number, text: string): Files => {
  const lines = (files['notes.txt'] ?? '').split('\n')
  return { ...files, 'notes.txt': lines.with(line, text).join('\n') }
}
