import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Table } from '../../../../domain/table/table.ts'
import { catalogueCodec } from '../../../../infrastructure/formats/definition/catalogue-codec.ts'
import { filesOf, messagesOf, textsOf } from './definition-files.ts'

/** Tables with what Go's yaml.v3 made of them; `main.go.txt` beside the file is the program that did it. */
const corpus: readonly { readonly table: Table; readonly text: string }[] = JSON.parse(
  readFileSync(new URL('../../../golden/definitions/definitions.json', import.meta.url), 'utf8'),
)

test('a new definition.yaml has the bytes that the Go library for YAML writes', () => {
  expect(corpus).toHaveLength(40)
  for (const { table, text } of corpus) {
    const files = catalogueCodec.create(table, new Map())
    if (!files.ok) throw new Error(JSON.stringify(files.failure))
    const created = [...files.value].flatMap(([path, bytes]) => (bytes === null ? [] : [[path, { bytes }] as const]))
    expect(textsOf(new Map(created))['t/.collection/definition.yaml']).toBe(text)
  }
})

test('a definition.yaml written by the Go library has nothing wrong with its syntax and keys', () => {
  for (const { text } of corpus) {
    const catalogue = catalogueCodec.read(filesOf({ '.ingitdb/root-collections.yaml': 't: t\n', 't/.collection/definition.yaml': text }))
    expect(messagesOf(catalogue).filter((message) => /not valid YAML|unknown key|must be/.test(message))).toEqual([])
  }
})
