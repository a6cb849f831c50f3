import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
const at = (name: string): string => join(folder.path, name)
const read = (name: string): string => readFileSync(at(name), 'utf8')
const ingitdb = (...args: readonly string[]) => folder.run([...args, '--path', 'db'])
/** What an export writes under a passing name. */
const leftovers = (): readonly string[] => readdirSync(folder.path).filter((name) => name.endsWith('.tmp'))

beforeAll(async () => {
  folder = await openCliFolder()
  const made = await folder.shell(`set -e; ingitdb init db; cd db
    ingitdb create table items --columns 'name:string,size:int,tags:[]string' --record-format json
    ingitdb insert --into items --data '[{"$id": "a", "name": "A, \\"q\\"", "size": 12345678901234567890, "tags": ["x"]}, {"$id": "b", "name": ""}]'
    ingitdb insert --into items --data '{"$id": "c", "name": "=1+1", "size": -4}'
    ingitdb create table spaces --columns 'title:string'
    ingitdb create table spaces/contacts --columns 'name:string'
    ingitdb insert --into spaces --data '{"$id": "family", "title": "F"}'
    ingitdb insert --into spaces/family/contacts --data '{"$id": "c1", "name": "Ada"}'`)
  expect(made.stderr).not.toContain('error')
})
afterAll(() => folder[Symbol.asyncDispose]())

test('a table becomes a CSV file that tells an empty text from a value that is absent', async () => {
  expect(await ingitdb('export', 'items', '--output', 'a.csv')).toMatchObject({
    status: 0,
    stdout: '',
    stderr: expect.stringMatching(/^exported 3 records of items to a\.csv \(commit [0-9a-f]{12}\)\n$/),
  })
  expect(read('a.csv')).toBe('$id,name,size,tags\na,"A, ""q""",12345678901234567890,"[""x""]"\nb,"",,\nc,=1+1,-4,\n')
})

test('the output is the standard output where no file is named, and select prints the same', async () => {
  for (const format of ['csv', 'tsv', 'json', 'jsonl', 'yaml']) {
    const exported = await ingitdb('export', 'items', '--format', format)
    expect(exported).toMatchObject({ status: 0, stderr: '' })
    expect((await ingitdb('select', '--from', 'items', '--format', format)).stdout, format).toBe(exported.stdout)
  }
})

test('a Parquet file is imported again, is packed inside, and is not there where a value does not fit', async () => {
  expect(await ingitdb('export', 'items', '--output', 'few.parquet', '--where', 'size<0')).toMatchObject({ status: 0 })
  expect(readFileSync(at('few.parquet')).subarray(0, 4).toString()).toBe('PAR1')
  expect(await ingitdb('import', 'few.parquet', '--into', 'again', '--infer-schema', '--dry-run')).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('1 inserted'),
  })
  expect(await ingitdb('export', 'items', '--output', 'few.parquet.gz')).toMatchObject({
    status: 64,
    stderr: expect.stringContaining('packed inside'),
  })
  expect(await ingitdb('export', 'items', '--output', 'all.parquet')).toMatchObject({
    status: 65,
    stderr: expect.stringContaining('the value of "size" of record "a" in a Parquet column of type int is not supported'),
  })
  expect(readdirSync(folder.path)).not.toContain('all.parquet')
  expect(leftovers()).toEqual([])
})

test('fields, key column, separator and text for nothing are as they are asked for', async () => {
  const options = ['--fields', 'size,name', '--key-column', 'sku', '--delimiter', ';', '--null', 'NULL']
  expect(await ingitdb('export', 'items', '--format', 'csv', ...options)).toMatchObject({
    stdout: 'sku;size;name\na;12345678901234567890;"A, ""q"""\nb;NULL;""\nc;-4;=1+1\n',
  })
})

test('records are those that a condition accepts, as they were at a moment', async () => {
  expect((await ingitdb('export', 'items', '--format', 'jsonl', '--where', 'size<0')).stdout).toBe('{"$id":"c","name":"=1+1","size":-4}\n')
  // Two tables and their two records came after the one with the formula, which came after the first two.
  expect((await ingitdb('export', 'items', '--format', 'jsonl', '--at', 'HEAD~5', '--fields', 'name')).stdout).toBe(
    '{"$id":"a","name":"A, \\"q\\""}\n{"$id":"b","name":""}\n',
  )
})

