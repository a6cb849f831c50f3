import { beforeEach, describe, expect, test } from 'vitest'
import { ExactNumber, stringifyJson } from '../../../domain/json.ts'
import { type CliSurroundings, runCliOn } from '../../support/cli-in-process.ts'
import { commitOf, FakeDatabase, fakeTable } from '../../support/fake-database.ts'

let database: FakeDatabase
const run = (args: readonly string[], surroundings?: CliSurroundings) => runCliOn(database, args, surroundings)
const fields = (key: string) => database.fieldsOf('users', key)

beforeEach(() => {
  const columns = [
    { name: 'name', type: 'string' },
    { name: 'age', type: 'int' },
    { name: 'ok', type: 'bool' },
    { name: 'tags', type: '[]string' },
  ]
  database = new FakeDatabase([fakeTable('users', columns)], { users: { u1: { name: 'Ada', age: 36 }, u2: { name: 'Bob', age: 20 } } })
})

describe('insert', () => {
  const insert = (args: readonly string[], surroundings?: CliSurroundings) => run(['insert', '--into', 'users', ...args], surroundings)

  test('says what happened on the error stream, and prints no data', async () => {
    expect(await insert(['--key', 'n', '--data', '{"name":"Eve"}'])).toEqual({
      status: 0,
      stdout: '',
      stderr: 'inserted users/n (commit 000000000000)\n',
    })
    expect(fields('n')).toEqual({ name: 'Eve' })
  })

  test('answers as JSON when asked for', async () => {
    const answer = { id: 'n', rev: 'rev-{"name":"Eve"}', commit: commitOf(1) }
    expect(JSON.parse((await insert(['--key', 'n', '--data', '{"name":"Eve"}', '--format', 'json', '--quiet'])).stdout)).toEqual(answer)
    expect(JSON.parse((await insert(['--data', '[{"$id":"m"}]', '--json'])).stdout)).toEqual([{ id: 'm', rev: 'rev-{}', commit: commitOf(2) }])
  })

  test('keeps the digits of numbers', async () => {
    await insert(['--key', 'n', '--data', '{"age":12345678901234567890,"x":1.0}'])
    expect(stringifyJson(fields('n') ?? {})).toBe('{"age":12345678901234567890,"x":1.0}')
  })

  test('reads YAML, whose flow style is easier to type, and formats under the names that they have elsewhere', async () => {
    await insert(['--key', 'n', '--data', '{name: Eve, tags: [a, b]}'])
    expect(fields('n')).toEqual({ name: 'Eve', tags: ['a', 'b'] })
    for (const [key, format] of [
      ['m', 'yaml'],
      ['o', 'yml'],
    ] as const) {
      await insert(['--key', key, '--format', format], { stdin: 'name: Eve\nage: 3\n' })
      expect(fields(key)).toEqual({ name: 'Eve', age: 3 })
    }
    await insert(['--key', 'p', '--format', 'md'], { stdin: '---\nname: Eve\n---\nText\n' })
    expect(fields('p')).toEqual({ name: 'Eve', $content: 'Text\n' })
  })

  test('reads JSON lines as one request, each key from a column', async () => {
    const outcome = await insert(['--format', 'jsonl', '--key-column', 'id'], { stdin: '{"id":"a","age":1}\n\n{"id":"b"}\n' })
    expect(outcome).toEqual({ status: 0, stdout: '', stderr: 'inserted 2 records in users (commit 000000000000)\n' })
    expect(fields('a')).toEqual({ age: 1 })
    expect(database.requests.length).toBe(1)
  })

  test('reads CSV, cells being what the columns say', async () => {
    await insert(['--format', 'csv', '--key-column', 'id'], { stdin: 'id,name,age,ok,tags\n01,007,1.50,true,"[""a""]"\n02,x,old,maybe,b\n' })
    expect(fields('01')).toEqual({ name: '007', age: new ExactNumber('1.50'), ok: true, tags: ['a'] })
    expect(fields('02')).toEqual({ name: 'x', age: 'old', ok: 'maybe', tags: 'b' })
  })

  test('reads CSV without a header line, its columns being named', async () => {
    await insert(['--format', 'csv', '--key-column', 'id', '--fields', 'id,age'], { stdin: '01,7\n02,8\n' })
    expect(fields('02')).toEqual({ age: 8 })
    expect((await insert(['--format', 'jsonl', '--fields', 'id'], { stdin: '{"id":"a"}' })).status).toBe(64)
  })

  test('reads a stream of YAML documents, each one record', async () => {
    const { stderr } = await insert(['--format', 'yaml'], { stdin: '$id: a\nage: 1\n---\n$id: b\nage: 2\n---\n' })
    expect(stderr).toBe('inserted 2 records in users (commit 000000000000)\n')
    expect(fields('b')).toEqual({ age: 2 })
  })

  test('names the line of a document that is none', async () => {
    const { status, stderr } = await insert(['--format', 'yaml'], { stdin: '$id: a\n---\n$id: b\n$id: c\n' })
    expect([status, stderr]).toEqual([65, expect.stringContaining('<stdin>:4')])
  })

  test('inserts a record without fields', async () => {
    await insert(['--key', 'n', '--empty'])
    expect(fields('n')).toEqual({})
  })

  test('replaces with --upsert', async () => {
    expect((await insert(['--key', 'u1', '--data', '{}', '--upsert'])).stderr).toMatch(/^updated users\/u1 /)
    expect(fields('u1')).toEqual({})
  })

  test('a dry run says what would happen', async () => {
    expect((await insert(['--key', 'n', '--data', '{}', '--dry-run'])).stderr).toBe('would insert users/n (dry run, nothing is written)\n')
    expect(fields('n')).toBeUndefined()
  })

  test('passes on how to commit', async () => {
    await insert(['--key', 'n', '--data', '{}', '--message', 'm', '--request-id', 'r', '--force', '--branch', 'b'])
    expect(database.requests[0]).toMatchObject({ message: 'm', requestId: 'r', force: true, branch: 'b' })
  })

  test.each([
    [['--key', 'x', '--key-column', 'id', '--data', '{}'], 64],
    [['--key', 'x', '--data', '[{},{}]'], 64],
    [['--key', 'x', '--data', '{"$id":"y"}'], 64],
    [['--empty', '--data', '{}', '--key', 'x'], 64],
    [['--format', 'xml', '--data', '{}'], 64],
    [['--key', 'x', '--data', '{"a":1,"a":2}'], 65],
    [['--key', 'x', '--data', '{"a":'], 65],
    [['--key', 'x', '--data', '{"__proto__":{}}'], 65],
    [['--key', 'x', '--data', '3'], 65],
    [['--data', '[{"$id":"a"},3]'], 65],
    [['--data', '[]'], 65],
    [['--data', ''], 65],
    [['--data', '{"name":"no key"}'], 65],
    [['--key', '../x', '--data', '{}'], 65],
    [['--key', 'x', '--data', 'a: &a [1]\nb: *b'], 65],
    [['--key', 'u1', '--data', '{}'], 73],
  ])('%j exits with %d and writes nothing', async (args, wanted) => {
    const { status, stdout, stderr } = await insert(args)
    expect([status, stdout]).toEqual([wanted, ''])
    expect(stderr).toMatch(/^error: .+\n( {2}.+\n)*$/)
    expect(stderr).not.toMatch(/\bat .+:\d+:\d+\)?$/m)
    expect(fields('x')).toBeUndefined()
  })

  test.each([
    ['{"a":1}\n{"b":\n', '<stdin>:2'],
    ['{"$id":"a"}\n\n3\n', '<stdin>:3'],
  ])('a bad line is named: %j', async (stdin, place) => {
    const { status, stderr } = await insert(['--format', 'jsonl'], { stdin })
    expect(status).toBe(65)
    expect(stderr).toContain(`in ${place}`)
  })

  test('bytes that are no UTF-8 are refused with their line', async () => {
    const { status, stderr } = await insert(['--key', 'x'], { stdin: Uint8Array.from([123, 10, 34, 255, 34, 10]) })
    expect([status, stderr]).toEqual([65, 'error: not valid UTF-8\n  in <stdin>:2\n'])
  })

  test('does not wait for a person to type records', async () => {
    expect(await insert(['--key', 'x'], { terminal: true })).toMatchObject({ status: 64 })
  })
})

