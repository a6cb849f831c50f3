import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { equalJson, isJsonObject, type Json, type JsonObject, numberOf } from '../../../../domain/json.ts'
import { parseJson } from '../../../../infrastructure/formats/json/parse-json.ts'
import { recordCodec } from '../../../../infrastructure/formats/record-codec.ts'
import { writeTomlFile } from '../../../../infrastructure/formats/toml/write-toml.ts'
import { bytesOf, sampleTable } from '../sample-tables.ts'

// What the Go library wrote and read: see test/golden/toml/main.go.txt.
const vectors = (name: string): readonly JsonObject[] => {
  const parsed = parseJson(readFileSync(new URL(`../../../golden/toml/${name}.json`, import.meta.url), 'utf8'))
  if (!parsed.ok || !Array.isArray(parsed.value)) throw new Error(`${name} cannot be read`)
  return parsed.value.filter(isJsonObject)
}
const read = (text: Json | undefined) => {
  const { records, problems } = recordCodec.read(sampleTable('toml', 'single'), bytesOf(String(text)), 'u1')
  return { records, problems }
}

/** Numbers by their value, dates as what Go says of them where it says the same as the text. */
const isSame = (ours: Json | undefined, theirs: Json | undefined): boolean => {
  if (isJsonObject(theirs) && typeof theirs.date === 'string') return typeof ours === 'string'
  if (numberOf(theirs) !== undefined) return numberOf(ours) === numberOf(theirs)
  if (Array.isArray(theirs)) return Array.isArray(ours) && ours.length === theirs.length && theirs.every((item, index) => isSame(ours[index], item))
  if (!isJsonObject(theirs) || !isJsonObject(ours)) return equalJson(ours, theirs)
  return Object.keys(theirs).length === Object.keys(ours).length && Object.entries(theirs).every(([name, value]) => isSame(ours[name], value))
}

describe('a new TOML file has the bytes of the Go writer', () => {
  test.each(vectors('values'))('$value', ({ value, toml }) => {
    expect(writeTomlFile(isJsonObject(value) ? value : {})).toBe(toml)
    expect(read(toml)).toEqual({ records: [{ key: 'u1', fields: value, line: 1 }], problems: [] })
  })
})

describe('TOML is read as the Go tools read it', () => {
  test.each(vectors('texts'))('$toml', ({ toml, value, error }) => {
    const { records, problems } = read(toml)
    const isNoNumber = JSON.stringify(value ?? null).includes('"float"')
    expect(problems.length > 0).toBe(error !== undefined || isNoNumber)
    if (problems.length === 0) expect(isSame(records[0]?.fields, value ?? {})).toBe(true)
  })
})