test('what a spreadsheet would run gets an apostrophe, and a number does not', async () => {
  expect((await ingitdb('export', 'items', '--format', 'csv', '--escape-formulas', '--where', '$id==c')).stdout).toBe(
    "$id,name,size,tags\nc,'=1+1,-4,\n",
  )
})

test('records of a subcollection say whose they are', async () => {
  expect((await ingitdb('export', 'spaces/contacts', '--format', 'csv')).stdout).toBe('$id,$parent,name\nc1,family,Ada\n')
  expect((await ingitdb('export', 'spaces/family/contacts', '--format', 'jsonl')).stdout).toBe('{"$id":"c1","$parent":"family","name":"Ada"}\n')
})

test('a file whose name ends in .gz is packed', async () => {
  expect(await ingitdb('export', 'items', '--output', 'b.jsonl.gz', '--fields', 'size')).toMatchObject({ status: 0 })
  expect(gunzipSync(readFileSync(at('b.jsonl.gz'))).toString()).toBe('{"$id":"a","size":12345678901234567890}\n{"$id":"b"}\n{"$id":"c","size":-4}\n')
})

describe('a file is there whole or not at all', () => {
  test('what is there is replaced only by force, through a link too', async () => {
    await writeFile(at('mine.csv'), 'mine')
    await symlink('mine.csv', at('link.csv'))
    expect(await ingitdb('export', 'items', '-o', 'link.csv')).toMatchObject({
      status: 73,
      stderr: expect.stringContaining('there already: --force'),
    })
    expect(read('mine.csv')).toBe('mine')
    expect(await ingitdb('export', 'items', '-o', 'link.csv', '--force')).toMatchObject({ status: 0 })
    expect(read('mine.csv')).toMatch(/^\$id,name/)
    expect(leftovers()).toEqual([])
  })

  test.each([
    ['a folder', 'folder.csv', /this is a folder/],
    ['a folder that is not there', 'no/such.csv', /there is no such folder/],
    ['a file as a folder', 'plain/x.csv', /a part of its path is no folder/],
    ['the files of git', 'db/.git/x.csv', /among the files of git/],
    ['a disk that is full', '/dev/full', /the disk is full/],
    ['a name that is too long', `${'x'.repeat(300)}.csv`, /its name is too long/],
  ])('%s is refused in words', async (_name, output, said) => {
    await mkdir(at('folder.csv'), { recursive: true })
    await writeFile(at('plain'), '')
    const run = await ingitdb('export', 'items', '--format', 'csv', '--output', output)
    expect(run.stderr).toMatch(said)
    expect(run.stderr).not.toContain('internal error')
    expect(run.status).toBeGreaterThan(0)
    expect(leftovers()).toEqual([])
  })

  test('a standard output on a disk that is full is said', async () => {
    const run = await folder.shell('ingitdb export items --path db --format csv > /dev/full')
    expect(run.stderr).toMatch(/standard output is not available.*\n.*no space left/)
  })
})

test.each([
  ['a table that is not there', ['nothing', '--format', 'csv'], /nothing/],
  ['a moment that is not there', ['items', '--format', 'csv', '--at', 'v9'], /v9/],
  ['a field that is not there', ['items', '--format', 'csv', '--fields', 'nam'], /nam/],
  ['no format', ['items'], /say the form of the records: --format csv\|/],
  ['a separator without CSV', ['items', '--format', 'json', '--delimiter', ';'], /--delimiter is about CSV/],
  ['a key column that says something else', ['items', '--format', 'csv', '--key-column', 'name'], /the field "name" says .*, not the key/],
])('%s is said, and nothing is written', async (_name, args, said) => {
  const run = await ingitdb('export', ...args)
  expect(run.stderr).toMatch(said)
  expect(run.status).toBeGreaterThan(1)
})
