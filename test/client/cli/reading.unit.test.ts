import { beforeEach, describe, expect, test } from 'vitest'
import { ExactNumber } from '../../../domain/json.ts'
import { fail, ok } from '../../../domain/result.ts'
import { type CliSurroundings, runCliOn } from '../../support/cli-in-process.ts'
import { commitOf, FakeDatabase, fakeTable } from '../../support/fake-database.ts'

let database: FakeDatabase
const run = (args: readonly string[], surroundings?: CliSurroundings) => runCliOn(database, args, surroundings)
const terminal = { terminal: true }

beforeEach(() => {
  const columns = [
    { name: 'name', type: 'string' },
    { name: 'age', type: 'int' },
    { name: 'note', type: 'string' },
  ]
  database = new FakeDatabase([fakeTable('users', columns), fakeTable('geo.countries', [])], {
    users: { u1: { name: 'Ada', age: 36 }, u2: { name: 'Bob, "B"', age: new ExactNumber('20.0'), note: 'a|b\nc' }, u3: { name: 'Æ 漢', note: '' } },
  })
})

describe('select', () => {
  test('one record is an object, as it is stored, where programs read it', async () => {
    expect(await run(['select', '--id', 'users/u2'])).toEqual({
      status: 0,
      stdout: '{"$id":"u2","name":"Bob, \\"B\\"","age":20.0,"note":"a|b\\nc"}\n',
      stderr: '',
    })
  })

  test('one record is YAML on a terminal', async () => {
    expect((await run(['select', '--id', 'users/u1'], terminal)).stdout).toBe('$id: u1\nage: 36\nname: Ada\n')
  })

  test('many records are an array, one record a line', async () => {
    const { stdout } = await run(['select', '--from', 'users', '--where', 'age>18', '--order-by', '-age', '--fields', 'name,age'])
    expect(stdout).toBe('[\n{"$id":"u1","name":"Ada","age":36},\n{"$id":"u2","name":"Bob, \\"B\\"","age":20.0}\n]\n')
  })

  test('a table fits a narrow terminal, with its header in bold unless colours are not wanted', async () => {
    const narrow = { terminal: true, columns: 44, env: { NO_COLOR: '1' } }
    const wide = 'wide '.repeat(20).trim()
    await run(['update', '--id', 'users/u3', '--set', `note=${wide}`])
    const { stdout } = await run(['select', '--from', 'users'], narrow)
    expect(stdout.split('\n')).toEqual([
      '| $id | name     | age  | note             |',
      '|-----|----------|------|------------------|',
      '| u1  | Ada      | 36   |                  |',
      '| u2  | Bob, "B" | 20.0 | a\\|b<br>c        |',
      '| u3  | Æ 漢     |      | wide wide wide … |',
      '',
    ])
    expect((await run(['select', '--from', 'users', '--format', 'md'], narrow)).stdout).toContain(wide)
    expect((await run(['select', '--from', 'users'], { terminal: true, columns: 44 })).stdout).toContain('\u001b[1mname')
    expect((await run(['select', '--from', 'users', '--no-color'], { ...narrow, env: { FORCE_COLOR: '1' } })).stdout).not.toContain('\u001b')
  })

  test('errors are coloured when that is forced', async () => {
    expect((await run(['select', '--id', 'users/x'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stderr).toContain('\u001b[31merror:')
    expect((await run(['select', '--id', 'users/x'], { terminal: true, env: { TERM: 'dumb' } })).stderr).not.toContain('\u001b')
  })

  test('records are an array of tables in TOML, and one record is the document; what is null has no place in it', async () => {
    await run(['update', '--id', 'users/u3', '--set', 'note=null'])
    const { stdout } = await run(['select', '--from', 'users', '--format', 'toml', '--where', '$id in (u2, u3)'])
    expect(stdout).toBe(`[[records]]\n'$id' = 'u2'\nage = 20.0\nname = 'Bob, "B"'\nnote = "a|b\\nc"\n\n[[records]]\n'$id' = 'u3'\nname = 'Æ 漢'\n`)
    expect((await run(['select', '--id', 'users/u1', '--format', 'toml'])).stdout).toBe("'$id' = 'u1'\nage = 36\nname = 'Ada'\n")
    expect((await run(['select', '--from', 'geo.countries', '--format', 'toml'])).stdout).toBe('records = []\n')
    expect((await run(['list', 'tables', '--format', 'toml'])).stdout).toContain("[[records]]\ncolumns = 0\ndirectory = 'geo.countries'")
  })

  test('a format has the names that it has elsewhere', async () => {
    const printed = async (format: string) => (await run(['select', '--from', 'users', '--format', format])).stdout
    expect(await printed('yml')).toBe(await printed('yaml'))
    expect(await printed('markdown')).toBe(await printed('md'))
    const wrong = await run(['select', '--from', 'users', '--format', 'text'])
    expect(wrong).toMatchObject({ status: 64, stderr: expect.stringContaining('Allowed choices are json, jsonl, yaml') })
    expect(await run(['diff', '--format', 'markdown'])).toMatchObject({ status: 2, stderr: expect.stringContaining('Allowed choices are text') })
  })

  test('no record is an empty array', async () => {
    expect((await run(['select', '--from', 'geo.countries'])).stdout).toBe('[]\n')
  })

  test('many records are an aligned table on a terminal, whose cells cannot break it', async () => {
    expect((await run(['select', '--from', 'users'], terminal)).stdout).toBe(
      [
        '| $id | name     | age  | note      |',
        '|-----|----------|------|-----------|',
        '| u1  | Ada      | 36   |           |',
        '| u2  | Bob, "B" | 20.0 | a\\|b<br>c |',
        '| u3  | Æ 漢     |      |           |',
        '',
      ].join('\n'),
    )
  })

  test.each([
    ['jsonl', '{"$id":"u1","name":"Ada"}\n{"$id":"u2","name":"Bob, \\"B\\""}\n'],
    ['csv', '$id,name\nu1,Ada\nu2,"Bob, ""B"""\n'],
    ['yaml', '- $id: u1\n  name: Ada\n- $id: u2\n  name: Bob, "B"\n'],
    ['md', '| $id | name     |\n|-----|----------|\n| u1  | Ada      |\n| u2  | Bob, "B" |\n'],
  ])('prints %s', async (format, wanted) => {
    expect((await run(['select', '--from', 'users', '--where', 'age>0', '--fields', 'name', '--format', format])).stdout).toBe(wanted)
  })

  test('several conditions must all hold', async () => {
    const { stdout } = await run(['select', '--from', 'users', '-w', 'age>18', '-w', 'age<30', '-f', 'age', '--format', 'jsonl'])
    expect(stdout).toBe('{"$id":"u2","age":20.0}\n')
  })

  test('pages', async () => {
    expect((await run(['select', '--from', 'users', '--limit', '1', '--offset', '1', '--fields', '$id', '--format', 'jsonl'])).stdout).toBe(
      '{"$id":"u2"}\n',
    )
  })

  test('a page that is not the last says how to go on: a note for people, an object for programs', async () => {
    const page = ['select', '--from', 'users', '--limit', '2', '--fields', '$id', '--format', 'jsonl']
    const first = await run(page)
    const cursor = /^note: there are more, go on with --cursor (\S+)\n$/.exec(first.stderr)?.[1] ?? ''
    expect(JSON.parse((await run([...page, '--json'])).stderr)).toEqual({ next: cursor })
    expect((await run([...page, '--quiet'])).stderr).toBe('')
    expect(await run([...page, '--cursor', cursor])).toEqual({ status: 0, stdout: '{"$id":"u3"}\n', stderr: '' })
    expect(await run([...page, '--cursor', cursor, '--order-by', 'age'])).toMatchObject({ status: 65, stdout: '' })
  })

  test('a limit of 0 and the field * are all of them', async () => {
    const all = await run(['select', '--from', 'users'])
    expect((await run(['select', '--from', 'users', '--limit', '0', '--fields', '*'])).stdout).toBe(all.stdout)
  })

  test('too few matches fail', async () => {
    const { status, stdout, stderr } = await run(['select', '--from', 'users', '--min-affected', '4'])
    expect([status, stdout, stderr]).toEqual([65, '', 'error: users: 3 records match, at least 4 should\n'])
  })

  test('reads the moment and the branch asked for', async () => {
    await run(['update', '--id', 'users/u1', '--set', 'age=37'])
    expect((await run(['select', '--id', 'users/u1', '--fields', 'age', '--at', commitOf(0), '--branch', 'main'])).stdout).toBe(
      '{"$id":"u1","age":36}\n',
    )
    expect(database.reads.at(-1)).toEqual({ at: commitOf(0), branch: 'main' })
  })

  test.each([
    [[]],
    [['--id', 'users/u1', '--from', 'users']],
    [['--id', 'users/u1', '--where', 'age>1']],
    [['--id', 'users']],
    [['--from', 'users', '--limit', '1.5']],
    [['--from', 'users', '--offset', '-1']],
    [['--from', 'users', '--fields', 'a,,b']],
    [['--from', 'users', '--format', 'xml']],
    [['--from', 'users', 'more']],
    [['--from']],
    [['--form', 'users']],
  ])('cannot be understood with %j', async (args) => {
    const { status, stdout, stderr } = await run(['select', ...args])
    expect([status, stdout]).toEqual([64, ''])
    expect(stderr).toMatch(/^error: .+\n( {2}.+\n)* {2}try: ingitdb select --help\n$/)
  })
})

describe('count', () => {
  test('prints a number', async () => {
    expect(await run(['count', '--from', 'users', '--where', 'age>30'])).toEqual({ status: 0, stdout: '1\n', stderr: '' })
  })
})

describe('list', () => {
  test('prints one id a line where programs read it', async () => {
    expect((await run(['list', 'collections'])).stdout).toBe('geo.countries\nusers\n')
    expect((await run(['list', 'tables', '--filter-name', 'geo.*'])).stdout).toBe('geo.countries\n')
  })

  test.each([
    [['--filter-name', 'geo.?ountries'], 'geo.countries\n'],
    [['--filter-name', '[t-u]*'], 'users\n'],
    [['--filter-name', '[^u]*'], 'geo.countries\n'],
    [['--filter-name', '*.*.*'], ''],
    [['--filter-name', 'user'], ''],
    [['--in', 'count'], 'geo.countries\n'],
    [['--in', '^(users|none)$'], 'users\n'],
    [['--in', 'o', '--filter-name', 'u*'], ''],
  ])('keeps what %j lets through', async (args, wanted) => {
    expect((await run(['list', 'collections', ...args])).stdout).toBe(wanted)
  })

  test.each([[['--in', '(']], [['--in', '(?=a)']], [['--filter-name', '[z-a]']]])('says that %j is no pattern', async (args) => {
    const { status, stderr } = await run(['list', 'collections', ...args])
    expect([status, stderr]).toEqual([64, expect.stringContaining('is no pattern')])
  })

  test('a pattern made to backtrack takes no time', async () => {
    const started = performance.now()
    await run(['list', 'collections', '--in', '(a*)*(a*)*(a*)*b', '--filter-name', `${'*a'.repeat(500)}`])
    expect(performance.now() - started).toBeLessThan(1_000)
  })

  test('prints a table with counts on a terminal', async () => {
    expect((await run(['list', 'tables'], terminal)).stdout).toContain('| users         | 3       | yaml   | 3       | users         |\n')
  })

  test('prints JSON when asked for', async () => {
    expect(JSON.parse((await run(['list', 'tables', '--json'])).stdout)).toMatchObject([{ id: 'geo.countries' }, { id: 'users', records: 3 }])
  })
})

describe('describe', () => {
  test.each([[['users']], [['table', 'users']], [['collection', 'users']]])('takes %j', async (args) => {
    expect(JSON.parse((await run(['describe', ...args])).stdout)).toMatchObject({ id: 'users', columns: { age: { type: 'int' } } })
    expect((await run(['desc', ...args])).status).toBe(0)
  })

  test('takes one table', async () => {
    expect((await run(['describe', 'users', 'orders'])).status).toBe(64)
  })
})

describe('history and log', () => {
  beforeEach(() => run(['update', '--id', 'users/u1', '--set', 'age=37']))

  test('are one commit a line where programs read them', async () => {
    expect((await run(['history', 'users/u1'])).stdout).toBe(`${commitOf(1)}\n`)
    expect((await run(['log'])).stdout).toBe(`${commitOf(1)}\n`)
  })

  test('are tables on a terminal', async () => {
    expect((await run(['history', 'users/u1'], terminal)).stdout).toContain('| Ada    | update    | age, name |')
    expect((await run(['log'], terminal)).stdout).toContain('| update users/u1 |')
  })

  test('are readable tables in Markdown wherever they go', async () => {
    expect((await run(['history', 'users/u1', '--format', 'md'])).stdout).toContain('| Ada    | update    | age, name |')
    expect((await run(['log', '--format', 'md'])).stdout).toContain('| Ada    | 0        | 1       | 0       | update users/u1 |')
  })

  test('have flat cells and full ids as CSV', async () => {
    expect((await run(['history', 'users/u1', '--format', 'csv'])).stdout).toBe(
      `commit,author,email,time,operation,fields,message\n${commitOf(1)},Ada,ada@example.org,2026-09-21T15:13:20+01:00,update,"age, name",update users/u1\n`,
    )
    expect((await run(['log', '--format', 'csv'])).stdout).toBe(
      `commit,parents,author,email,time,message,inserted,updated,deleted\n${commitOf(1)},"",Ada,ada@example.org,2026-09-21T15:13:20+01:00,update users/u1,0,1,0\n`,
    )
  })

  test('are arrays with everything as JSON', async () => {
    expect(JSON.parse((await run(['history', 'users/u1', '--format', 'json'])).stdout)).toEqual([
      {
        commit: commitOf(1),
        author: { name: 'Ada', email: 'ada@example.org' },
        time: '2026-09-21T15:13:20+01:00',
        message: 'update users/u1',
        operation: 'update',
        fields: ['age', 'name'],
      },
    ])
    expect(JSON.parse((await run(['log', '--format', 'json', '--limit', '1'])).stdout)).toMatchObject([{ commit: commitOf(1), updated: 1 }])
  })
})

describe('filters of history and log', () => {
  beforeEach(async () => {
    await run(['update', '--id', 'users/u1', '--set', 'age=37'])
    await run(['insert', '--into', 'users', '--key', 'u4', '--data', '{"name":"D"}', '--message', 'One More'])
  })

  test.each([
    [['--table', 'users', '--key', 'u4'], [1]],
    [['--table', 'geo.countries'], []],
    [['--author', 'ADA@', '--grep', 'one more'], [1]],
    [
      ['--since', '2026-09-21', '--until', '2026-09-21'],
      [2, 1],
    ],
    [['--since', '2026-09-22', '--first-parent'], []],
    [
      ['--full', '--table', 'users'],
      [2, 1],
    ],
  ])('%j choose commits', async (args, commits) => {
    const { stdout, stderr } = await run(['log', ...args])
    expect([stdout, stderr]).toEqual([commits.map((n) => `${commitOf(commits.length === 1 ? 2 : n)}\n`).join(''), ''])
  })

  test('say where the next page starts, to people and to programs', async () => {
    expect(await run(['log', '--limit', '1'])).toMatchObject({ stdout: `${commitOf(2)}\n`, stderr: 'note: there are more, go on with --offset 1\n' })
    expect((await run(['log', '--limit', '1', '--offset', '1'])).stderr).toBe('')
    expect((await run(['history', 'users/u1', '--field', 'age', '--limit', '1', '--json'])).stderr).toBe('')
    await run(['update', '--id', 'users/u1', '--set', 'age=38'])
    expect((await run(['history', 'users/u1', '--field', 'age', '--limit', '1', '--json'])).stderr).toBe('{"next":1}\n')
  })

  test.each([
    [['log', '--key', 'u1'], 64],
    [['log', '--full', '--first-parent'], 64],
    [['log', '--since', 'noon'], 65],
    [['log', '--table', 'usres'], 66],
    [['history', 'users/u1', '--field', '/~'], 65],
  ])('%j is refused', async (args, status) => {
    expect(await run(args)).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(/^error: /) })
  })
})

describe('edits that are not committed', () => {
  const note = (what: string): string => `note: ${what} uncommitted changes that this answer does not show (ingitdb status)\n`

  test.each([
    [['a.yaml'], 'has', '1 file of users'],
    [['a.yaml', 'b.yaml'], 'have', '2 files of users'],
  ])('%j of a table', async (paths, has, files) => {
    database.uncommitted = ok(paths)
    expect(await run(['count', '--from', 'users'])).toEqual({ status: 0, stdout: '3\n', stderr: note(`${files} ${has}`) })
    expect(await run(['count', '--from', 'users', '--quiet'])).toEqual({ status: 0, stdout: '3\n', stderr: '' })
    expect((await run(['select', '--from', 'users'])).stderr).toBe(note(`${files} ${has}`))
    expect((await run(['select', '--id', 'users/u1'])).stderr).toBe(note('users/u1 has'))
    expect((await run(['select', '--id', 'users/u1', '--at', commitOf(0)])).stderr).toBe('')
  })

  test('are nobody’s business when nobody can look for them', async () => {
    database.uncommitted = fail({ kind: 'unavailable', what: 'git', why: 'the git program cannot be run' })
    expect(await run(['count', '--from', 'users'])).toEqual({ status: 0, stdout: '3\n', stderr: '' })
  })

  test('are looked for without hiding a failure of the question', async () => {
    database.uncommitted = ok(['a.yaml'])
    expect(await run(['select', '--from', 'users', '--limit', '1', '--min-affected', '4'])).toMatchObject({
      status: 65,
      stderr: expect.stringMatching(/^note: .+\nerror: users: 3 records match, at least 4 should\n/),
    })
    expect(await run(['select', '--from', 'users', '--limit', '1', '--min-affected', '3'])).toMatchObject({ status: 0 })
    expect(await run(['select', '--from', 'usres'])).toMatchObject({ status: 66, stderr: expect.stringMatching(/^error: /) })
  })
})

describe('the state of the database', () => {
  test('status is an object', async () => {
    expect(JSON.parse((await run(['status'])).stdout)).toMatchObject({ directory: '/db', commit: commitOf(0), unreadable: [] })
  })

  test('doctor says what to do, and exits with 1 when something is wrong', async () => {
    expect(await run(['doctor'])).toEqual({ status: 0, stdout: 'ok     git: git 2.39.5\n', stderr: '' })
    database.findings = [{ check: 'git', ok: false, detail: 'git 2.30 is too old', remedy: 'install git 2.38' }]
    expect(await run(['doctor'])).toMatchObject({ status: 1, stdout: 'not ok git: git 2.30 is too old\n       try: install git 2.38\n' })
    expect(JSON.parse((await run(['doctor', '--format', 'json'])).stdout)).toEqual(database.findings)
  })

  test('rebuild prints commits and records', async () => {
    expect((await run(['rebuild'])).stdout).toBe('1 commits, 3 records\n')
    expect(JSON.parse((await run(['rebuild', '--format', 'json'])).stdout)).toEqual({ commits: 1, records: 3, milliseconds: 7 })
  })
})

describe('blame', () => {
  beforeEach(() => run(['update', '--id', 'users/u2', '--set', `note=${'long '.repeat(10)}`]))
  const who = 'Ada,ada@example.org,2026-09-21T15:13:20+01:00,update'

  test('is a table of fields on a terminal, in which long values are cut', async () => {
    const { stdout } = await run(['blame', 'users/u2'], terminal)
    expect(stdout).toContain(
      `| note  | long long long long long long long long… | ${commitOf(1).slice(0, 12)} | 2026-09-21T15:13:20+01:00 | Ada    | update users/u2 |`,
    )
    expect(stdout).toContain('| age   | 20.0 ')
  })

  test('keeps the digits of values as JSON', async () => {
    const { stdout } = await run(['blame', 'users/u2'])
    expect(stdout).toContain('"value":20.0}')
    expect(JSON.parse(stdout)[0]).toEqual({
      field: 'name',
      pointer: '/name',
      commit: commitOf(1),
      author: { name: 'Ada', email: 'ada@example.org' },
      time: '2026-09-21T15:13:20+01:00',
      message: 'update users/u2',
      operation: 'update',
      definitionChanged: false,
      value: 'Bob, "B"',
    })
  })

  test('has flat cells as CSV', async () => {
    expect((await run(['blame', 'users/u2', '--format', 'csv'])).stdout).toContain(`\nage,20.0,${commitOf(1)},${who},update users/u2\n`)
  })

  test('of a table has one line for each record that matches', async () => {
    expect((await run(['blame', '--from', 'users', '--where', 'age>30', '--format', 'csv'])).stdout).toBe(
      `id,commit,author,email,time,operation,message\nu1,${commitOf(0)},Ada,ada@example.org,2026-09-21T15:13:20+01:00,insert,start\n`,
    )
    expect((await run(['blame', '--from', 'users', '--limit', '1', '--offset', '1'], terminal)).stdout).toContain('| u2  | 000000000000 |')
    expect(JSON.parse((await run(['blame', '--from', 'users', '--order-by', '-$id'])).stdout)).toMatchObject([
      { id: 'u3' },
      { id: 'u2' },
      { id: 'u1' },
    ])
  })

  test.each([[[]], [['users/u1', '--from', 'users']], [['users']], [['users/u1', '--where', 'age>1']], [['--from', 'users', '--nested']]])(
    'cannot be understood with %j',
    async (args) => {
      expect((await run(['blame', ...args])).status).toBe(64)
    },
  )
})

describe('diff', () => {
  beforeEach(async () => {
    await run(['update', '--id', 'users/u1', '--set', 'age=37'])
    await run(['delete', '--id', 'users/u3'])
    await run(['insert', '--into', 'users', '--key', 'u4', '--data', '{"name":"D\\u009b","age":1.50}'])
  })
  const range = `${commitOf(0)}..${commitOf(3)}`

  test.each([
    ['summary', 'users: +1 ~1 -1\n'],
    ['record', 'updated users/u1\ndeleted users/u3\nadded   users/u4\n'],
    ['fields', 'updated users/u1\n        fields: age\ndeleted users/u3\nadded   users/u4\n'],
    [
      'full',
      'updated users/u1\n        age: 36 -> 37\ndeleted users/u3\n        name: "Æ 漢"\n        note: ""\nadded   users/u4\n        age: 1.50\n        name: "D\\u009b"\n',
    ],
  ])('prints as much as depth %s says, and exits with 1', async (depth, lines) => {
    expect(await run(['diff', range, '--depth', depth])).toEqual({ status: 1, stdout: `diff ${range}\n${lines}`, stderr: '' })
  })

  test('without a difference says so, and exits with 0', async () => {
    const same = `${commitOf(1)}..${commitOf(1)}`
    expect(await run(['diff', same])).toEqual({ status: 0, stdout: `diff ${same}\nno record changes\n`, stderr: '' })
  })

  test('goes from a moment to the head when one is given, and from the head when a side is left out', async () => {
    expect((await run(['diff', commitOf(2)])).stdout).toBe(`diff ${commitOf(2)}..HEAD\nusers: +1 ~0 -0\n`)
    await run(['--branch', commitOf(3), 'diff', `${commitOf(2)}...`])
    expect(database.reads.slice(-3)).toMatchObject([{ at: commitOf(3) }, { at: commitOf(2) }, { at: commitOf(2) }])
  })

  test('in JSON has the words of the Go tools, and the digits that are stored', async () => {
    const { stdout } = await run(['diff', range, '--depth', 'full', '--format', 'json'])
    expect(stdout).toContain('"after":1.50}')
    expect(JSON.parse(stdout)).toEqual({
      from: commitOf(0),
      to: commitOf(3),
      fromCommit: commitOf(0),
      toCommit: commitOf(3),
      summary: [{ collection: 'users', added: 1, updated: 1, deleted: 1 }],
      definitions: [],
      records: [
        { collection: 'users', key: 'u1', kind: 'updated', fields: [{ field: 'age', pointer: '/age', before: 36, after: 37 }] },
        expect.objectContaining({ key: 'u3', kind: 'deleted' }),
        expect.objectContaining({ key: 'u4', kind: 'added' }),
      ],
    })
    expect((await run(['diff', range, '--format', 'yaml'])).stdout).toContain('added: 1')
    await run(['update', '--id', 'users/u4', '--data', '{"note":[null,{"a":null,"b":1}]}'])
    const toml = (await run(['diff', `${commitOf(3)}..${commitOf(4)}`, '--depth', 'full', '--format', 'toml'])).stdout
    expect(toml).toContain("[[records]]\ncollection = 'users'\nkey = 'u4'\nkind = 'updated'\n")
    expect(toml).toContain('b = 1\n')
    expect(toml).not.toContain('null')
    expect(JSON.parse((await run(['diff', range, '--json', '--collection', 'geo.countries'])).stdout)).toMatchObject({ summary: [], records: [] })
  })

  test.each([[['nowhere..main']], [['a..b..c']], [[range, '--depth', 'deep']], [[range, '--collection', 'usres']], [[range, 'more']]])(
    'exits with 2 when it cannot look: %j',
    async (args) => {
      expect(await run(['diff', ...args])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^error: /) })
    },
  )
})
