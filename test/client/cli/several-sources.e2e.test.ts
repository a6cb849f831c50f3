import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
const run = (...args: readonly string[]) => folder.run(args)
const inA = (...args: readonly string[]) => folder.run(['--path', 'a', ...args])
const branches = ['--branch', 'main', '--branch', 'proposal']

beforeAll(async () => {
  folder = await openCliFolder()
  const script = `set -e
    for db in a b; do
      ingitdb init $db
      ingitdb --path $db create table items --columns size:float
      ingitdb --path $db insert --into items --key one --data '{size: 1.0}'
    done
    git -C a branch proposal
    ingitdb --path a --branch proposal insert --into items --key two --data '{size: 2}'
    ingitdb --path b update --id items/one --set size=7`
  const { status, stderr } = await folder.shell(script)
  expect([status, stderr]).toEqual([0, expect.anything()])
})
afterAll(() => folder[Symbol.asyncDispose]())

test('several branches are one list, each row with its branch', async () => {
  expect(await inA(...branches, 'select', '--from', 'items', '--order-by', '-size')).toEqual({
    status: 0,
    stdout:
      '[\n{"$branch":"main","$id":"one","size":1.0},\n{"$branch":"proposal","$id":"two","size":2},\n{"$branch":"proposal","$id":"one","size":1.0}\n]\n',
    stderr: '',
  })
  expect((await inA(...branches, 'select', '--from', 'items', '--format', 'csv')).stdout).toBe(
    '$branch,$id,size\nmain,one,1.0\nproposal,one,1.0\nproposal,two,2\n',
  )
})

test('several databases are one list, each row with its database, and with both where there are several of both', async () => {
  expect((await run('--path', 'a', '--path', 'b', 'select', '--id', 'items/one', '--format', 'jsonl')).stdout).toBe(
    '{"$database":"a","$id":"one","size":1.0}\n{"$database":"b","$id":"one","size":7}\n',
  )
  expect((await run('--path', 'a', '--path', 'b', '--branch', 'main', '--branch', 'proposal', 'count', '--from', 'items')).stdout).toBe(
    '[\n{"$database":"a","$branch":"main","count":1},\n{"$database":"a","$branch":"proposal","count":2},\n{"$database":"b","$branch":"main","count":1}\n]\n',
  )
})

test('values and how often they are there are said of each source', async () => {
  expect((await inA(...branches, 'distinct', 'size', '--from', 'items', '--count', '--format', 'csv')).stdout).toBe(
    '$branch,size,$count\nmain,1.0,1\nproposal,1.0,1\nproposal,2,1\n',
  )
  expect((await run('--path', 'a', '--path', 'b', 'facets', 'size', '--from', 'items', '--format', 'jsonl')).stdout).toBe(
    '{"$database":"a","field":"size","value":1.0,"count":1}\n{"$database":"b","field":"size","value":7,"count":1}\n',
  )
  expect(await inA('--branch', 'main', '--branch', 'x', 'distinct', 'size', '--from', 'items')).toMatchObject({
    status: 66,
    stdout: '[\n{"$branch":"main","size":1.0}\n]\n',
  })
})

test('a source that fails is reported by name, and takes nothing from the others', async () => {
  const { status, stdout, stderr } = await run('--path', 'nowhere', '--path', 'b', 'select', '--from', 'items')
  expect([status, stdout]).toEqual([66, '[\n{"$database":"b","$id":"one","size":7}\n]\n'])
  expect(stderr).toMatch(/^error: nowhere: /)
  const missing = await inA(...branches, '--json', 'select', '--id', 'items/two')
  expect([missing.status, missing.stdout]).toEqual([66, '[\n{"$branch":"proposal","$id":"two","size":2}\n]\n'])
  expect(JSON.parse(missing.stderr)).toMatchObject({ kind: 'not-found', id: 'items/two', source: 'main' })
  expect(await inA('--branch', 'x', '--branch', 'y', 'count', '--from', 'items')).toMatchObject({ status: 66, stdout: '' })
})

test('the limit holds within each source, and the least number over all', async () => {
  const page = await inA(...branches, 'select', '--from', 'items', '--limit', '1')
  expect(JSON.parse(page.stdout)).toHaveLength(2)
  expect(page.stderr).toMatch(/^note: there are more in proposal: ask it alone with --cursor \S+\n$/)
  expect(await inA(...branches, 'select', '--from', 'items', '--min-affected', '3')).toMatchObject({ status: 0 })
  expect(await inA(...branches, 'select', '--from', 'items', '--min-affected', '4')).toMatchObject({ status: 65, stdout: '' })
})

test('the same name twice is one source, and commands that take one refuse several', async () => {
  expect((await inA('--branch', 'main', '--branch', 'main', 'count', '--from', 'items')).stdout).toBe('1\n')
  expect(await inA(...branches, 'delete', '--id', 'items/one')).toMatchObject({
    status: 64,
    stderr: expect.stringContaining('take several branches'),
  })
  expect(await run('--path', 'a', '--path', 'b', 'log')).toMatchObject({ status: 64, stderr: expect.stringContaining('take several databases') })
  expect(await inA(...branches, 'select', '--from', 'items', '--cursor', 'x')).toMatchObject({ status: 64 })
})
