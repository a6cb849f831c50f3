import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
const inDb = (...args: readonly string[]) => folder.run([...args, '--path', 'db'])
const setUp = async (script: string) => expect(await folder.shell(`set -e\ncd db\n${script}`)).toMatchObject({ status: 0 })

beforeAll(async () => {
  folder = await openCliFolder()
  await folder.run(['init', 'db'])
})
afterAll(() => folder[Symbol.asyncDispose]())

describe('a folder', () => {
  test('without a database is said to have none, in it or above', async () => {
    await mkdir(join(folder.path, 'empty'))
    const path = join(folder.path, 'empty')
    for (const args of [['status'], ['status', '--path', path]])
      expect(await folder.run(args, { cwd: path })).toEqual({
        status: 66,
        stdout: '',
        stderr: `error: there is no database in ${path}, nor in a folder above it\n  try: ingitdb init DIR\n`,
      })
  })

  test('that does not exist is said not to', async () => {
    const path = join(folder.path, 'nowhere')
    expect(await folder.run(['status', '--path', path])).toMatchObject({
      status: 66,
      stderr: `error: folder ${path} does not exist\n  try: ingitdb init ${path}\n`,
    })
  })

  test('that is taken gets no new database, and is told why and what to do', async () => {
    await mkdir(join(folder.path, 'full'))
    await writeFile(join(folder.path, 'full', 'notes.txt'), 'mine')
    const full = join(folder.path, 'full')
    expect(await folder.run(['init', 'full'])).toMatchObject({
      status: 73,
      stderr: `error: folder ${full} is not empty\n  a new database needs a folder that is new or empty; --adopt makes one of the files that are there\n  try: ingitdb init ${full}/db\n`,
    })
    const db = join(folder.path, 'db')
    expect(await folder.run(['init', 'db'])).toMatchObject({
      status: 73,
      stderr: `error: there is a database in ${db} already\n  try: ingitdb status --path ${db}\n`,
    })
    expect(await folder.run(['init', 'full/notes.txt'])).toMatchObject({ status: 73 })
  })
})

describe('a moment before the first commit', () => {
  test.each(['2001-01-01', '2001-01-01T00:00:00Z'])('%s: the answer is when that was', async (at) => {
    const { status, stderr } = await inDb('list', 'tables', '--at', at)
    const first = folder.git('db', 'rev-list', '--max-parents=0', 'HEAD').slice(0, 12)
    expect([status, stderr]).toEqual([
      66,
      expect.stringMatching(new RegExp(`^error: there was no commit as early as ${at}; the first is ${first} of \\d{4}-\\d\\d-\\d\\dT[\\d:]+Z\n`)),
    ])
  })
})

describe('a csv table without a key field', () => {
  beforeAll(() =>
    setUp(`ingitdb create table cities --columns name:string,size:int --record-format csv
      ingitdb insert --into cities --key oslo --data '{name: Oslo, size: 1}'
      ingitdb insert --into cities --key rome --data '{name: Rome}'`),
  )

  test('shows its key as $id, once', async () => {
    const select = ['select', '--from', 'cities', '--order-by', '-$id', '--format']
    expect((await inDb(...select, 'csv')).stdout).toBe('$id,name,size\nrome,Rome,\noslo,Oslo,1\n')
    expect((await inDb(...select, 'md')).stdout).toContain('| $id  | name | size |\n')
    expect((await inDb(...select, 'jsonl')).stdout).toBe('{"$id":"rome","name":"Rome"}\n{"$id":"oslo","name":"Oslo","size":1}\n')
    const { columns } = JSON.parse((await inDb('describe', 'cities')).stdout)
    expect(Object.keys(columns)).toEqual(['name', 'size'])
    expect(JSON.parse((await inDb('list', 'tables', '--format', 'json')).stdout)).toContainEqual(
      expect.objectContaining({ id: 'cities', columns: 2 }),
    )
  })

  test('can be asked for the key under both names', async () => {
    const args = ['select', '--from', 'cities', '--where', '$ID==oslo', '--order-by', '$ID', '--fields', '$ID,name']
    expect((await inDb(...args, '--format', 'csv')).stdout).toBe('$id,name\noslo,Oslo\n')
  })

  test('keeps its file as the Go tools want it', () => {
    expect(folder.git('db', 'show', 'HEAD:cities/cities.csv')).toBe('$ID,name,size\noslo,Oslo,1\nrome,Rome,\n')
  })
})

test('columns may differ by letter case alone', async () => {
  await setUp(`ingitdb create table cased --columns name:string,Name:string,NAME:int
    ingitdb insert --into cased --key a --data '{name: lower, Name: upper, NAME: 1}'
    ingitdb insert --into cased --key b --data '{name: upper, Name: lower, NAME: 2}'
    ingitdb update --id cased/b --set Name=changed`)
  const select = ['select', '--from', 'cased', '--format', 'csv']
  expect((await inDb(...select, '--where', 'name==upper')).stdout).toBe('$id,name,Name,NAME\nb,upper,changed,2\n')
  expect((await inDb(...select, '--where', 'Name==upper and NAME<2', '--fields', 'Name')).stdout).toBe('$id,Name\na,upper\n')
  expect((await inDb(...select, '--order-by', '-NAME', '--fields', 'NAME')).stdout).toBe('$id,NAME\nb,2\na,1\n')
  expect((await inDb('rebuild')).status).toBe(0)
  expect((await inDb(...select, '--where', 'name==upper')).stdout).toBe('$id,name,Name,NAME\nb,upper,changed,2\n')
})