describe('update', () => {
  const update = (args: readonly string[], surroundings?: CliSurroundings) => run(['update', ...args], surroundings)

  test.each([
    ['age=31', '{"name":"Ada","age":31}'],
    ['age=1.50', '{"name":"Ada","age":1.50}'],
    ['name=true', '{"name":true,"age":36}'],
    ['name="true"', '{"name":"true","age":36}'],
    ['name=Ada Lovelace', '{"name":"Ada Lovelace","age":36}'],
    ['name=a: b # c', '{"name":"a: b # c","age":36}'],
    ['name=+47 123', '{"name":"+47 123","age":36}'],
    ['name=007', '{"name":"007","age":36}'],
    ['name=a=b', '{"name":"a=b","age":36}'],
    ['name=null', '{"age":36}'],
    ['tags=[a, "b"]', '{"name":"Ada","age":36,"tags":["a","b"]}'],
    ['address={city: Oslo}', '{"name":"Ada","age":36,"address":{"city":"Oslo"}}'],
    ['address.city=Oslo', '{"name":"Ada","age":36,"address":{"city":"Oslo"}}'],
    ['a\\.b=1', '{"name":"Ada","age":36,"a.b":1}'],
  ])('--set %s', async (assignment, wanted) => {
    expect((await update(['--id', 'users/u1', '--set', assignment])).status).toBe(0)
    expect(stringifyJson(fields('u1') ?? {})).toBe(wanted)
  })

  test('takes a merge patch, then --set, then --unset', async () => {
    await update(['--id', 'users/u1', '--data', '{"age":1,"x":{"a":1,"b":2}}', '--set', 'age=2', '--set', 'x.a=3', '--unset', 'name,x.b'])
    expect(database.requests[0]?.commands).toEqual([
      { type: 'PatchRecord', table: 'users', key: 'u1', patch: { age: 2, x: { b: null, a: 3 }, name: null } },
    ])
  })

  test('takes a JSON Patch, from the command line or the standard input', async () => {
    expect(
      (await update(['--id', 'users/u1', '--json-patch', '[{op: test, path: /age, value: 36}, {op: add, path: /tags, value: [a]}]'])).status,
    ).toBe(0)
    expect((await update(['--id', 'users/u1', '--json-patch', '-'], { stdin: '[{"op":"add","path":"/tags/-","value":"b"}]' })).status).toBe(0)
    expect(fields('u1')).toEqual({ name: 'Ada', age: 36, tags: ['a', 'b'] })
  })

  test('says which test of a JSON Patch failed', async () => {
    const { status, stderr } = await update(['--id', 'users/u1', '--json-patch', '[{"op":"test","path":"/age","value":37}]'])
    expect(status).toBe(65)
    expect(stderr).toBe('error: users/u1: operation 1 of the patch tests "/age" for 37, but it is 36\n  try: ingitdb describe users --path /db\n')
  })

  test.each([
    [['--set', 'age=1', '--unset', 'name,age'], 'the field age is in --set and in --unset'],
    [['--set', 'age==1'], 'there is "==" in "age==1"'],
    [['--set', 'age>=1'], 'there is ">=" in "age>=1"'],
    [['--set', 'age'], '"age" sets nothing'],
    [['--set', 'age='], '--set age= has no value'],
  ])('cannot be understood with %j', async (args, why) => {
    const { status, stderr } = await update(['--id', 'users/u1', ...args])
    expect([status, stderr]).toEqual([64, expect.stringContaining(why)])
  })

  test('removes the fields of every --unset', async () => {
    await update(['--id', 'users/u1', '--unset', 'name', '--unset', 'age'])
    expect(fields('u1')).toEqual({})
  })

  test('changes all that match in one commit', async () => {
    const { stderr } = await update(['--from', 'users', '--where', 'age>18', '--set', 'ok=true'])
    expect(stderr).toBe('updated 2 records in users (commit 000000000000)\n')
    expect(database.requests.length).toBe(1)
  })

  test('says when nothing changed', async () => {
    expect((await update(['--id', 'users/u1', '--set', 'age=36'])).stderr).toBe('nothing changed\n')
  })

  test('prints what changed as JSON', async () => {
    expect(JSON.parse((await update(['--id', 'users/u1', '--set', 'age=1', '--format', 'json'])).stdout)).toMatchObject({
      commit: commitOf(1),
      changes: [{ operation: 'update', table: 'users', id: 'u1' }],
    })
  })

  test('a stale revision fails with what to do', async () => {
    const { status, stderr } = await update(['--id', 'users/u1', '--set', 'age=1', '--expected-revision', 'old'])
    expect(status).toBe(75)
    expect(stderr).toMatch(
      /^error: record users\/u1 changed since you read it\n {2}expected revision old, it is .+\n {2}try: ingitdb select --id users\/u1 --path \/db\n$/,
    )
  })

  test('a field named __proto__ is data', async () => {
    await update(['--id', 'users/u1', '--set', '__proto__.x=1'])
    const [command] = database.requests[0]?.commands ?? []
    expect(command?.type === 'PatchRecord' && stringifyJson(command.patch)).toBe('{"__proto__":{"x":1}}')
  })

  test.each([
    [['--id', 'users/u1']],
    [['--id', 'users/u1', '--json-patch', '{}']],
    [['--id', 'users/u1', '--json-patch', '[]', '--set', 'a=1']],
    [['--set', 'a=1']],
    [['--id', 'users/u1', '--set', 'a']],
    [['--id', 'users/u1', '--set', 'a=']],
    [['--id', 'users/u1', '--set', 'a..b=1']],
    [['--id', 'users/u1', '--set', 'a=1', '--all']],
    [['--id', 'users/u1', '--data', '[1]']],
    [['--from', 'users', '--set', 'a=1']],
    [['--from', 'users', '--set', 'a=1', '--all', '--where', 'age>1']],
    [['--from', 'users', '--set', 'a=1', '--all', '--expected-revision', 'x']],
    [['--from', 'users', '--set', 'a=1', '--all', '--request-id', 'x']],
  ])('cannot be understood with %j', async (args) => {
    expect(await update(args)).toMatchObject({ status: 64, stdout: '' })
    expect(database.requests).toEqual([])
  })
})

