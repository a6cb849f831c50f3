import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalJson, type JsonObject } from '../../../domain/json.ts'
import { jsonFormat } from '../../../infrastructure/formats/json/json-format.ts'
import { recordCodec } from '../../../infrastructure/formats/record-codec.ts'
import { yamlFormat } from '../../../infrastructure/formats/yaml/yaml-format.ts'
import { anyFields, anyScalar, anyText, lineFields, lineName, plainName } from './arbitrary-records.ts'
import { bytesOf, editText, readText, sampleTable } from './sample-tables.ts'

const singleTables = [sampleTable('yaml', 'single'), sampleTable('json', 'single')]
const sharedTables = [sampleTable('yaml', 'dictionary'), sampleTable('json', 'dictionary'), sampleTable('yaml', 'list'), sampleTable('json', 'list')]
const withoutKeys = (fields: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !['$ID', '$id', 'id'].includes(name)))
const records = fc.dictionary(
  lineName.filter((name) => name !== ''),
  lineFields.map(withoutKeys),
  { minKeys: 1, maxKeys: 4, noNullPrototype: true },
)
const equalRecords = (a: ReadonlyMap<string, JsonObject>, b: Readonly<Record<string, JsonObject>>): boolean => equalJson(Object.fromEntries(a), b)
const formatOf = (format: string) => (format === 'json' ? jsonFormat : yamlFormat)

describe.each(singleTables)('$recordFile.format files of one record', (table) => {
  test('a new file holds exactly the given values', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        expect(equalRecords(readText(table, editText(table, undefined, { u1: fields }) ?? ''), { u1: fields })).toBe(true)
      }),
    )
  })
  test('any values can be written over any others', () => {
    fc.assert(
      fc.property(anyFields, anyFields, (fields, wanted) => {
        const text = editText(table, undefined, { u1: fields })
        expect(equalRecords(readText(table, editText(table, text, { u1: wanted }) ?? ''), { u1: wanted })).toBe(true)
      }),
    )
  })
  test('files of the Go writer are edited in place, whatever the values', () => {
    fc.assert(
      fc.property(lineFields, lineFields, (fields, wanted) => {
        fc.pre(Object.keys(fields).length > 0 && Object.keys(wanted).length > 0 && !equalJson(fields, wanted))
        const text = editText(table, undefined, { u1: fields }) ?? ''
        const edited = formatOf(table.recordFile.format).edit(table, text, new Map([['u1', wanted]]))[0]?.()
        expect(equalRecords(readText(table, edited ?? ''), { u1: wanted })).toBe(true)
      }),
    )
  })
  test('one changed field changes its own lines and no others', () => {
    fc.assert(
      fc.property(fc.dictionary(plainName, anyScalar, { minKeys: 1, maxKeys: 6, noNullPrototype: true }), fc.nat(), anyText, (fields, at, value) => {
        const name = Object.keys(fields)[at % Object.keys(fields).length] ?? ''
        const text = editText(table, undefined, { u1: fields }) ?? ''
        const edited = editText(table, text, { u1: { ...fields, [name]: value } }) ?? ''
        expect(linesWithout(edited, name)).toEqual(linesWithout(text, name))
      }),
    )
  })
  test('a file whose record goes, goes', () => {
    expect(editText(table, table.recordFile.format === 'json' ? '{}' : 'a: 1', { u1: null })).toBeUndefined()
  })
  test('a file that cannot be read is written anew when its record is replaced', () => {
    expect(readText(table, editText(table, '{"a": [1', { u1: { b: 1 } }) ?? '')).toEqual(new Map([['u1', { b: 1 }]]))
  })
})

