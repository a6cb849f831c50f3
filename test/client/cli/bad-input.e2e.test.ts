import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliFolder, type CliRunOptions, openCliFolder } from '../../support/run-cli.ts'

const users = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 20 },
    age: { type: 'integer', minimum: 0 },
    role: { enum: ['admin', 'guest'] },
    email: { type: 'string', 'x-unique': true },
    team: { type: 'string', 'x-foreign-key': 'teams' },
  },
  required: ['name'],
}

let folder: CliFolder
beforeAll(async () => {
  folder = await openCliFolder()
  await writeFile(join(folder.path, 'users.json'), JSON.stringify(users))
  const script = `set -e
    ingitdb init db; cd db
    ingitdb create table teams --columns name:string
    ingitdb create table users --schema ../users.json
    ingitdb insert --into teams --key red --data '{"name":"Red"}'
    ingitdb insert --into users --key u1 --data '{"name":"Ada","email":"ada@example.org","team":"red"}'`
  expect((await folder.shell(script)).status).toBe(0)
})
afterAll(() => folder[Symbol.asyncDispose]())

/** Runs in the database, and checks what holds for everything that is refused: no data, no stack, nothing written. */
const refuse = async (args: readonly string[], options: CliRunOptions = {}) => {
  const stateOf = () => [folder.git('db', 'rev-parse', 'HEAD'), folder.git('db', 'status', '--porcelain')]
  const before = stateOf()
  const { status, stdout, stderr } = await folder.run(args, { cwd: join(folder.path, 'db'), ...options })
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^error: \S/)
  expect(stderr).not.toMatch(/^\s+at |node:|node_modules|SqliteError|internal error/m)
  expect(stateOf()).toEqual(before)
  return { status, stderr }
}
const insert = (key: string, data: string) => refuse(['insert', '--into', 'users', '--key', key, '--data', data])

describe('names', () => {
  test.each([
    [['insert', '--into', 'usres', '--key', 'x', '--data', '{}']],
    [['select', '--from', 'usres']],
    [['select', '--id', 'usres/u1']],
    [['count', '--from', 'usres']],
    [['update', '--from', 'usres', '--all', '--set', 'a=1']],
    [['delete', '--id', 'usres/u1']],
    [['history', 'usres/u1']],
    [['describe', 'usres']],
    [['drop', 'table', 'usres']],
  ])('an unknown table: %j', async (args) => {
    const { status, stderr } = await refuse(args)
    expect([status, stderr]).toEqual([66, 'error: table usres does not exist\n  did you mean users?\n  try: ingitdb list tables\n'])
  })

  test.each([
    '..',
    '.',
    '.git',
    '.GIT',
    '.Git.',
    '.git ',
    '.g\u200cit',
    '.gıt',
    'git~1',
    'GIT~1',
    '.git::$INDEX_ALLOCATION',
    'a/b',
    '../x',
    'a\\b',
    '/etc/passwd',
    'a\nb',
    'é'.repeat(126),
    'x'.repeat(256),
  ])('the key %j', async (key) => {
    const { status, stderr } = await insert(key, '{"name":"x"}')
    expect([status, stderr]).toEqual([65, expect.stringContaining('key')])
  })

  test.each(['../x', '.git', 'a-b', 'a//b', 'a/../b', '', '__proto__'])('the table %j', async (table) => {
    const { status } = await refuse(['create', 'table', table, '--columns', 'a:int'])
    expect(status).toBe(65)
  })

  test.each(['--upload-pack=x', 'a..b', 'nosuch'])('the moment or branch %j', async (name) => {
    expect((await refuse(['count', '--from', 'users', `--at=${name}`])).status).toBeOneOf([65, 66])
    expect((await refuse(['count', '--from', 'users', `--branch=${name}`])).status).toBeOneOf([65, 66])
  })

  test('a table that exists', async () => {
    expect((await refuse(['create', 'table', 'users', '--columns', 'a:int'])).status).toBe(73)
  })

  test('a record that exists', async () => {
    const { status, stderr } = await insert('u1', '{"name":"x"}')
    expect([status, stderr]).toEqual([73, expect.stringMatching(/^error: record users\/u1 exists already\n/)])
  })

  test('a record that does not', async () => {
    expect(await refuse(['select', '--id', 'users/nobody'])).toMatchObject({
      status: 66,
      stderr: expect.stringContaining('users/nobody does not exist'),
    })
    expect((await refuse(['update', '--id', 'users/nobody', '--set', 'age=1'])).status).toBe(66)
    expect((await refuse(['delete', '--id', 'users/nobody'])).status).toBe(66)
    expect((await refuse(['history', 'users/nobody'])).status).toBe(66)
  })

  test('a folder that is no git repository', async () => {
    await mkdir(join(folder.path, 'plain'), { recursive: true })
    for (const args of [
      ['count', '--from', 'users'],
      ['count', '--from', 'users', '--path', join(folder.path, 'plain')],
      ['status', '--path', '/nowhere/at/all'],
    ]) {
      const { status, stderr } = await refuse(args, { cwd: join(folder.path, 'plain') })
      expect(status).toBeOneOf([65, 66])
      expect(stderr).toContain('try: ')
    }
  })
})

