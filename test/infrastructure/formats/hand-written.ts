import { createHash } from 'node:crypto'
import fc, { type GeneratorValue } from 'fast-check'
import { isJsonObject, type Json, type JsonObject, parseNumber, stringifyJson } from '../../../domain/json.ts'
import type { Table } from '../../../domain/table/table.ts'

/** Where a value stands in a text; `end` is exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A record file as people write them, which knows where each of its values stands because it was put together around them. */
export interface HandWritten {
  readonly text: string
  readonly records: Readonly<Record<string, JsonObject>>
  /** Key of the record and name of the field, joined by a slash → its value. */
  readonly spans: ReadonlyMap<string, Span>
  /** Where a line begins that follows from all others: the hash of an INGR file. */
  readonly derivedFrom?: number
}

/** Builds a text piece by piece, with accidents of typing drawn from a generator. */
class Typist {
  text = ''
  readonly spans = new Map<string, Span>()
  readonly eol: string
  private readonly draw: GeneratorValue

  constructor(draw: GeneratorValue) {
    this.draw = draw
    this.eol = this.pick('\n', '\n', '\r\n')
    if (this.chance()) this.text = '\ufeff'
  }
  pick<T>(...items: readonly T[]): T {
    return this.draw(fc.constantFrom, ...items) as T
  }
  chance(): boolean {
    return this.draw(fc.boolean)
  }
  blanks(): string {
    return this.pick('', '', ' ', '  ', '\t')
  }
  type(...pieces: readonly string[]): void {
    this.text += pieces.join('')
  }
  value(place: string, text: string): void {
    this.spans.set(place, { start: this.text.length, end: this.text.length + text.length })
    this.text += text
  }
  comment(): string {
    return this.pick('', '', ' # why: "é", [x]', '  #\t{ 😀 }')
  }
  /** Comment lines and blank lines between others. */
  pause(indent = ''): void {
    this.type(this.pick('', '', `${this.eol}`, `${indent}# a note: 'x' = [1]${this.eol}`, `${this.eol}${indent}#${this.eol}`))
  }
  finish(): string {
    if (this.chance() && this.text.endsWith(this.eol)) this.text = this.text.slice(0, -this.eol.length)
    return this.text
  }
}

type Records = readonly (readonly [key: string, fields: JsonObject])[]
type Layout = (typist: Typist, records: Records, table: Table) => void

const text = fc.oneof(
  fc.constantFrom(
    '',
    'plain',
    'two words',
    "it's",
    'say "hi"',
    'Москва',
    '😀 é',
    'a: b',
    '# no',
    'true',
    'null',
    '2024-01-01',
    '12',
    '- x',
    'a,b',
    'back\\slash',
    '<b>&',
    '---',
    'x'.repeat(200),
  ),
  fc.string({ maxLength: 10 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }).filter((each) => !/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\p{Surrogate}]/u.test(each)),
)
const literal = fc
  .constantFrom('0', '-7', '12345678901234567890', '-98765432109876543210', '1.50', '0.10', '1e3', '9007199254740993')
  .map(parseNumber)
const scalar: fc.Arbitrary<Json> = fc.oneof({ weight: 3, arbitrary: text }, { weight: 2, arbitrary: literal }, fc.integer(), fc.boolean())
const name = fc.constantFrom('a', 'b2', 'Ключ', 'two words', 'x-y', 'n')
const { nested } = fc.letrec<{ nested: Json }>((tie) => ({
  nested: fc.oneof(
    { maxDepth: 2 },
    scalar,
    fc.array(tie('nested'), { maxLength: 3 }),
    fc.dictionary(name, tie('nested'), { maxKeys: 3, noNullPrototype: true }),
  ),
}))

/** A value for a field of a table: one cell where the format has cells. */
export const valueFor = (table: Table, field: string): fc.Arbitrary<Json> => {
  if (table.recordFile.format === 'markdown' && field === '$content') return fc.oneof(text, fc.constant('# Title\r\n\n---\nText  \n'))
  if (table.recordFile.format !== 'csv') return nested
  const type = table.columns.find((column) => column.name === field)?.type
  return type === 'float' ? literal : type === 'bool' ? fc.boolean() : fc.oneof(text, fc.constant('two\nlines'))
}

