import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../support/run-cli.ts'
import { readSource } from '../support/source-tree.ts'

/** Cells of the rows of a document's tables, by the first cell of their header. A bar in code is written `\|`. */
const readTable = (markdown: string, header: string): readonly (readonly string[])[] => {
  const lines = markdown.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${header} |`)) + 2
  const rows = lines.slice(start)
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    )
}

const codeOf = (cell: string): string => /^`(.+)`$/.exec(cell)?.[1] ?? ''
const markdown = readSource('docs/reference/go-cli.md')
const commands = readTable(markdown, 'Go CLI').map(([theirs = '', ours = '', why = '']) => ({ theirs, command: codeOf(ours), why }))
const conditions = readTable(markdown, 'condition').map(([condition = '', , ours = '']) => ({ condition: codeOf(condition), ours }))

let folder: CliFolder
beforeAll(async () => {
  folder = await openCliFolder()
  const { status, stderr } = await folder.shell(`set -e; ingitdb init prepared; cd prepared
    ingitdb create table users --columns 'name:string!,age:int,nickname:string,senior:bool'; ingitdb create table notes --columns text:string
    printf '%s\\n' '{"$id":"u1","name":"Ada","age":31,"nickname":"A"}' '{"$id":"u2","name":"Bob","age":17}' '{"$id":"u3","name":"Cid","age":52,"senior":true}' |
      ingitdb insert --into users --format jsonl
    mkdir users/.collection/views; echo 'formats: [md]' > users/.collection/views/active.yaml; git add users; git commit --quiet --message 'a view'
    ingitdb insert --into notes --key n1 --data '{text: x}'
    cd ..; git clone --quiet --bare prepared remote.git`)
  expect([status, stderr]).toEqual([0, expect.stringContaining('inserted 3 records')])
})
afterAll(() => folder[Symbol.asyncDispose]())

const inCopy = async (name: string, script: string) => {
  const place = join(folder.path, name)
  await mkdir(place)
  await cp(join(folder.path, 'prepared'), join(place, 'db'), { recursive: true })
  await cp(join(folder.path, 'remote.git'), join(place, 'remote.git'), { recursive: true })
  const local = script.replaceAll('github.com/owner/repo', `file://${place}/remote.git`)
  return folder.shell(`cd '${place}/db'; export INGITDB_CACHE='${place}/cache'; ${local}`)
}

describe('the comparison with the Go CLI', () => {
  test('says why, wherever there is nothing of ours', () => {
    expect(commands.length).toBeGreaterThan(50)
    expect(commands.filter(({ command, why }) => command === '' && why === '')).toEqual([])
    expect(commands.filter(({ theirs, why }) => theirs === '' || why === '')).toEqual([])
  })

  test.each(commands.flatMap(({ command }, index) => (command === '' ? [] : [{ command, index }])))('$command does what it says', async (row) => {
    const { status, stderr } = await inCopy(`row-${row.index}`, row.command)
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.not.stringMatching(/^(error|bash)/m) })
  })

  test.each(conditions)('$condition finds $ours', async ({ condition, ours }) => {
    const { stdout } = await folder.run(['count', '--from', 'users', '--where', condition, '--path', 'prepared'])
    expect(stdout).toBe(`${ours}\n`)
  })
})