describe('values', () => {
  test.each([
    ['{}', ['name', 'required']],
    ['{"name":3}', ['name', 'string']],
    ['{"name":""}', ['name']],
    [`{"name":"${'x'.repeat(21)}"}`, ['name', '20']],
    ['{"name":"x","age":"old"}', ['age', 'int']],
    ['{"name":"x","age":-1}', ['age', '0']],
    ['{"name":"x","role":"king"}', ['role', 'admin', 'guest']],
    ['{"name":"x","shoe":44}', ['shoe']],
    ['{"name":"x","email":"ada@example.org"}', ['email', 'u1']],
    ['{"name":"x","team":"blue"}', ['team', 'blue', 'teams']],
  ])('%s breaks a rule, which is named with its field', async (data, words) => {
    const { status, stderr } = await insert('x', data)
    expect(status).toBe(65)
    for (const word of words) expect(stderr).toContain(word)
  })

  test('a record that others refer to cannot be deleted', async () => {
    const { status, stderr } = await refuse(['delete', '--id', 'teams/red'])
    expect([status, stderr]).toEqual([65, expect.stringContaining('u1')])
  })

  test('a table that others refer to cannot be dropped', async () => {
    expect((await refuse(['drop', 'table', 'teams'])).status).toBe(65)
  })

  test('one bad record of many stops them all', async () => {
    const args = ['insert', '--into', 'users', '--format', 'jsonl', '--key-column', 'id']
    const { status, stderr } = await refuse(args, { stdin: '{"id":"a","name":"A"}\n{"id":"b","name":5}\n' })
    expect([status, stderr]).toEqual([65, expect.stringContaining('users/b')])
  })

  test('a stale revision', async () => {
    const { status, stderr } = await refuse(['update', '--id', 'users/u1', '--set', 'age=1', '--expected-revision', '0'.repeat(40)])
    expect([status, stderr]).toEqual([75, expect.stringContaining('changed since you read it')])
  })

  test('a filter that cannot be read, or that names no column', async () => {
    expect((await refuse(['select', '--from', 'users', '--where', 'age>'])).stderr).toContain('where:1:5')
    expect((await refuse(['select', '--from', 'users', '--where', 'aeg>1'])).stderr).toContain('aeg')
    expect((await refuse(['select', '--from', 'users', '--order-by', 'aeg'])).status).toBe(65)
    expect((await refuse(['select', '--from', 'users', '--fields', 'aeg'])).status).toBe(65)
  })
})

