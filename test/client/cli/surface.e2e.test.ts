import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliFolder, type CliRun, openCliFolder } from '../../support/run-cli.ts'

const schema = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' }, price: { type: 'number' }, address: { type: 'object' } },
  required: ['name'],
}

let folder: CliFolder
const inDb = (...args: readonly string[]) => folder.run([...args, '--path', join(folder.path, 'db')])

/** A run that went well and printed nothing but data. */
const dataOf = ({ status, stdout, stderr }: CliRun): string => {
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}
const jsonOf = (run: CliRun): unknown => JSON.parse(dataOf(run))

beforeAll(async () => {
  folder = await openCliFolder()
  await writeFile(join(folder.path, 'schema.json'), JSON.stringify(schema))
  await folder.run(['init', 'db'])
  await inDb('create', 'table', 'users', '--schema', join(folder.path, 'schema.json'))
  const records = [
    { id: 'u1', name: 'Ada', age: 36, address: { city: 'London' } },
    { id: 'u2', name: 'Bob', age: 20 },
    { id: 'u3', name: 'Cid', age: 50 },
  ]
  const stdin = records.map((record) => `${JSON.stringify(record)}\n`).join('')
  const run = await folder.run(['insert', '--into', 'users', '--format', 'jsonl', '--key-column', 'id'], { stdin, cwd: join(folder.path, 'db') })
  expect(run).toMatchObject({ status: 0, stdout: '' })
})

afterAll(() => folder[Symbol.asyncDispose]())

describe('a new database', () => {
  test('is a git repository with its first commit, and nothing left to commit', async () => {
    const { status, stderr } = await folder.run(['init', 'fresh'])
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^made a database in fresh \(commit [0-9a-f]{12}\)\n$/)])
    expect(folder.git('fresh', 'ls-files').split('\n')).toEqual(expect.arrayContaining(['.gitignore', 'README.md']))
    expect(folder.git('fresh', 'status', '--porcelain')).toBe('')
    expect(folder.git('fresh', 'rev-list', '--count', 'HEAD')).toBe('1\n')
  })

  test('is not made in a folder that holds something', async () => {
    await mkdir(join(folder.path, 'full'))
    await writeFile(join(folder.path, 'full', 'notes.txt'), 'mine')
    const { status, stderr } = await folder.run(['init', 'full'])
    expect(status).toBeGreaterThanOrEqual(64)
    expect(stderr).toMatch(/^error: /)
    expect(await folder.run(['init', 'db'])).toMatchObject({ status })
  })
})

