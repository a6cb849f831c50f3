import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callLocal, formats, openLocal } from '../../../../api/local.ts'
import type { Io } from '../../../../client/cli/io.ts'
import type { LineEditorOptions } from '../../../../client/cli/line-editor.ts'
import type { Local } from '../../../../client/cli/local.ts'
import { runProgram } from '../../../../client/cli/program.ts'
import { type CliFolder, openCliFolder } from '../../../support/run-cli.ts'

let folder: CliFolder
beforeAll(async () => {
  folder = await openCliFolder()
  const made = await folder.shell(`set -e
    ingitdb init db; cd db
    ingitdb create table users --columns 'name:string,age:int'
    ingitdb insert --into users --data '{"$id": "ada", "name": "Ada", "age": 36}'
    git tag v1
    ingitdb update --id users/ada --set age=37`)
  expect(made).toMatchObject({ status: 0 })
})
afterAll(() => folder[Symbol.asyncDispose]())

const script = (text: string, ...options: readonly string[]) => folder.run(['shell', ...options], { cwd: join(folder.path, 'db'), stdin: text })

describe('a script', () => {
  test('is answered statement by statement, the last one without a semicolon too', async () => {
    const { status, stdout, stderr } = await script('select name\nfrom users;select age from users where age > 0', '--format', 'csv')
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'name\nAda\nage\n37\n', stderr: '' })
  })

  test('changes moment, form and parameters between statements', async () => {
    const lines = [
      '.at v1',
      '.mode csv',
      '.param age 36',
      'select name from users where age = :age;',
      '.at',
      'select name from users where age = :age;',
    ]
    expect(await script(lines.join('\n'))).toMatchObject({ status: 0, stdout: 'name\nAda\nname\n' })
  })

  test('says how a statement would be done after EXPLAIN', async () => {
    const { stdout } = await script('explain query plan select * from users;', '--format', 'csv')
    expect(stdout).toMatch(/^plan\nSEARCH v USING INDEX /)
  })

  test('ends with its first error, and its exit code', async () => {
    const { status, stdout, stderr } = await script('select 1 as one; select * from nobody; select 2 as two;')
    expect({ status, stdout }).toEqual({ status: 66, stdout: '[\n{"one":1}\n]\n' })
    expect(stderr).toContain('table nobody does not exist')
  })

  test.each([
    ["select 'a", 'the last statement is not complete'],
    ['.foo', 'there is no .foo: .help lists what there is'],
    ['.mode xml', '"xml" is no form'],
    ['.limit none', '"none" must be a whole number'],
    ['.at nowhere', 'commit nowhere does not exist'],
    ['.schema nobody', 'table nobody does not exist'],
    ['.read nothing.sql', 'file nothing.sql does not exist'],
  ])('%s is refused', async (text, message) => {
    const { status, stderr } = await script(text)
    expect(stderr).toContain(message)
    expect(status).not.toBe(0)
  })

  test('runs files, lists tables and their columns, and leaves where it says so', async () => {
    writeFileSync(join(folder.path, 'db/more.sql'), '.mode csv\nselect count(*) as users from users;')
    const { status, stdout } = await script('.tables\n.mode csv\n.schema users\n.read more.sql\n.quit\nselect 1;')
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'users\ncolumn,type,required,foreign_key\n$id,,,\nname,string,,\nage,int,,\nusers\n1\n',
    })
  })
})

const local: Pick<Local, 'formats' | 'open'> = {
  formats,
  open: async (directory, watch) => {
    const database = await openLocal(directory)
    if (!database.ok) return database
    return {
      ok: true,
      value: {
        call: (name, input) => callLocal(database.value, undefined, watch.signal)(name, input),
        [Symbol.asyncDispose]: () => database.value[Symbol.asyncDispose](),
      },
    }
  },
}

/** What a person does: types a line, presses Ctrl-C or Tab, or presses Ctrl-C while the statement before runs. */
type Deed = string | 'interrupted' | { readonly tab: string } | { readonly interruptAfter: string }