describe('a list of foreign keys', () => {
  beforeAll(async () => {
    const tags = { type: 'array', items: { type: 'string' }, 'x-foreign-key': 'tags' }
    await writeFile(join(folder.path, 'posts.json'), JSON.stringify({ type: 'object', properties: { tags, title: { type: 'string' } } }))
    await setUp(`ingitdb create table tags --columns title:string
      ingitdb create table posts --schema ../posts.json
      ingitdb insert --into tags --format jsonl <<< $'{"$id":"red"}\\n{"$id":"blue"}\\n{"$id":"it\\'s \\\\"x\\\\""}'
      ingitdb insert --into posts --key p1 --data '{"tags":["blue","red"],"title":"red"}'
      ingitdb insert --into posts --key p2 --data '{"tags":["it'"'"'s \\"x\\""],"title":"red"}'`)
  })

  test('must name records', async () => {
    const { status, stderr } = await inDb('insert', '--into', 'posts', '--key', 'p3', '--data', '{"tags":["red","green"]}')
    expect([status, stderr]).toEqual([
      65,
      'error: posts/p3: the field "tags/1" refers to no record of tags: "green"\n  try: ingitdb describe posts --path db\n',
    ])
  })

  test('keeps the records that it names, and the next command shows who does so', async () => {
    const { status, stderr } = await inDb('delete', '--id', 'tags/red')
    expect([status, stderr]).toEqual([
      65,
      'error: tags/red: cannot be deleted, 1 record of posts refers to it in the field "tags": p1\n' +
        `  try: ingitdb select --from posts --where 'tags~red' --path db\n`,
    ])
    const odd = await inDb('delete', '--id', `tags/it's "x"`)
    const [, command = ''] = /try: ingitdb (.*)\n/.exec(odd.stderr) ?? []
    expect((await folder.shell(`ingitdb ${command} --fields '$id' --format jsonl`)).stdout).toBe('{"$id":"p2"}\n')
  })

  test('lets a record go when nothing names it any more', async () => {
    await setUp(`ingitdb update --id posts/p1 --set 'tags=[red]'
      ingitdb delete --id tags/blue`)
  })

  test('cannot cascade', async () => {
    await writeFile(join(folder.path, 'rules.yaml'), 'on_delete: {tags: cascade}\n')
    const script = 'ingitdb create table more --schema posts.json --rules rules.yaml --path db'
    expect(await folder.shell(script)).toMatchObject({
      status: 65,
      stderr: 'error: more: rules: on_delete of the list column "tags" can only be restrict\n',
    })
  })
})

describe('a request id', () => {
  test('answers again what was dropped and deleted', async () => {
    await setUp('ingitdb create table gone --columns a:int; ingitdb insert --into gone --key k --data "{a: 1}"')
    for (const args of [
      ['delete', '--id', 'gone/k', '--request-id', 'q1'],
      ['drop', 'table', 'gone', '--request-id', 'q2'],
      ['create', 'table', 'made', '--columns', 'a:int', '--request-id', 'q3'],
    ]) {
      const [first, second] = [await inDb(...args), await inDb(...args)]
      expect([first.status, second]).toEqual([0, { ...first, stderr: first.stderr.replace(')', ', answered before)') }])
    }
  })

  test('with another change is refused, with the commit it made', async () => {
    await setUp('ingitdb create table again --columns a:int --request-id q4')
    const head = folder.git('db', 'rev-parse', 'HEAD')
    expect(await inDb('create', 'table', 'again', '--columns', 'b:int', '--request-id', 'q4')).toMatchObject({
      status: 65,
      stderr: expect.stringContaining(`request id q4 was used before, for another change\n  it made commit ${head.slice(0, 12)}`),
    })
  })

  test('with blanks is refused: it could not be found again', async () => {
    const { status, stderr } = await inDb('create', 'table', 'blank', '--columns', 'a:int', '--request-id', 'a b')
    expect([status, stderr]).toEqual([65, 'error: a request id has 1 to 200 letters, digits and signs of ASCII, and no blanks\n'])
  })
})

describe('a message says each thing once', () => {
  beforeAll(() => setUp('ingitdb create table users --columns name:string!,age:int; ingitdb insert --into users --key u1 --data "{name: Ada}"'))

  test.each([
    [['insert', '--into', 'users', '--key', '..', '--data', '{}'], 'users/..: the key starts with a dot'],
    [['insert', '--into', 'users', '--key', 'x', '--data', '{"name":1}'], 'users/x: the field "name" must be of type string, but is the number 1'],
    [['update', '--id', 'users/u1', '--set', 'agee=1'], 'users/u1: the field "agee" is not a column of the table\n  did you mean age?'],
    [['select', '--from', 'users', '--where', 'agee>1'], 'users: there is no column agee, only $id, name, age\n  did you mean age?'],
    [['delete', '--from', 'users', '--all', '--min-affected', '2'], 'users: 1 record matches, at least 2 should'],
  ])('%j', async (args, message) => {
    const { status, stderr } = await inDb(...args)
    expect([status, stderr.split('\n  try: ')[0]?.trimEnd()]).toEqual([65, `error: ${message}`])
  })
})
