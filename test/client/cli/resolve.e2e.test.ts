import { readFile, writeFile } from 'node:fs/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { callLocal, formats, openLocal } from '../../../api/local.ts'
import type { Io } from '../../../client/cli/io.ts'
import type { Local } from '../../../client/cli/local.ts'
import { runProgram } from '../../../client/cli/program.ts'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
const run = (...args: readonly string[]) => folder.run(args, { cwd: `${folder.path}/db` })
/** Where there is no database. */
const runOutside = (...args: readonly string[]) => folder.run(args)

beforeEach(async () => {
  folder = await openCliFolder()
  return () => folder[Symbol.asyncDispose]()
})

/** Two branches that disagree about both fields of users/u1; the merge waits. */
const disagree = async () => {
  const made = await folder.shell(`set -e
    ingitdb init db; cd db
    ingitdb create table users --columns 'name:string,age:int'
    ingitdb insert --into users --data '{"$id": "u1", "name": "Ada", "age": 36}'
    git branch proposal
    ingitdb --branch proposal update --id users/u1 --set name=Bea --set age=40
    ingitdb update --id users/u1 --set name=Cid --set age=50
    ingitdb merge proposal || [ $? = 1 ]`)
  expect(made).toMatchObject({ status: 0 })
}

const local: Pick<Local, 'formats' | 'open'> = {
  formats,
  open: async (directory) => {
    const database = await openLocal(directory)
    if (!database.ok) return database
    return { ok: true, value: { call: callLocal(database.value), [Symbol.asyncDispose]: () => database.value[Symbol.asyncDispose]() } }
  },
}

interface Person {
  readonly keys?: readonly string[]
  readonly lines?: readonly string[]
  readonly editor?: (text: string) => string
}

/** Runs a command with a person at the terminal, or with lines on the standard input. @returns its screens, the last of them first looked at by tests */
const runBy = async ({ keys, lines = [], editor }: Person, args: readonly string[]) => {
  let [out, err] = ['', '']
  const pressed = [...(keys ?? [])]
  const released: string[] = []
  const isTerminal = keys !== undefined
  const io: Io = {
    cwd: `${folder.path}/db`,
    env: { EDITOR: 'person', HOME: folder.path, NO_COLOR: '1' },
    stdin: linesOf(lines),
    stdinIsTerminal: isTerminal,
    outIsTerminal: isTerminal,
    errIsTerminal: isTerminal,
    columns: 80,
    rows: 24,
    out: async (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    onInterrupt: () => () => undefined,
    openLines: async () => {
      throw new Error('this asks by keys')
    },
    openKeys: () => ({ read: async () => pressed.shift(), release: () => released.push('released') }),
    runInForeground: async ([, file = '']) => {
      await writeFile(file, editor?.(await readFile(file, 'utf8')) ?? '')
      return 0
    },
  }
  const status = await runProgram(args, io, async () => local as Local)
  const screens = out.split('\u001b[H\u001b[2J').map((screen) => screen.replaceAll('\r\n', '\n'))
  return { status, out, err, screens, released }
}

async function* linesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''))
}

const fieldsNow = async () => JSON.parse((await run('select', '--id', 'users/u1')).stdout)

describe('resolve on a terminal', () => {
  beforeEach(disagree)

  test('goes through the conflicts with keys, settles them by sides, and finishes the merge', async () => {
    const { status, screens, err, released } = await runBy({ keys: ['t', 'up', 'down', 'o', 'f'] }, ['resolve'])
    expect(screens[1]).toContain('2 of 2 open')
    expect(screens[1]).toMatch(/› ○ users\/u1 (name|age)/)
    expect(screens[1]).toMatch(/theirs {2}("Bea"|40) +Ada, \d{4}-\d\d-\d\d/)
    expect(screens[2]).toMatch(/● users\/u1 (name|age) theirs/)
    expect(screens.at(-1)).toContain('f finish')
    expect([status, err]).toEqual([0, expect.stringContaining('merged proposal into main')])
    expect(released).toContain('released')
    expect([
      { $id: 'u1', name: 'Bea', age: 50 },
      { $id: 'u1', name: 'Cid', age: 40 },
    ]).toContainEqual(await fieldsNow())
  })

  test('opens the editor with what each side has, says what is wrong with a value, and takes a decision back', async () => {
    const shown: string[] = []
    const editor = (text: string): string => {
      shown.push(text)
      return text
        .replace(/^\S+$/m, shown.length === 1 ? 'true' : text.includes('40') ? '45' : 'Dee')
        .replace(/^true$/m, text.includes('40') ? '45' : 'Dee')
    }
    const { status, screens, err } = await runBy({ keys: ['e', 'up', 'u', 'q'], editor }, ['resolve'])
    expect(shown[0]).toMatch(/# base: {3}("Ada"|36)\n# ours: {3}("Cid"|50)\n# theirs: ("Bea"|40)\n/)
    expect(screens.find((screen) => screen.includes('edited'))).toBeDefined()
    expect(screens.at(-1)).toContain('2 of 2 open')
    expect([status, err]).toEqual([1, expect.stringContaining('2 conflicts are still open; what was settled is kept')])
  })

  test('keeps what was settled when the person leaves, and shows no key that means nothing', async () => {
    const { status } = await runBy({ keys: ['z', 'f', 't', 'ctrl-c'] }, ['resolve'])
    expect(status).toBe(1)
    expect((await run('conflicts', '--list')).stdout).toMatch(/proposal into main, 1 settled/)
  })
})

describe('resolve line by line', () => {
  beforeEach(disagree)

  test('asks about each conflict, and finishes when it is told to', async () => {
    const { status, out, err } = await runBy({ lines: ['theirs', 'x', 'o', 'y'] }, ['resolve', '--plain'])
    expect(out).toContain('users/u1\n  name: both sides changed it\n')
    expect(err).toContain('"x" is none of these')
    expect([status, err]).toEqual([0, expect.stringContaining('merged proposal into main')])
  })

  test('leaves at the end of the input, with exit code 1 while something is open', async () => {
    const { status, err } = await runBy({ lines: ['s', 't'] }, ['resolve', '--plain'])
    expect([status, err]).toEqual([1, expect.stringContaining('one conflict is still open')])
  })
})

test('resolve without a terminal says what to do instead of asking nobody', async () => {
  expect(await runOutside('resolve')).toMatchObject({ status: 64, stderr: expect.stringContaining('--plain') })
})

test.each([
  [['resolve', '--all'], 'goes with one of'],
  [['resolve', '--all', '--take', 'ours', '--undo'], 'goes with one of'],
  [['resolve', 'users/u1', '--strategy', 'max'], '--strategy goes with --all'],
  [['resolve', 'users/u1', '--take', 'ours', '--plain'], '--plain asks about everything'],
  [['resolve', 'users/u1', '--field', 'city', '--value', 'London'], `--value '"London"'`],
])('%j is refused', async (args, message) => {
  expect(await runOutside(...args)).toMatchObject({ status: 64, stderr: expect.stringContaining(message) })
})

test('a merge that waits is in the status, and said by doctor', async () => {
  await disagree()
  expect(JSON.parse((await run('status')).stdout)).toMatchObject({ merges: [{ branch: 'main', source: 'proposal', open: 2 }] })
  expect((await run('doctor')).stdout).toMatch(/proposal into main/)
})