const talk = async (deeds: readonly Deed[], env: Readonly<Record<string, string>> = { INGITDB_HISTORY: '' }) => {
  let [out, err] = ['', '']
  const prompts: string[] = []
  const completions: (readonly [readonly string[], string])[] = []
  const listeners = new Set<() => void>()
  const waiting = [...deeds]
  let options: LineEditorOptions | undefined
  const io: Io = {
    ...{ cwd: join(folder.path, 'db'), env: { HOME: folder.path, NO_COLOR: '1', ...env }, columns: 80, rows: 24 },
    ...{ stdinIsTerminal: true, outIsTerminal: true, errIsTerminal: false },
    stdin: (async function* () {})(),
    out: async (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    onInterrupt: () => () => undefined,
    openKeys: () => ({ read: async () => undefined, release: () => undefined }),
    openLines: async (given) => {
      options = given
      return {
        read: async (prompt) => {
          prompts.push(prompt)
          for (let deed = waiting.shift(); deed !== undefined; deed = waiting.shift()) {
            if (deed === 'interrupted') return deed
            if (typeof deed === 'string') return { line: deed }
            if ('interruptAfter' in deed) {
              setTimeout(() => {
                for (const listener of listeners) listener()
              }, 700)
              return { line: deed.interruptAfter }
            }
            const [before = '', after = ''] = deed.tab.split('|')
            completions.push((await options?.complete(before, after)) ?? [[], ''])
          }
          return undefined
        },
        onInterrupt: (listener) => {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
        joinHistory: () => undefined,
        close: () => undefined,
      }
    },
    runInForeground: async () => 0,
  }
  const status = await runProgram(['shell'], io, async () => local as Local)
  return { status, out, err, prompts, completions, history: options?.history }
}

describe('a person', () => {
  test('types statements over several lines, and reads tables', async () => {
    const { status, out, err, prompts } = await talk(['select name,', '  age from users;'])
    expect(out).toBe('| name | age |\n|------|-----|\n| Ada  | 37  |\n')
    expect(prompts).toEqual(['ingitdb> ', '   ...> ', 'ingitdb> '])
    expect(err).toMatch(/Ctrl-D leaves\.\n1 row \(\d+ ms\)\n$/)
    expect(status).toBe(0)
  })

  test('gets an answer to each statement that has ended, also where another one begins on its line', async () => {
    const { out, history } = await talk(['select 1 as one; select', '2 as two;'], { INGITDB_HISTORY: join(folder.path, 'two') })
    expect(out).toContain('| 1   |')
    expect(out).toContain('| 2   |')
    expect(history).toEqual([])
    expect((await talk([], { INGITDB_HISTORY: join(folder.path, 'two') })).history).toEqual(['select 1 as one; select 2 as two;'])
  })

  test('may name a parameter with any signs', async () => {
    const { err } = await talk(['.param a( 5', 'select 1 as one;'])
    expect(err).not.toContain('internal')
  })

  test('goes on after an error, and gives a line up', async () => {
    const { status, out, err } = await talk(['select nix from users;', '.foo', 'select 1,', 'interrupted', 'select 2 as two;'])
    expect(err).toContain('no such column: nix')
    expect(err).toContain('there is no .foo')
    expect(out).toContain('| 2   |')
    expect(status).toBe(0)
  })

  test('ends a statement that runs, and asks the next one', async () => {
    const endless = 'with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n;'
    const { out, err } = await talk([{ interruptAfter: endless }, 'select 2 as two;'])
    expect(err).toContain('called off')
    expect(out).toContain('| 2   |')
  })

  test('sees at which moment answers are', async () => {
    expect((await talk(['.at v1', 'select age from users;', '.at'])).prompts).toEqual(['ingitdb> ', 'ingitdb@v1> ', 'ingitdb@v1> ', 'ingitdb> '])
  })

  test('reads the help, the tables and their columns, and sets what holds from then on', async () => {
    writeFileSync(join(folder.path, 'db/more.sql'), 'select count(*) as users from users; select 1')
    const deeds = [
      ...['.help', '.tables', '.schema users', '.schema', '.read', '.read more.sql', '.read nothing.sql'],
      ...['.mode csv', '.mode xml', '.limit 1', '.limit 0', '.timeout 3', '.timeout x', '.param', '.param :a 5', '.param b a text', '.param'],
      ...[
        "select value, :a as a, $b as b from json_each('[1,2]');",
        '.param a',
        'select :a;',
        '.limit',
        '.timeout',
        '.mode',
        'explain select 1;',
        '.quit',
        '.tables',
      ],
    ]
    const { out, err, prompts } = await talk(deeds)
    expect(prompts.length).toBe(deeds.length - 1)
    for (const text of [
      '.param [NAME [VALUE]]',
      'users\n| column',
      '| name   | string |',
      '| 1     |',
      ':a = 5\n:b = a text\n',
      'value,a,b\n1,5,a text\n',
      '| SCAN CONSTANT ROW |',
    ])
      expect(out).toContain(text)
    for (const text of [
      '.schema is followed by a table',
      '.read is followed by a file',
      'file nothing.sql does not exist',
      '"xml" is no form',
      '"0" must be a whole number from 1',
      '"x" must be a whole number',
      'only the first 1 rows, there are more: raise the limit',
      'the parameter :a is not given',
    ])
      expect(err).toContain(text)
  })

  test('completes what the database has', async () => {
    const tabs = [
      'select u.na| from users u',
      'select * from us',
      '.sch',
      '.schema u',
      '.at v',
      '.mode j',
      "select * from users as of 'v",
      '.limit 1',
    ]
    expect((await talk(tabs.map((tab) => ({ tab })))).completions).toEqual([
      [['name'], 'na'],
      [['users'], 'us'],
      [['.schema'], '.sch'],
      [['users'], 'u'],
      [['v1'], 'v'],
      [['json', 'jsonl'], 'j'],
      [['v1'], 'v'],
      [[], '1'],
    ])
  })

  test('finds what was typed before', async () => {
    const env = { INGITDB_HISTORY: join(folder.path, 'history') }
    await talk(['select 1;', 'select', '2;', '.tables'], env)
    expect((await talk([], env)).history).toEqual(['.tables', 'select 2;', 'select 1;'])
  })

  test('is told when that cannot be read or kept, and asks all the same', async () => {
    mkdirSync(join(folder.path, 'folder'))
    const { status, out, err } = await talk(['select 1 as one;'], { INGITDB_HISTORY: join(folder.path, 'folder') })
    expect(err).toContain('note: what was typed before cannot be read')
    expect(out).toContain('| 1   |')
    expect(status).toBe(0)
    expect((await talk(['select 1 as one;'], { INGITDB_HISTORY: '/dev/null/history' })).err).toContain('note: what was typed is not kept')
  })
})
