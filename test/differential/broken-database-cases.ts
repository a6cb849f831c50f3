/** A small database with one thing wrong, what the Go validator says of it, and what is said here. */
export interface BrokenDatabase {
  readonly name: string
  /** Beside and over those of a sound database; `null` takes a file away. */
  readonly files: Readonly<Record<string, string | null>>
  /** What the Go validator says, by the categories that it publishes; `nothing` where it has no such check. */
  readonly go: string
  /** Every finding of ours: file, line and code. */
  readonly ours: readonly string[]
  /** Why the two differ, where they do. */
  readonly why?: string
}

const users = 'users/.collection/definition.yaml'
const ada = 'users/$records/ada.yaml'

/** The definition of the sound table `users`, with text in it replaced or added. */
const definition = ({ columns = '', rest = '', recordFile = single }: { columns?: string; rest?: string; recordFile?: string } = {}): string =>
  `${recordFile}columns:\n    name:\n        type: string\n        required: true\n${columns}${rest}`

const single = "record_file:\n    name: '{key}.yaml'\n    format: yaml\n    type: map[string]any\n"
const listed = 'record_file:\n    name: users.json\n    format: json\n    type: "[]map[string]any"\n'
const column = (name: string, rest: string): string => `    ${name}:\n        ${rest.split(', ').join('\n        ')}\n`

/** A sound database: the cases are made of it. */
export const soundDatabase: Readonly<Record<string, string>> = {
  '.ingitdb/root-collections.yaml': 'countries: countries\nusers: users\n',
  'countries/.collection/definition.yaml': definition(),
  'countries/$records/de.yaml': 'name: Germany\n',
  [users]: definition(),
  [ada]: 'name: Ada\n',
}

/** A table with one more column, and a record with a value for it. */
const withColumn = (rest: string, record: string): Readonly<Record<string, string>> => ({
  [users]: definition({ columns: column('x', rest) }),
  [ada]: `name: Ada\n${record}`,
})

const firstOnly = 'the Go command stops at the first thing that is wrong with a definition; here everything is said, with its line'