export const fieldNames = (table: Table): readonly string[] =>
  table.recordFile.format === 'markdown' ? ['title', 'size', 'note', '$content'] : ['title', 'size', 'done', 'note']

const keyName = fc.stringMatching(/^[a-z][a-z0-9]{0,3}$/).filter((key) => !/^(true|false|null|yes|no|on|off|y|n|nan|inf)$/.test(key))

/** Draws records and writes them down the way of people. */
export const writeByHand = (draw: GeneratorValue, table: Table): HandWritten => {
  const typist = new Typist(draw)
  const isSingle = table.recordFile.type === 'single'
  const keys = isSingle ? ['u1'] : draw(fc.uniqueArray, keyName, { minLength: 1, maxLength: 4 })
  const records = (keys as readonly string[]).map((key): readonly [string, JsonObject] => {
    const names = draw(fc.shuffledSubarray, [...fieldNames(table)], { minLength: 1 }) as readonly string[]
    const chosen = table.recordFile.format === 'markdown' ? [...names.filter((each) => each !== '$content'), '$content'] : names
    return [key, Object.fromEntries(chosen.map((field) => [field, draw(() => valueFor(table, field))]))]
  })
  const layout = layouts[`${table.recordFile.format} ${table.recordFile.type}`]
  if (layout === undefined) throw new Error(`nobody writes ${table.recordFile.format} by hand`)
  layout(typist, records, table)
  const isHashed = table.recordFile.format === 'ingr' && typist.text.includes('# sha256:')
  // What follows front matter is a value to its last byte.
  const isFinished = isHashed || table.recordFile.format === 'markdown'
  return {
    text: isFinished ? typist.text : typist.finish(),
    records: Object.fromEntries(records),
    spans: typist.spans,
    ...(isHashed ? { derivedFrom: typist.text.lastIndexOf('# sha256:') } : {}),
  }
}

/** JSON on one line, or on lines of their own where `deep` says how far they are indented. */
const json = (typist: Typist, value: Json, deep?: string): string => {
  const isList = Array.isArray(value)
  if (!isList && !isJsonObject(value)) return stringifyJson(value)
  const inner = deep === undefined ? undefined : `${deep}   `
  const parts = isList
    ? value.map((item: Json) => json(typist, item, inner))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}${typist.blanks()}:${typist.blanks()}${json(typist, item, inner)}`)
  const [open, close] = isList ? '[]' : '{}'
  if (inner !== undefined && parts.length > 0 && typist.chance()) {
    const lines = parts.join(`,${typist.eol}${inner}`)
    return `${open}${typist.eol}${inner}${lines}${typist.eol}${deep}${close}`
  }
  return `${open}${typist.blanks()}${parts.map((part) => `${part}${typist.blanks()}`).join(`,${typist.blanks()}`)}${close}`
}

const isPlain = (each: string): boolean =>
  /^[A-Za-zА-я][A-Za-zА-я ]*[A-Za-zА-я]$/.test(each) && !/^(true|false|null|yes|no|on|off|nan|inf)$/i.test(each)

const yamlText = (typist: Typist, value: string): string => {
  if (isPlain(value) && typist.chance()) return value
  return typist.chance() && !value.includes('\n') ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value)
}

/** YAML on one line. */
const yamlFlow = (typist: Typist, value: Json): string => {
  const spaces = () => typist.pick('', ' ', '  ')
  if (typeof value === 'string') return yamlText(typist, value)
  if (Array.isArray(value)) return `[${value.map((item: Json) => spaces() + yamlFlow(typist, item) + spaces()).join(',')}]`
  if (!isJsonObject(value)) return stringifyJson(value)
  return `{${Object.entries(value)
    .map(([key, item]) => `${spaces()}${yamlText(typist, key)}: ${yamlFlow(typist, item)}${spaces()}`)
    .join(',')}}`
}

const yamlField = (typist: Typist, place: string, { field, value, indent }: { field: string; value: Json; indent: string }): void => {
  typist.type(field, ':')
  const isBlock = Array.isArray(value) && value.length > 0 && typist.chance()
  if (isBlock) {
    const dash = indent + typist.pick('- ', '  - ')
    typist.value(place, value.map((item: Json) => `${typist.eol}${dash}${yamlFlow(typist, item)}`).join(''))
    typist.type(typist.eol)
    return
  }
  typist.type(typist.pick(' ', '  '))
  typist.value(place, yamlFlow(typist, value))
  typist.type(typist.comment(), typist.eol)
}

const yamlFields = (typist: Typist, key: string, { fields, indent }: { fields: JsonObject; indent: string }): void => {
  Object.entries(fields).forEach(([field, value], index) => {
    if (index > 0) typist.type(indent)
    yamlField(typist, `${key}/${field}`, { field, value, indent })
    typist.pause(indent)
  })
}

const toml = (typist: Typist, value: Json): string => {
  if (typeof value === 'string') return typist.chance() && !/['\n]/.test(value) ? `'${value}'` : JSON.stringify(value).replaceAll('\u007f', '\\u007f')
  const spaces = () => typist.pick('', ' ', '\t')
  if (Array.isArray(value)) {
    const gap = typist.pick('', ' ', `${typist.eol}  `, ` # "c"${typist.eol}`)
    return `[${value.map((item: Json) => `${gap}${toml(typist, item)}${spaces()}`).join(',')}${value.length > 0 ? typist.pick('', ',') : ''}${gap}]`
  }
  if (!isJsonObject(value)) return stringifyJson(value)
  const members = Object.entries(value).map(
    ([key, item]) => `${spaces()}${tomlName(typist, key)}${spaces()}=${spaces()}${toml(typist, item)}${spaces()}`,
  )
  return `{${members.join(',')}}`
}