describe('reading', () => {
  test('one record is an object', async () => {
    expect(dataOf(await inDb('select', '--id', 'users/u1', '--format', 'json'))).toBe(
      '{"$id":"u1","name":"Ada","age":36,"address":{"city":"London"}}\n',
    )
  })

  test('many records are an array whose elements have "$id"', async () => {
    const args = ['--where', 'age>18', '--order-by', '-name', '--fields', 'name,age', '--limit', '2', '--offset', '1', '--format', 'json']
    expect(jsonOf(await inDb('select', '--from', 'users', ...args))).toEqual([
      { $id: 'u2', name: 'Bob', age: 20 },
      { $id: 'u1', name: 'Ada', age: 36 },
    ])
  })

  test('several conditions, nested fields, "$id"', async () => {
    expect(jsonOf(await inDb('select', '--from', 'users', '--where', 'age>30', '--where', "address.city=='London'", '--fields', '$id'))).toEqual([
      { $id: 'u1' },
    ])
    expect(jsonOf(await inDb('select', '--from', 'users', '--where', "$id in ('u2','u3')", '--fields', 'age'))).toEqual([
      { $id: 'u2', age: 20 },
      { $id: 'u3', age: 50 },
    ])
  })

  test('every format', async () => {
    const select = ['select', '--from', 'users', '--where', 'age<40', '--fields', 'name', '--format']
    expect(dataOf(await inDb(...select, 'jsonl'))).toBe('{"$id":"u1","name":"Ada"}\n{"$id":"u2","name":"Bob"}\n')
    expect(dataOf(await inDb(...select, 'csv'))).toBe('$id,name\nu1,Ada\nu2,Bob\n')
    expect(dataOf(await inDb(...select, 'yaml'))).toMatch(/^- \$id: u1\n {2}name: Ada\n- \$id: u2\n {2}name: Bob\n$/)
    expect(dataOf(await inDb(...select, 'md'))).toBe('| $id | name |\n|-----|------|\n| u1  | Ada  |\n| u2  | Bob  |\n')
    expect(dataOf(await inDb('select', '--id', 'users/u2', '--format', 'yaml'))).toBe('$id: u2\nname: Bob\nage: 20\n')
  })

  test('counting prints a number', async () => {
    expect(dataOf(await inDb('count', '--from', 'users', '--where', "$id in ('u1','u2','u3')"))).toBe('3\n')
    expect(dataOf(await inDb('count', '--from', 'users', '--where', 'age>30 and $id in (u1,u2,u3)'))).toBe('2\n')
  })

  test('the database is found from any folder inside it', async () => {
    await mkdir(join(folder.path, 'db', 'users', 'deep'), { recursive: true })
    expect(dataOf(await folder.run(['count', '--from', 'users', '--where', '$id<=u3'], { cwd: join(folder.path, 'db', 'users', 'deep') }))).toBe(
      '3\n',
    )
  })

  test('tables are listed one id a line, and described', async () => {
    expect(dataOf(await inDb('list', 'collections'))).toContain('users\n')
    expect(dataOf(await inDb('list', 'tables', '--filter-name', 'user?'))).toBe('users\n')
    expect(jsonOf(await inDb('describe', 'users'))).toMatchObject({ id: 'users', columns: { name: { type: 'string', required: true } }, schema })
  })

  test('state, health and rebuilding', async () => {
    expect(jsonOf(await inDb('status', '--format', 'json'))).toMatchObject({ bare: false, branch: 'main', unreadable: [] })
    expect(dataOf(await inDb('doctor'))).toMatch(/^ok {5}git: /m)
    expect(dataOf(await inDb('rebuild'))).toMatch(/^\d+ commits, \d+ records\n$/)
    expect(jsonOf(await inDb('rebuild', '--format', 'json'))).toMatchObject({ commits: expect.any(Number), records: expect.any(Number) })
  })

  test('the log and the history are newest first', async () => {
    const log = jsonOf(await inDb('log', '--format', 'json'))
    expect(log).toEqual(expect.arrayContaining([expect.objectContaining({ inserted: 3, author: { name: 'Ada', email: 'ada@example.org' } })]))
    expect(dataOf(await inDb('log', '--limit', '1', '--quiet'))).toMatch(/^[0-9a-f]{40}\n$/)
  })

  test('the version is that of the package', async () => {
    expect(dataOf(await folder.run(['version']))).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('writing', () => {
  test('a record goes through its whole life, and each step can be seen again', async () => {
    const say = (run: CliRun): string => {
      expect(run).toMatchObject({ status: 0, stdout: '' })
      return run.stderr
    }
    expect(say(await inDb('insert', '--into', 'users', '--key', 'life', '--data', '{"name":"Eve","age":1}'))).toMatch(
      /^inserted users\/life \(commit [0-9a-f]{12}\)\n$/,
    )
    const born = folder.git('db', 'rev-parse', 'HEAD').trim()
    expect(say(await inDb('update', '--id', 'users/life', '--set', 'age=31', '--set', 'address.city=Oslo'))).toMatch(/^updated users\/life /)
    expect(jsonOf(await inDb('select', '--id', 'users/life'))).toEqual({ $id: 'life', name: 'Eve', age: 31, address: { city: 'Oslo' } })
    expect(say(await inDb('update', '--id', 'users/life', '--unset', 'address', '--data', '{"price":1}'))).toMatch(/^updated users\/life /)
    expect(jsonOf(await inDb('select', '--id', 'users/life'))).toEqual({ $id: 'life', name: 'Eve', age: 31, price: 1 })
    expect(say(await inDb('delete', '--id', 'users/life'))).toMatch(/^deleted users\/life /)
    expect((await inDb('select', '--id', 'users/life')).status).toBe(66)
    expect(jsonOf(await inDb('select', '--id', 'users/life', '--at', born))).toEqual({ $id: 'life', name: 'Eve', age: 1 })
    const history = jsonOf(await inDb('history', 'users/life', '--format', 'json'))
    expect(history).toMatchObject([
      { operation: 'delete', author: { name: 'Ada' } },
      { operation: 'update', fields: ['address', 'price'] },
      { operation: 'update', fields: ['address', 'age'] },
      { operation: 'insert', fields: ['age', 'name'], commit: born },
    ])
    expect(folder.git('db', 'status', '--porcelain')).toBe('')
  })

  test('digits stay as they were typed', async () => {
    await inDb('insert', '--into', 'users', '--key', 'digits', '--data', '{"name":"D","price":12345678901234567890.10}')
    expect(dataOf(await inDb('select', '--id', 'users/digits', '--fields', 'price'))).toBe('{"$id":"digits","price":12345678901234567890.10}\n')
    await inDb('update', '--id', 'users/digits', '--set', 'price=1.50')
    expect(folder.git('db', 'show', 'HEAD:users/$records/digits.yaml')).toContain('price: 1.50\n')
    await inDb('delete', '--id', 'users/digits')
  })

  test('an insert answers with id, revision and commit as JSON', async () => {
    const { stdout } = await inDb('insert', '--into', 'users', '--key', 'json', '--data', '{"name":"J"}', '--format', 'json')
    const answer = JSON.parse(stdout)
    expect(answer).toEqual({
      id: 'json',
      rev: folder.git('db', 'rev-parse', 'HEAD:users/$records/json.yaml').trim(),
      commit: folder.git('db', 'rev-parse', 'HEAD').trim(),
    })
    expect((await inDb('delete', '--id', 'users/json', '--expected-revision', answer.rev)).status).toBe(0)
  })

  test('what matches is changed in one commit, then deleted', async () => {
    const before = Number(folder.git('db', 'rev-list', '--count', 'HEAD'))
    await folder.run(['insert', '--into', 'users', '--format', 'csv', '--key-column', 'id', '--path', 'db'], {
      stdin: 'id,name,age\nx1,X,101\nx2,X,102\n',
    })
    expect((await inDb('update', '--from', 'users', '--where', 'age>100', '--set', 'age=200')).stderr).toMatch(/^updated 2 records in users /)
    expect((await inDb('delete', '--from', 'users', '--where', 'age>=200', '--min-affected', '3')).status).toBe(65)
    expect((await inDb('delete', '--from', 'users', '--where', 'age>=200', '--min-affected', '2')).stderr).toMatch(/^deleted 2 records in users /)
    expect(Number(folder.git('db', 'rev-list', '--count', 'HEAD'))).toBe(before + 3)
  })

  test('a dry run writes nothing', async () => {
    const head = folder.git('db', 'rev-parse', 'HEAD')
    expect(await inDb('delete', '--from', 'users', '--all', '--dry-run')).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^would delete \d+ records in users \(dry run/),
    })
    expect(folder.git('db', 'rev-parse', 'HEAD')).toBe(head)
  })

  test('the same request id again changes nothing', async () => {
    const insert = () => inDb('insert', '--into', 'users', '--key', 'once', '--data', '{"name":"O"}', '--request-id', 'r1', '--format', 'json')
    const [first, second] = [await insert(), await insert()]
    expect([second.status, second.stdout]).toEqual([0, first.stdout])
    expect((await inDb('insert', '--into', 'users', '--key', 'other', '--data', '{"name":"O"}', '--request-id', 'r1')).status).toBe(65)
    await inDb('delete', '--id', 'users/once')
  })

  test('the subject of the commit can be said', async () => {
    await inDb('insert', '--into', 'users', '--key', 'msg', '--data', '{name: M}', '--message', 'Welcome M')
    expect(folder.git('db', 'log', '-1', '--format=%s')).toBe('Welcome M\n')
    await inDb('delete', '--id', 'users/msg')
  })

  test.each([
    ['json', '{key}.json'],
    ['csv', undefined],
  ])('tables in %s', async (format, name) => {
    const table = `in_${format}`
    expect((await inDb('create', 'table', table, '--columns', 'id:string!,n:int', '--record-format', format)).status).toBe(0)
    expect((await inDb('insert', '--into', table, '--key', 'a', '--data', '{"n":7}')).status).toBe(0)
    expect(jsonOf(await inDb('select', '--id', `${table}/a`))).toMatchObject({ $id: 'a', n: 7 })
    if (name !== undefined) expect(jsonOf(await inDb('describe', table))).toMatchObject({ record_file: { name, format } })
    expect((await inDb('drop', 'table', table)).stderr).toMatch(new RegExp(`^(deleted .+, )?dropped table ${table} `))
  })
})

describe('output', () => {
  test('ends quietly when the reader goes away', async () => {
    const { status, stdout, stderr } = await folder.shell('cd db; set -o pipefail; ingitdb select --from users --format jsonl | head -1')
    expect([status, stdout.split('\n').length, stderr]).toEqual([0, 2, ''])
  })

  test('can be piped back in', async () => {
    const script = `cd db
      ingitdb create table copies --schema ../schema.json --quiet
      ingitdb select --from users --where 'age>30' --format jsonl | ingitdb insert --into copies --format jsonl --quiet
      ingitdb count --from copies
      ingitdb drop table copies --quiet`
    expect(dataOf(await folder.shell(script))).toBe('2\n')
  })
})