export const brokenDatabases: readonly BrokenDatabase[] = [
  {
    name: 'an unknown key in a definition',
    files: { [users]: definition({ rest: 'description: People\n' }) },
    go: 'strict decode: unknown key',
    ours: ['users/.collection/definition.yaml:9 error definition'],
  },
  {
    name: 'an unknown key of a column',
    files: withColumn('type: string, regex: a', 'x: a\n'),
    go: 'strict decode: unknown key',
    ours: ['users/.collection/definition.yaml:11 error definition'],
  },
  {
    name: 'two mistakes in two definitions',
    files: { [users]: definition({ rest: 'id: users\n' }), 'countries/.collection/definition.yaml': definition({ rest: 'id: countries\n' }) },
    go: 'strict decode: unknown key',
    ours: ['countries/.collection/definition.yaml:9 error definition', 'users/.collection/definition.yaml:9 error definition'],
    why: firstOnly,
  },
  { name: 'no columns', files: { [users]: single }, go: "missing 'columns'", ours: ['users/.collection/definition.yaml error definition'] },
  {
    name: 'a type that does not exist',
    files: withColumn('type: number', 'x: 1\n'),
    go: 'invalid column: unknown column type',
    ours: ['users/.collection/definition.yaml:10 error column-type'],
  },
  {
    name: 'a list of lists',
    files: withColumn("type: '[][]int'", ''),
    go: 'invalid column: unsupported element type',
    ours: ['users/.collection/definition.yaml:10 error column-type'],
  },
  {
    name: 'a column twice in columns_order',
    files: { [users]: definition({ rest: 'columns_order: [name, name]\n' }) },
    go: 'columns_order: duplicate',
    ours: ['users/.collection/definition.yaml:9 error duplicate-column'],
  },
  {
    name: 'a column in columns_order that is none',
    files: { [users]: definition({ rest: 'columns_order: [nope]\n' }) },
    go: 'columns_order: unknown',
    ours: ['users/.collection/definition.yaml:9 error unknown-column'],
  },
  {
    name: 'required beside required_when',
    files: withColumn('type: int, required: true, required_when: name == "Ada"', 'x: 1\n'),
    go: "declares both 'required' and 'required_when'",
    ours: ['users/.collection/definition.yaml:12 error required-when'],
  },
  {
    name: 'a formula over a name that is no column',
    files: withColumn('type: int, formula: nope + 1', ''),
    go: 'formula: undefined name',
    ours: ['users/.collection/definition.yaml:11 error formula'],
  },
  {
    name: 'a record type that does not exist',
    files: { [users]: definition({ recordFile: single.replace('map[string]any', 'map[string]map[string]any') }) },
    go: 'invalid record type',
    ours: ['users/.collection/definition.yaml:4 error definition'],
  },
  {
    name: 'CSV with a file for each record',
    files: { [users]: definition({ recordFile: single.replaceAll('yaml', 'csv') }), [ada]: null },
    go: 'record_file: format and type do not go together',
    ours: ['users/.collection/definition.yaml error csv', 'users/.collection/definition.yaml:4 error record-file'],
  },
  {
    name: 'more records wanted than allowed',
    files: { [users]: definition({ rest: 'min_records_count: 3\nmax_records_count: 1\n' }) },
    go: 'impossible record count bounds',
    ours: ['users/.collection/definition.yaml:9 error definition'],
  },
  {
    name: 'an empty enum',
    files: withColumn('type: string, enum: []', ''),
    go: 'nothing',
    ours: ['users/.collection/definition.yaml:11 warning enum'],
    why: 'specified for loading, and not checked there',
  },
  {
    name: 'min_length over max_length',
    files: withColumn('type: string, min_length: 5, max_length: 3', ''),
    go: 'nothing',
    ours: ['users/.collection/definition.yaml:11 warning bounds'],
    why: 'specified for loading, and not checked there',
  },
  {
    name: 'both layouts of one table',
    files: { 'users/definition.yaml': definition() },
    go: 'both definitions exist: use only one layout',
    ours: ['users/.collection/definition.yaml error definition'],
  },
  {
    name: 'the marker of a layout before 2024',
    files: {
      '.ingitdb/root-collections.yaml': null,
      '.ingitdb.yaml': 'rootCollections:\n    users: users\n',
      'users/.collection/definition.yaml': null,
      'countries/.collection/definition.yaml': null,
    },
    go: 'legacy layout: names the marker',
    ours: ['.ingitdb.yaml error legacy-layout'],
  },
  {
    name: 'a foreign key to a table that is not there',
    files: withColumn('type: string, foreign_key: countrys', ''),
    go: 'invalid foreign keys',
    ours: ['users/.collection/definition.yaml:11 error unknown-table'],
  },
  {
    name: 'a base that is missing',
    files: { [users]: `inherits: base.yaml\n${definition()}` },
    go: 'inheritance: missing base',
    ours: ['users/.collection/definition.yaml:1 error definition'],
  },
  {
    name: 'an empty root-collections.yaml',
    files: { '.ingitdb/root-collections.yaml': '' },
    go: 'parse error: EOF',
    ours: ['countries/.collection/definition.yaml warning unlisted-table', 'users/.collection/definition.yaml warning unlisted-table'],
    why: 'the Go command writes such a file itself when the last table goes; here it lists nothing, and the tables beside it are named',
  },
  {
    name: 'an id with a hyphen',
    files: { '.ingitdb/root-collections.yaml': 'countries: countries\nmy-users: users\n' },
    go: 'invalid collection id',
    ours: ['.ingitdb/root-collections.yaml:2 error definition', 'users/.collection/definition.yaml warning unlisted-table'],
  },
  {
    name: 'one directory under two ids',
    files: { '.ingitdb/root-collections.yaml': 'countries: countries\npeople: users\nusers: users\n' },
    go: 'duplicate path',
    ours: ['.ingitdb/root-collections.yaml:3 error definition'],
  },
  {
    name: 'an import of nothing',
    files: { '.ingitdb/root-collections.yaml': 'countries: countries\ngeo.*: modules/geo\nusers: users\n' },
    go: 'import: directory not found',
    ours: ['.ingitdb/root-collections.yaml:2 error definition'],
  },
  {
    name: 'an undeclared field',
    files: { [ada]: 'name: Ada\nnmae: Ada\n' },
    go: 'undeclared field',
    ours: ['users/$records/ada.yaml:2 error undeclared-field'],
  },
  {
    name: 'a required field that is missing',
    files: { [ada]: '{}\n' },
    go: 'missing required field',
    ours: ['users/$records/ada.yaml:1 error required'],
  },
  {
    name: 'a value of another type',
    files: withColumn('type: int', 'x: old\n'),
    go: 'wrong type for field',
    ours: ['users/$records/ada.yaml:2 error type'],
  },
  {
    name: 'a value that is not permitted',
    files: withColumn('type: string, enum: [a,b]', 'x: c\n'),
    go: 'not one of the permitted values',
    ours: ['users/$records/ada.yaml:2 error enum'],
  },
  {
    name: 'a number below its bound',
    files: withColumn('type: int, min_value: 0', 'x: -1\n'),
    go: 'is below min_value',
    ours: ['users/$records/ada.yaml:2 error min-value'],
  },
  {
    name: 'a text that is too long',
    files: withColumn('type: string, max_length: 2', 'x: long\n'),
    go: 'length is above max_length',
    ours: ['users/$records/ada.yaml:2 error max-length'],
  },
  {
    name: 'a text of another length',
    files: withColumn('type: string, length: 2', 'x: long\n'),
    go: 'length does not match required length',
    ours: ['users/$records/ada.yaml:2 error length'],
  },
  {
    name: 'a date that is none',
    files: withColumn('type: date', 'x: tomorrow\n'),
    go: 'nothing',
    ours: [],
    why: 'any text is a date to both: databases of the Go tools hold such texts',
  },
  {
    name: 'a reference that leads nowhere',
    files: withColumn('type: string, foreign_key: countries', 'x: xx\n'),
    go: 'foreign key has no matching record',
    ours: ['users/$records/ada.yaml:2 error foreign-key'],
  },
  {
    name: 'required_when that holds, and no value',
    files: withColumn('type: string, required_when: name == "Ada"', ''),
    go: 'required_when',
    ours: ['users/$records/ada.yaml:1 error required-when'],
  },
  {
    name: 'required_when that gives no truth',
    files: withColumn('type: string, required_when: name', ''),
    go: 'required_when must evaluate to True or False',
    ours: ['users/$records/ada.yaml:1 error required-when'],
  },
  {
    name: 'a computed column that is stored',
    files: withColumn('type: string, formula: name', 'x: Ada\n'),
    go: 'computed column must not be stored',
    ours: ['users/$records/ada.yaml:2 error computed-field'],
  },
  {
    name: 'two wrong fields in one record',
    files: { ...withColumn('type: int', 'x: old\nnmae: 1\n') },
    go: 'undeclared field; wrong type for field',
    ours: ['users/$records/ada.yaml:2 error type', 'users/$records/ada.yaml:3 error undeclared-field'],
  },
  {
    name: 'a record file that is no YAML',
    files: { [ada]: 'name: [\n' },
    go: 'failed to parse record file',
    ours: ['users/$records/ada.yaml:2 error parse'],
  },
  {
    name: 'a row without a key',
    files: { [users]: definition({ recordFile: listed }), [ada]: null, 'users/users.json': '[\n  {"name":"Ada"}\n]\n' },
    go: 'list record has no resolvable key',
    ours: ['users/users.json:2 error missing-key'],
  },
  {
    name: 'a key twice in a list',
    files: {
      [users]: definition({ recordFile: listed }),
      [ada]: null,
      'users/users.json': '[\n  {"$id":"a","name":"Ada"},\n  {"$id":"a","name":"Bob"}\n]\n',
    },
    go: 'nothing',
    ours: ['users/users.json:3 error duplicate-key'],
    why: 'not checked there: one of the two hides the other',
  },
  {
    name: 'fewer records than min_records_count',
    files: { [users]: definition({ rest: 'min_records_count: 2\n' }) },
    go: 'fewer than min_records_count',
    ours: ['users/.collection/definition.yaml error record-count'],
  },
  {
    name: 'more records than max_records_count',
    files: { [users]: definition({ rest: 'max_records_count: 0\n' }) },
    go: 'more than max_records_count',
    ours: ['users/.collection/definition.yaml error record-count'],
  },
  {
    name: 'a number in a CSV file',
    files: {
      [users]: definition({
        recordFile: 'record_file:\n    name: users.csv\n    format: csv\n    type: "[]map[string]any"\n',
        columns: column('age', 'type: int'),
        rest: 'columns_order: [name, age]\nprimary_key: [name]\n',
      }),
      [ada]: null,
      'users/users.csv': 'name,age\nAda,36\n',
    },
    go: 'wrong type for field',
    ours: [],
    why: 'to them each cell is a text, so that no number in a CSV file is valid; here a cell is read by the type of its column',
  },
  {
    name: 'a file among the records that is none',
    files: { 'users/$records/note.txt': 'x\n' },
    go: 'nothing',
    ours: ['users/$records/note.txt warning stray-file'],
    why: 'not checked there',
  },
  {
    name: 'keys that differ in letter case alone',
    files: { 'users/$records/Ada.yaml': 'name: Ada\n' },
    go: 'nothing',
    ours: ['users/$records/ada.yaml warning similar-keys'],
    why: 'not checked there: on Windows and macOS the two are one file',
  },
  {
    name: 'a language that is required',
    files: { '.ingitdb/settings.yaml': 'languages:\n    - required: ru\n', ...withColumn("type: 'map[locale]string'", 'x: {en: a}\n') },
    go: 'nothing',
    ours: ['users/$records/ada.yaml:2 warning language'],
    why: 'specified, and not checked there',
  },
]
