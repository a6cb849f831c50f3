import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { catalogueCodec } from '../../infrastructure/formats/definition/catalogue-codec.ts'
import { writeYaml } from '../../infrastructure/formats/yaml/write-yaml.ts'
import { anyTable } from '../infrastructure/formats/definition/arbitrary-tables.ts'
import { messagesOf, readUsers } from '../infrastructure/formats/definition/definition-files.ts'
import { findGoTool, type GoLibraries, startGoLibraries, whyMissing } from './go-tools.ts'

const tool = findGoTool('go-libraries')

describe.skipIf('missing' in tool)(`definitions beside a strict reader in Go${whyMissing(tool)}`, () => {
  let go: GoLibraries
  beforeAll(() => {
    go = startGoLibraries(tool)
  })
  afterAll(() => go[Symbol.asyncDispose]())

  const readStrictly = async (format: string, text: string): Promise<JsonObject> => go.ask({ op: 'strict', format, text })

  test('every definition.yaml written here has no key and no type that the Go tools refuse', async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, async (table) => {
        const files = catalogueCodec.create(table, new Map())
        if (!files.ok) throw new Error(JSON.stringify(files.failure))
        const strict = [...files.value].flatMap(([path, bytes]) => {
          const kind = /(definition|settings|root-collections)\.yaml$/.exec(path)?.[1]
          return kind === undefined || bytes === null ? [] : [{ kind, text: Buffer.from(bytes).toString('utf8') }]
        })
        expect(strict.map(({ kind }) => kind)).toContain('definition')
        for (const { kind, text } of strict) expect({ text, error: (await readStrictly(kind, text)).error }).toEqual({ text, error: undefined })
      }),
      { numRuns: 300 },
    )
  })

  test('a key or a type that one refuses, the other refuses too', async () => {
    const disagreements: string[] = []
    for (const { definition, spoilt } of spoiltDefinitions()) {
      const text = writeYaml(definition)
      const theirs = (await readStrictly('definition', text)).error
      const ours = messagesOf(readUsers(text)).filter(isAboutKeys)
      const isFraction = ours.length > 0 && ours.every((message) => message.endsWith('must be a whole number, not 1.5'))
      if ((ours.length === 0) !== (theirs === undefined) && !isFraction)
        disagreements.push(`${spoilt}: ours ${ours.join('; ') || 'fine'}, theirs ${String(theirs ?? 'fine')}`)
    }
    expect(disagreements).toEqual([])
    // yaml.v3 cuts the fraction off where a whole number is wanted: a length of 1.5 is 1 to it, and a mistake here.
  })
})

/** Complaints about keys and types; the Go tools check what the values mean in another step. */
const isAboutKeys = (message: string): boolean =>
  /^\S+ (unknown key "|.* must be (a map|text|true or false|a whole number|a number|a list), not )/.test(message)

const good: JsonObject = {
  titles: { en: 'Users' },
  record_file: { name: '{key}.yaml', format: 'yaml', type: 'map[string]any' },
  columns: {
    name: { type: 'string', required: true, max_length: 20, title: 'Name', titles: { en: 'Name' } },
    age: { type: 'int', min_value: 0, enum: [1, 2] },
  },
  columns_order: ['name', 'age'],
  primary_key: ['name'],
  default_view: { columns: ['name'] },
  readme: { hide_columns: true },
  min_records_count: 0,
  max_records_count: 10,
  conflict_resolution: { record_merge: { enabled: true } },
}

const places: readonly (readonly string[])[] = [
  [],
  ['titles'],
  ['record_file'],
  ['columns'],
  ['columns', 'name'],
  ['columns', 'age'],
  ['columns_order'],
  ['primary_key'],
]
const names = [
  ...['id', 'name', 'type', 'required', 'required_when', 'length', 'min_length', 'unique', 'default', 'regex', 'description', 'data_dir', 'inherits'],
  ...[
    'record_file',
    'columns',
    'locale',
    'format',
    'formula',
    'titles',
    'title',
    'valueTitle',
    'min_value',
    'enum',
    'content_field',
    'exclude_regex',
  ],
  ...['columns_order', 'primary_key', 'indexes', 'primaryKey', 'x-y', 'min_records_count', 'readme', 'default_view'],
]
const values: readonly Json[] = ['text', '', 1, 0, 1.5, true, null, ['a'], [], { a: 'b' }, {}, [1], { en: 'x' }, '1', 'true']

/** A good definition with one member set to something, somewhere: every place with every name and every value. */
function* spoiltDefinitions(): Generator<{ readonly definition: JsonObject; readonly spoilt: string }> {
  for (const place of places)
    for (const name of names)
      for (const value of values)
        yield { definition: setMember(good, place, { name, value }), spoilt: `${[...place, name].join('.')} = ${JSON.stringify(value)}` }
}

const setMember = (into: JsonObject, [first, ...rest]: readonly string[], member: { readonly name: string; readonly value: Json }): JsonObject => {
  if (first === undefined) return { ...into, [member.name]: member.value }
  const inner = into[first]
  if (isJsonObject(inner)) return { ...into, [first]: setMember(inner, rest, member) }
  return Array.isArray(inner) ? { ...into, [first]: [...inner, member.value] } : into
}