/** Lines of a file with one top-level field a line, without those of one field; commas of JSON aside. */
const linesWithout = (text: string, name: string): readonly string[] => {
  let isTheirs = false
  return text.split('\n').filter((line) => {
    if (/^( {2})?["}a-z]/.test(line)) isTheirs = new RegExp(`^ *"?${name}"?:`).test(line)
    return !isTheirs
  })
}

describe.each(sharedTables)('$recordFile.format files with a $recordFile.type', (table) => {
  test('a new file holds exactly the given values', () => {
    fc.assert(
      fc.property(records, (given) => {
        expect(equalRecords(readText(table, editText(table, undefined, given) ?? ''), given)).toBe(true)
      }),
    )
  })
  test('any records can be changed, added and removed, in place', () => {
    fc.assert(
      fc.property(records, records, fc.array(fc.boolean()), (given, wanted, removals) => {
        const text = editText(table, undefined, given) ?? ''
        const removed = Object.keys(given).filter((name, index) => removals[index] && !Object.hasOwn(wanted, name))
        const edits = { ...wanted, ...Object.fromEntries(removed.map((name) => [name, null])) }
        const expected = Object.fromEntries(Object.entries({ ...given, ...wanted }).filter(([name]) => !removed.includes(name)))
        const changes = new Map(Object.entries(edits).filter(([name, fields]) => !equalJson(given[name] ?? null, fields)))
        fc.pre(changes.size > 0)
        const edited = formatOf(table.recordFile.format).edit(table, text, changes)[0]?.()
        expect(equalRecords(readText(table, edited ?? ''), expected)).toBe(true)
        expect(editText(table, text, edits)).toBe(edited)
      }),
    )
  })
  test('when the last record goes, an empty file stays', () => {
    const text = editText(table, undefined, { a: { v: 1 }, b: { v: 2 } })
    expect(editText(table, text, { a: null, b: null })).toBe(table.recordFile.type === 'list' ? '[]\n' : '{}\n')
  })
  test('a file that cannot be read is not touched', () => {
    const edited = recordCodec.edit(table, bytesOf('{"a": [1'), new Map([['b', { v: 1 }]]))
    expect(edited).toMatchObject({ ok: false, failure: { kind: 'invalid-database', issues: [{ rule: 'parse', table: 'users', line: 1 }] } })
    expect(recordCodec.edit(table, Buffer.from([0xff]), new Map([['b', { v: 1 }]])).ok).toBe(false)
  })
  test('records that come into an empty file make a new one', () => {
    expect(editText(table, '', { a: { v: 1 } })).toBe(editText(table, undefined, { a: { v: 1 } }))
  })
})

describe('files of the demo database', () => {
  const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/records/${name}`, import.meta.url), 'utf8')
  const samples = [
    { name: 'us.json', table: sampleTable('json', 'single') },
    { name: 'tags.json', table: sampleTable('json', 'dictionary') },
    { name: 'statuses.yaml', table: sampleTable('yaml', 'dictionary') },
  ]
  test.each(samples)('$name stays byte for byte when nothing changes', ({ name, table }) => {
    const text = fixture(name)
    expect(editText(table, text, Object.fromEntries(readText(table, text)))).toBe(text)
  })
  test.each(samples)('$name changes in one place when one title does', ({ name, table }) => {
    const text = fixture(name)
    const [[key, fields] = ['', {}]] = [...readText(table, text)]
    const member = name === 'us.json' ? 'names' : 'titles'
    const titles = fields[member]
    const old = /"(New|Work|United States)"/.exec(text)?.[0] ?? ''
    expect(editText(table, text, { [key]: { ...fields, [member]: { ...(titles as JsonObject), en: 'Changed' } } })).toBe(
      text.replace(old, '"Changed"'),
    )
  })
})

describe('what the codec refuses', () => {
  test('files of a type that their format cannot have are one problem each, and cannot be edited', () => {
    const table = sampleTable('toml', 'list')
    expect(recordCodec.read(table, bytesOf('a = 1'), 'u1')).toEqual({
      records: [],
      problems: [{ key: 'u1', message: 'format toml goes with type single or dictionary', rule: 'not-supported' }],
    })
    expect(recordCodec.edit(table, undefined, new Map([['u1', { a: 1 }]]))).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
    expect(recordCodec.read(sampleTable('csv', 'single'), bytesOf('a'), 'u1').problems).toHaveLength(1)
  })
  test('a record over 10 MiB is neither read nor written', () => {
    const table = sampleTable('json', 'single')
    const large = { text: 'x'.repeat(10 * 1024 * 1024) }
    expect(recordCodec.read(table, bytesOf(JSON.stringify(large)), 'u1').problems[0]?.message).toContain('over the limit of 10 MiB')
    expect(recordCodec.edit(table, undefined, new Map([['u1', large]]))).toMatchObject({
      ok: false,
      failure: { kind: 'limit-exceeded', unit: 'bytes' },
    })
  })
  test('bytes that are not UTF-8 are a problem', () => {
    expect(recordCodec.read(sampleTable('yaml', 'single'), Buffer.from([0x61, 0x3a, 0x20, 0xff]), 'u1').problems).toEqual([
      { key: 'u1', message: 'not valid UTF-8', rule: 'encoding' },
    ])
  })
  test('values that the file would not give back: the failure names the record', () => {
    const edited = recordCodec.edit(sampleTable('yaml', 'single'), undefined, new Map([['u1', { a: '\ud800' }]]))
    expect(edited).toMatchObject({ ok: false, failure: { kind: 'unsupported', what: 'record u1 of table users' } })
  })
  test('no edits at all leave the file alone', () => {
    expect(editText(sampleTable('yaml', 'single'), 'a:   1', {})).toBe('a:   1')
  })
})