const tomlName = (typist: Typist, key: string): string => (/^[a-z0-9-]+$/.test(key) && typist.chance() ? key : typist.pick(`'${key}'`, `"${key}"`))

const tomlFields = (typist: Typist, key: string, fields: JsonObject): void => {
  for (const [field, value] of Object.entries(fields)) {
    typist.type(typist.blanks(), tomlName(typist, field), typist.blanks(), '=', typist.blanks())
    // Inline tables take one line in TOML 1.0, so what is in them does too.
    typist.value(`${key}/${field}`, oneLineInside(toml(typist, value)))
    typist.type(typist.comment(), typist.eol)
    typist.pause()
  }
}

/** Lists may take many lines, but not where they stand inside an inline table. */
const oneLineInside = (written: string): string => (written.includes('{') ? written.replaceAll(/\s*# "c"\r?\n|\r?\n\s*/g, ' ') : written)

const jsonFields = (typist: Typist, key: string, { fields, pad, id }: { fields: JsonObject; pad: string | undefined; id?: string }): void => {
  const gap = pad === undefined ? '' : typist.pick('', typist.eol + pad)
  typist.type('{')
  const members: (readonly [string, Json])[] = [...(id === undefined ? [] : [['id', id] as const]), ...Object.entries(fields)]
  members.forEach(([field, value], index) => {
    typist.type(index === 0 ? gap : `,${gap}`, typist.blanks(), JSON.stringify(field), typist.blanks(), ':', typist.blanks())
    if (field === 'id' && id !== undefined) typist.type(JSON.stringify(value))
    else typist.value(`${key}/${field}`, json(typist, value, pad))
    typist.type(typist.blanks())
  })
  typist.type('}')
}

const csvCell = (typist: Typist, value: Json | undefined): string => {
  if (value === undefined) return ''
  const cell = typeof value === 'string' ? value : stringifyJson(value)
  const needsQuotes = cell === '' || /[",\r\n]|^\s/.test(cell)
  return needsQuotes || typist.chance() ? `"${cell.replaceAll('"', '""')}"` : cell
}

const layouts: Readonly<Record<string, Layout>> = {
  'json single': (typist, records) => {
    for (const [key, fields] of records) jsonFields(typist, key, { fields, pad: '\t' })
    typist.type(typist.eol)
  },
  'json list': (typist, records) => {
    typist.type('[', typist.blanks())
    records.forEach(([key, fields], index) => {
      typist.type(index === 0 ? typist.eol : `,${typist.eol}`)
      jsonFields(typist, key, { fields, pad: '    ', id: key })
    })
    typist.type(typist.eol, ']', typist.eol)
  },
  'json dictionary': (typist, records) => {
    typist.type('{')
    records.forEach(([key, fields], index) => {
      typist.type(index === 0 ? typist.eol : `,${typist.eol}${typist.eol}`, JSON.stringify(key), typist.blanks(), ':', typist.blanks())
      jsonFields(typist, key, { fields, pad: '  ' })
    })
    typist.type('}', typist.eol)
  },
  'jsonl list': (typist, records) => {
    for (const [key, fields] of records) {
      typist.type(typist.pick('', typist.eol, `  ${typist.eol}`), typist.blanks())
      jsonFields(typist, key, { fields, pad: undefined, id: key })
      typist.type(typist.blanks(), typist.eol)
    }
  },
  'yaml single': (typist, records) => {
    typist.pause()
    for (const [key, fields] of records) yamlFields(typist, key, { fields, indent: '' })
  },
  'yaml list': (typist, records) => {
    typist.pause()
    for (const [key, fields] of records) {
      typist.type(`- id: ${key}`, typist.comment(), typist.eol, '  ')
      yamlFields(typist, key, { fields, indent: '  ' })
    }
  },
  'yaml dictionary': (typist, records) => {
    typist.pause()
    const indent = typist.pick('  ', '    ')
    for (const [key, fields] of records) {
      typist.type(key, ':', typist.comment(), typist.eol, indent)
      yamlFields(typist, key, { fields, indent })
    }
  },
  'markdown single': (typist, records) => {
    for (const [key, { $content, ...fields }] of records) {
      if (Object.keys(fields).length > 0) {
        typist.type('---', typist.eol)
        typist.pause()
        yamlFields(typist, key, { fields, indent: '' })
        typist.type('---', typist.eol)
      } else typist.type('---', typist.eol, '---', typist.eol)
      typist.value(`${key}/$content`, String($content))
    }
  },
  'toml single': (typist, records) => {
    typist.pause()
    for (const [key, fields] of records) tomlFields(typist, key, fields)
  },
  'toml dictionary': (typist, records) => {
    typist.pause()
    for (const [key, fields] of records) {
      typist.type('[', typist.blanks(), tomlName(typist, key), typist.blanks(), ']', typist.comment(), typist.eol)
      tomlFields(typist, key, fields)
    }
  },
  'csv list': (typist, records, { columnsOrder }) => {
    typist.type(columnsOrder.join(','), typist.eol)
    for (const [key, fields] of records) {
      typist.type(typist.pick('', '', typist.eol))
      columnsOrder.forEach((column, index) => {
        if (index > 0) typist.type(',')
        if (column === 'id') typist.type(key)
        else typist.value(`${key}/${column}`, csvCell(typist, fields[column]))
      })
      typist.type(typist.eol)
    }
  },
  'ingr list': (typist, records, table) => ingrLayout(typist, records, table),
  'ingr dictionary': (typist, records, table) => ingrLayout(typist, records, table),
}

const ingrLayout: Layout = (typist, records, table) => {
  const columns = fieldNames(table)
  typist.type(
    '#',
    typist.pick('', ' '),
    'INGR.io',
    ' | ',
    'people: $ID',
    columns.map((column) => `,${typist.blanks()}${column}${typist.pick('', ':any')}`).join(''),
    typist.eol,
  )
  const delimiter = typist.pick('', '#-', '#----')
  for (const [key, fields] of records) {
    typist.type(JSON.stringify(key), typist.comment(), typist.eol)
    for (const column of columns) {
      const value = fields[column]
      typist.value(`${key}/${column}`, value === undefined ? 'null' : json(typist, value))
      typist.type(typist.comment(), typist.eol)
    }
    if (delimiter !== '') typist.type(delimiter, typist.eol)
  }
  typist.type(`# ${records.length} ${records.length === 1 ? 'record' : 'records'}`, typist.eol)
  const bytes = typist.text.replace(/^\ufeff/, '')
  if (typist.chance()) typist.type(`# sha256:${createHash('sha256').update(bytes).digest('hex')}`)
}
