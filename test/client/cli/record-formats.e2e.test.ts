import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

const formats = ['yaml', 'json', 'csv', 'jsonl', 'markdown', 'toml', 'ingr'] as const

let folder: CliFolder
const inDb = (args: readonly string[], stdin = '') => folder.run([...args, '--path', join(folder.path, 'db')], { stdin })
const fileOf = (path: string) => readFile(join(folder.path, 'db', path), 'utf8')

beforeAll(async () => {
  folder = await openCliFolder()
  await folder.run(['init', 'db'])
  for (const format of formats) {
    const run = await inDb(['create', 'table', format, '--columns', 'title:string!,size:float,born:date', '--record-format', format])
    expect(run).toMatchObject({ status: 0 })
  }
}, 60_000)

afterAll(() => folder[Symbol.asyncDispose]())

describe('records in every format', () => {
  test.each(formats)('%s: are inserted, updated and given back with their digits', async (format) => {
    await inDb(['insert', '--into', format, '--key', 'k1', '--data', '{title: "it\'s", size: 12345678901234567890, born: 2024-01-01}'])
    expect(await inDb(['update', '--id', `${format}/k1`, '--set', 'title=new'])).toMatchObject({ status: 0 })
    const { stdout } = await inDb(['select', '--id', `${format}/k1`, '--fields', 'title,size,born', '--format', 'json'])
    expect(stdout).toBe('{"$id":"k1","title":"new","size":12345678901234567890,"born":"2024-01-01"}\n')
  })

  test('go out as INGR and come in again', async () => {
    const ingr = '# INGR.io | select: $ID, title, size, born\n"i1"\n"A, \\"b\\""\n0.10\nnull\n# 1 record\n'
    expect(await inDb(['insert', '--into', 'json', '--format', 'ingr'], ingr)).toMatchObject({ status: 0 })
    expect((await inDb(['select', '--from', 'json', '--where', '$id==i1', '--format', 'ingr'])).stdout).toBe(ingr)
  })

  test('come from TOML and from Markdown, one at a time', async () => {
    expect(await inDb(['insert', '--into', 'toml', '--format', 'toml', '--key', 't1'], 'title = "T"\nborn = 1815-12-10\n')).toMatchObject({
      status: 0,
    })
    expect(await fileOf('toml/$records/t1.toml')).toBe("born = '1815-12-10'\ntitle = 'T'\n")
    const markdown = '---\ntitle: M\n---\n# Text\n'
    expect(await inDb(['insert', '--into', 'markdown', '--format', 'markdown', '--key', 'm1'], markdown)).toMatchObject({ status: 0 })
    expect(await fileOf('markdown/$records/m1.md')).toBe(markdown)
    expect((await inDb(['select', '--id', 'markdown/m1', '--format', 'tsv'])).stdout).toBe('$id\t$content\ttitle\nm1\t# Text\\n\tM\n')
  })

  test('that cannot be read are refused with the line', async () => {
    const { status, stderr } = await inDb(['insert', '--into', 'toml', '--format', 'toml', '--key', 'x'], '\ntitle = hello\n')
    expect(status).toBe(65)
    expect(stderr).toContain('not valid TOML: expected a value: texts need quotes, found "hello"')
    expect((await inDb(['insert', '--into', 'json', '--format', 'ingr'], '# INGR.io | a: $ID, title\n"x"\n{\n')).stderr).toContain(
      'column "title": not valid JSON',
    )
  })
})
