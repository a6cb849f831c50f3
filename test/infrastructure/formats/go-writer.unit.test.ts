import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { equalJson, isJsonObject, type Json, type JsonObject, numberOf } from '../../../domain/json.ts'
import { writeCsvCell } from '../../../infrastructure/formats/csv/csv-rows.ts'
import { parseJson } from '../../../infrastructure/formats/json/parse-json.ts'
import { writeJsonFile, writeJsonList } from '../../../infrastructure/formats/json/write-json.ts'
import { parseYaml } from '../../../infrastructure/formats/yaml/parse-yaml.ts'
import { writeYamlFile, writeYamlList } from '../../../infrastructure/formats/yaml/write-yaml.ts'

// What the Go libraries wrote and read: see test/golden/go-writer/main.go.txt.
const vectors = (name: string): readonly JsonObject[] => {
  const parsed = parseJson(readFileSync(new URL(`../../golden/go-writer/${name}.json`, import.meta.url), 'utf8'))
  if (!parsed.ok || !Array.isArray(parsed.value)) throw new Error(`${name} cannot be read`)
  return parsed.value.filter(isJsonObject)
}
const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
const parsedYaml = (text: string): Json | undefined => {
  const parsed = parseYaml(text)
  return parsed.ok ? parsed.value : undefined
}

/** Where we leave the Go writer: what it cannot read back itself, and line breaks that are none in YAML 1.2. A text that starts with a BOM it escapes whole. */
const isLeft = (vector: JsonObject): boolean => vector.goReadsItsOwnYaml !== true || /[\u2028\u2029\ufeff]/.test(JSON.stringify(vector.value))
const values = vectors('values')

describe('a new file has the bytes of the Go writer', () => {
  test.each(values)('JSON of $value', ({ value, json }) => {
    expect(writeJsonFile(objectOf(value))).toBe(json)
  })
  test.each(values.filter((vector) => !isLeft(vector)))('YAML of $value', ({ value, yaml }) => {
    expect(writeYamlFile(objectOf(value))).toBe(yaml)
    expect(equalJson(parsedYaml(String(yaml)), objectOf(value))).toBe(true)
  })
  test.each(values.filter(isLeft))('where the Go writer loses data, ours keeps it: $value', ({ value }) => {
    expect(equalJson(parsedYaml(writeYamlFile(objectOf(value))), objectOf(value))).toBe(true)
  })
  test.each(vectors('lists'))('lists of $rows', ({ rows, columns, json, yaml }) => {
    const maps = Array.isArray(rows) ? rows.filter(isJsonObject) : []
    const names = Array.isArray(columns) ? columns.map(String) : []
    expect(writeJsonList(maps, names)).toBe(json)
    expect(writeYamlList(maps, names)).toBe(yaml)
  })
  test.each(vectors('tables'))('CSV of $rows', ({ rows, csv }) => {
    const lines = (Array.isArray(rows) ? rows : []).map((row) =>
      Array.isArray(row) ? row.map((cell) => writeCsvCell(String(cell), false)).join(',') : '',
    )
    expect(lines.map((line) => `${line}\n`).join('')).toBe(csv)
  })
})

describe('YAML is read as the Go tools read it', () => {
  const refused = ['!!binary aGVsbG8=', '!custom 1', '"\\ud83d"']
  const scalars = vectors('scalars').filter((vector) => !refused.includes(String(vector.yaml)))
  test.each(scalars)('v: $yaml', ({ yaml, type, value, error }) => {
    const parsed = parseYaml(`v: ${yaml}\n`)
    const found = parsed.ok ? objectOf(parsed.value).v : undefined
    if (error !== undefined || type === 'float') expect(parsed.ok).toBe(false)
    else if (type === 'timestamp') expect(found).toBe(String(yaml).replace('!!timestamp ', ''))
    else if (type === 'int' || type === 'uint64' || type === 'float64')
      expect((numberOf(found) ?? Number.NaN) + 0).toBe((numberOf(value) ?? Number.NaN) + 0)
    else expect(found).toEqual(value)
  })
  test.each(refused)('data that has no text of its own is refused: %s', (yaml) => {
    expect(parseYaml(`v: ${yaml}\n`).ok).toBe(false)
  })
  const texts = vectors('texts').filter((vector) => !String(vector.yaml).includes('!!set') && !String(vector.error).includes('into map'))
  test.each(texts)('$yaml', ({ yaml, value, error }) => {
    const parsed = parseYaml(String(yaml))
    expect(parsed.ok).toBe(error === undefined)
    if (parsed.ok) expect(equalJson(parsed.value, value)).toBe(true)
  })
})
