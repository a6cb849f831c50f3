import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeDemoFolder } from '../../../../client/examples/demo/demo-folder.ts'

let base: string
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'ingitdb-demo-'))
})
afterEach(() => rm(base, { recursive: true, force: true }))

test('the folder of the demo holds the schemas and the data that its commands read', async () => {
  const folder = makeDemoFolder(join(base, 'new'))
  expect(readdirSync(folder?.input ?? '').sort()).toEqual([
    'continents.csv',
    'continents.schema.json',
    'countries.jsonl',
    'countries.schema.json',
    'currencies.jsonl',
    'currencies.schema.json',
  ])
  const [first] = (await readFile(join(base, 'new/input/countries.jsonl'), 'utf8')).split('\n')
  expect(JSON.parse(first ?? '')).toMatchObject({ code: expect.any(String), name: expect.any(String), continent: expect.any(String) })
})

test('a folder of an earlier run is made anew', () => {
  makeDemoFolder(base)
  writeFileSync(join(base, 'left-over'), '')
  expect(makeDemoFolder(base)).toMatchObject({ root: base })
  expect(existsSync(join(base, 'left-over'))).toBe(false)
})

test('a folder that holds something else is left alone', () => {
  writeFileSync(join(base, 'thesis.txt'), 'mine')
  expect(makeDemoFolder(base)).toBeUndefined()
  expect(readdirSync(base)).toEqual(['thesis.txt'])
})