describe('data', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.replace(/./g, (name, index: number) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]\n`)}`

  test.each([
    ['JSON that ends early', '{"name":'],
    ['a name twice in JSON', '{"name":"x","name":"y"}'],
    ['a name twice in YAML', 'name: x\nname: y'],
    ['a YAML bomb', bomb],
    ['a YAML tag', 'name: !!js/function "x"'],
    ['an unknown alias', 'name: *x'],
    ['a field named __proto__', '{"name":"x","__proto__":{"admin":true}}'],
    ['half a character', '{"name":"\\ud800"}'],
    ['too deep a nesting', `${'['.repeat(200)}${']'.repeat(200)}`],
    ['a text', '"name"'],
  ])('%s', async (_what, data) => {
    const { status } = await insert('x', data)
    expect(status).toBe(65)
  })

  test('bytes that are no UTF-8', async () => {
    const { status, stderr } = await refuse(['insert', '--into', 'users', '--key', 'x'], {
      stdin: Uint8Array.from([...Buffer.from('{"name":"'), 0xc3, 0x28, ...Buffer.from('"}')]),
    })
    expect([status, stderr]).toEqual([65, 'error: not valid UTF-8\n  in <stdin>:1\n'])
  })

  test('a record of 50 MB', async () => {
    const { status, stderr } = await refuse(['insert', '--into', 'teams', '--key', 'x'], { stdin: `{"name":"${'x'.repeat(50 * 1024 * 1024)}"}` })
    expect([status, stderr]).toEqual([65, expect.stringContaining('limit')])
  })

  test('nothing at all', async () => {
    expect((await refuse(['insert', '--into', 'users', '--key', 'x'])).stderr).toContain('no record in the input')
  })

  test('a schema that is none', async () => {
    await writeFile(join(folder.path, 'bad.json'), '{"type":"object","properties":{"a":{"type":"strnig"}}}')
    expect((await refuse(['create', 'table', 'x', '--schema', '../bad.json'])).status).toBe(65)
    expect((await refuse(['create', 'table', 'x', '--schema', '../missing.json'])).status).toBe(66)
    await writeFile(join(folder.path, 'broken.json'), '{\n  "type": \n}')
    expect((await refuse(['create', 'table', 'x', '--schema', '../broken.json'])).stderr).toContain('../broken.json:3')
  })

  test('errors are problem details when JSON is asked for', async () => {
    const { status, stderr } = await folder.run(['insert', '--into', 'users', '--key', 'x', '--data', '{"name":3}', '--json'], {
      cwd: join(folder.path, 'db'),
    })
    expect(status).toBe(65)
    expect(JSON.parse(stderr)).toMatchObject({ kind: 'invalid-input', status: 422, errors: [{ pointer: '/name', table: 'users', key: 'x' }] })
  })
})

describe('a hostile repository', () => {
  test('a symbolic link among the records is neither followed nor written through', async () => {
    await using own = await openCliFolder()
    await own.shell(
      'ingitdb init db; cd db; ingitdb create table notes --columns text:string; ingitdb insert --into notes --key a --data "{text: x}"',
    )
    await writeFile(join(own.path, 'secret.yaml'), 'text: secret\n')
    await symlink(join(own.path, 'secret.yaml'), join(own.path, 'db', 'notes', '$records', 'link.yaml'))
    own.git('db', 'add', '-A')
    own.git('db', 'commit', '-qm', 'a link')
    const all = await own.run(['select', '--from', 'notes', '--path', 'db'])
    expect([all.status, all.stdout]).toEqual([0, expect.not.stringContaining('secret')])
    const written = await own.run(['insert', '--into', 'notes', '--key', 'link', '--data', '{"text":"mine"}', '--path', 'db'])
    expect(written.stderr).not.toMatch(/^\s+at |internal error/m)
    expect((await own.shell('cat secret.yaml')).stdout).toBe('text: secret\n')
  })

  test('files that do not parse are reported with their line, the rest is served', async () => {
    await using own = await openCliFolder()
    await own.shell(
      'ingitdb init db; cd db; ingitdb create table notes --columns text:string; ingitdb insert --into notes --key a --data "{text: x}"',
    )
    await writeFile(join(own.path, 'db', 'notes', '$records', 'bad.yaml'), 'text: x\ntext: y\n')
    own.git('db', 'add', '-A')
    own.git('db', 'commit', '-qm', 'by hand')
    expect((await own.run(['count', '--from', 'notes', '--path', 'db'])).stdout).toBe('1\n')
    const status = await own.run(['status', '--path', 'db'])
    expect(JSON.parse(status.stdout)).toMatchObject({ unreadable: [{ table: 'notes', key: 'bad', file: 'notes/$records/bad.yaml', line: 2 }] })
  })

  test('a file that the user has edited is not overwritten, unless forced', async () => {
    await using own = await openCliFolder()
    await own.shell(
      'ingitdb init db; cd db; ingitdb create table notes --columns text:string; ingitdb insert --into notes --key a --data "{text: x}"',
    )
    await writeFile(join(own.path, 'db', 'notes', '$records', 'a.yaml'), 'text: mine\n')
    const update = ['update', '--id', 'notes/a', '--set', 'text=y', '--path', 'db']
    const refused = await own.run(update)
    expect([refused.status, refused.stderr]).toEqual([75, expect.stringContaining('notes/$records/a.yaml')])
    expect((await own.shell("cat 'db/notes/$records/a.yaml'")).stdout).toBe('text: mine\n')
    expect((await own.run([...update, '--force'])).status).toBe(0)
  })
})
