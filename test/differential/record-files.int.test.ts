import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asJson, equalJson, isJsonObject, type Json, type JsonObject, stringifyJson } from '../../domain/json.ts'
import type { Table } from '../../domain/table/table.ts'
import { ownMember } from '../../infrastructure/formats/own-member.ts'
import { recordCodec } from '../../infrastructure/formats/record-codec.ts'
import { parseTables } from '../support/markdown.ts'
import { readSource } from '../support/source-tree.ts'
import { findGoTool, type GoLibraries, startGoLibraries, whyMissing } from './go-tools.ts'
import { asDoubles, type KeyedRecord, plainValue, type RecordCase, recordCases } from './record-cases.ts'

const tool = findGoTool('go-libraries')

/** Files that a case is run on: the same ones every time, so that the documented counts are what anybody gets. */
const filesPerCase = 1000
const seed = 20_240_229

/** What came of one file: our bytes beside those of the Go libraries, and who can read what. */
type Outcome = 'same-bytes' | 'other-form' | 'go-loses-data' | 'unexplained'

describe.skipIf('missing' in tool)(`new record files beside those of the Go libraries${whyMissing(tool)}`, () => {
  let go: GoLibraries
  beforeAll(() => {
    go = startGoLibraries(tool)
  })
  afterAll(() => go[Symbol.asyncDispose]())

  const readInGo = async ({ table }: RecordCase, text: string): Promise<Json> => {
    const { format, type } = table.recordFile
    return plainValue((await go.ask({ op: 'read', format, type, content: contentOf(table.recordFile.contentField), text })).value)
  }

  const writeInGo = async ({ table }: RecordCase, records: readonly KeyedRecord[]): Promise<Json | undefined> => {
    const { format, type, contentField } = table.recordFile
    const request = { format, type, name: table.id, columns: table.columnsOrder, content: contentOf(contentField), records: asJson(records) }
    return (await go.ask({ op: 'write', ...request })).text
  }

  const compare = async (each: RecordCase, records: readonly KeyedRecord[]): Promise<Outcome> => {
    const ours = writeOurs(each, records)
    const theirs = await writeInGo(each, records)
    const wanted = valuesIn(each, records)
    expect(await readInGo(each, ours)).toEqual(wanted)
    if (typeof theirs !== 'string') return 'go-loses-data'
    const isKept = equalJson(await readInGo(each, theirs), wanted)
    if (ours === theirs) return isKept ? 'same-bytes' : 'unexplained'
    if (!isKept) return 'go-loses-data'
    return withoutDigits(ours) === withoutDigits(theirs) || isOddText(records) ? 'other-form' : 'unexplained'
  }

  test.each(recordCases)('$name: the same bytes, or ours keep more, and the Go libraries read ours', async (each) => {
    const outcomes = new Map<Outcome, number>()
    for (const records of fc.sample(each.records, { seed, numRuns: filesPerCase })) {
      const outcome = await compare(each, records)
      if (outcome === 'unexplained') throw new Error(`other bytes than the Go libraries write for ${stringifyJson(asJson(records))}`)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    const row = [each.name, ...(['same-bytes', 'other-form', 'go-loses-data'] as const).map((outcome) => String(outcomes.get(outcome) ?? 0))]
    const documented = parseTables(readSource('docs/reference/compatibility.md')).flat()
    expect(documented).toContainEqual(row)
  })

  test.each(recordCases)('$name: any file at all', async (each) => {
    await fc.assert(
      fc.asyncProperty(each.records, async (records) => {
        expect(await compare(each, records)).not.toBe('unexplained')
      }),
      { numRuns: 100 },
    )
  })

  test.each(recordCases)('$name: what the Go libraries write is read here as they read it', async (each) => {
    const { table } = each
    for (const records of fc.sample(each.records, { seed, numRuns: filesPerCase })) {
      const text = await writeInGo(each, records)
      if (typeof text !== 'string') continue
      const contents = recordCodec.read(table, Buffer.from(text), 'k')
      const theirs = await readInGo(each, text)
      if (theirs === null) continue // the Go libraries cannot read what they wrote
      const found = contents.records.map(({ key, fields }) => ({ key, fields }))
      expect({ text, problems: contents.problems, value: valuesIn(each, found) }).toEqual({ text, problems: [], value: theirs })
    }
  })
})

const contentOf = (contentField: string | undefined): string => contentField ?? '$content'

const writeOurs = ({ table }: RecordCase, records: readonly KeyedRecord[]): string => {
  const edited = recordCodec.edit(table, undefined, new Map(records.map(({ key, fields }) => [key, fields])))
  if (!edited.ok || edited.value === undefined) throw new Error(JSON.stringify(edited))
  return Buffer.from(edited.value).toString('utf8')
}

/** The value that a file stands for, as the Go program describes it. */
const valuesIn = ({ table }: RecordCase, records: readonly KeyedRecord[]): Json => {
  const { format, type } = table.recordFile
  const fields = records.map((record) => record.fields)
  if (format === 'ingr') return asDoubles(ingrRows(table, records))
  if (format === 'csv') return [[...table.columnsOrder], ...fields.map((row) => table.columnsOrder.map((column) => cellText(row[column])))]
  if (type === 'single') return asDoubles(fields[0] ?? {})
  if (type === 'list') return asDoubles(fields)
  return asDoubles(Object.fromEntries(records.map((record) => [record.key, record.fields])))
}

/** An INGR file has a line for every column of every record: what a record lacks is null. */
const ingrRows = (table: Table, records: readonly KeyedRecord[]): readonly JsonObject[] => {
  const names = new Set([...table.columnsOrder, ...records.flatMap(({ fields }) => Object.keys(fields))])
  const rows = records.map(({ key, fields }) => ({
    $ID: key,
    ...Object.fromEntries([...names].map((name) => [name, ownMember(fields, name) ?? null])),
  }))
  return table.recordFile.type === 'list' ? rows : rows.sort((a, b) => (a.$ID < b.$ID ? -1 : 1))
}

const cellText = (value: Json | undefined): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : stringifyJson(value)

const withoutDigits = (text: string): string => text.replace(/-?\d+(\.\d+)?([eE][+-]?\d+)?/g, '0')

/** Line breaks beyond ASCII, which the Go library writes as they are, and `<<`, which it tags in list files. */
const isOddText = (records: readonly KeyedRecord[]): boolean =>
  records.some(({ fields }) => isJsonObject(fields) && /[\u2028\u2029\ufeff]|"<<"/.test(stringifyJson(fields)))