describe('delete', () => {
  test('one record', async () => {
    expect((await run(['delete', '--id', 'users/u1'])).stderr).toBe('deleted users/u1 (commit 000000000000)\n')
  })

  test('all that match, if they are enough', async () => {
    expect((await run(['delete', '--from', 'users', '--all', '--min-affected', '3'])).status).toBe(65)
    expect((await run(['delete', '--from', 'users', '--all', '--min-affected', '2'])).stderr).toBe(
      'deleted 2 records in users (commit 000000000000)\n',
    )
  })
})

describe('tables', () => {
  test('are spread over directories when they are made, or later, or no more', async () => {
    await run(['create', 'table', 'orders', '--columns', 'buyer:string', '--levels', '2'])
    await run(['reshard', 'users', '--levels', '1'])
    await run(['reshard', 'users', '--levels', '0'])
    expect(database.requests.map(({ commands }) => commands)).toMatchObject([
      [{ type: 'CreateTable', layout: { levels: 2 } }],
      [{ type: 'ReshardTable', table: 'users', levels: 1 }],
      [{ type: 'ReshardTable', table: 'users', levels: 0 }],
    ])
    expect(await run(['reshard', 'users', '--levels', '3'])).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('Allowed choices are 0, 1, 2'),
    })
    expect(await run(['reshard', 'users'])).toMatchObject({ status: 64, stderr: expect.stringContaining('--levels') })
  })

  test('are created from columns', async () => {
    const { stderr } = await run(['create', 'table', 'orders', '--columns', 'buyer:string!, total:float', '--record-format', 'json', '--sharded'])
    expect(stderr).toBe('note: the Go tools do not see the records of a sharded table\ncreated table orders (commit 000000000000)\n')
    expect(database.requests[0]?.commands).toEqual([
      {
        type: 'CreateTable',
        table: 'orders',
        recordFormat: 'json',
        columns: [
          { name: 'buyer', type: 'string', required: true },
          { name: 'total', type: 'float' },
        ],
        layout: { levels: 1 },
      },
    ])
  })

  test.each([
    [['create', 'table', 'x']],
    [['create', 'view', 'x', '--columns', 'a:int']],
    [['create', 'table', 'x', '--columns', 'a']],
    [['create', 'table', 'x', '--columns', 'a:int', '--record-format', 'xml']],
    [['drop', 'users']],
  ])('%j cannot be understood', async (args) => {
    expect(await run(args)).toMatchObject({ status: 64, stdout: '' })
  })

  test('are dropped; a missing one is no error when that is said', async () => {
    expect((await run(['drop', 'collection', 'users'])).stderr).toBe('dropped table users (commit 000000000000)\n')
    expect((await run(['drop', 'table', 'users', '--if-exists'])).status).toBe(0)
    expect((await run(['drop', 'table', 'users'])).status).toBe(66)
  })
})
