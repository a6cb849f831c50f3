import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FastExportParser, type RawCommit } from '../../../infrastructure/git/fast-export-parser.ts'
import { quotePath, unquotePath } from '../../../infrastructure/git/quote-path.ts'
import { checkPath } from '../../../infrastructure/git/safe-path.ts'

const oid = (digit: string) => digit.repeat(40)
const stream = Buffer.from(
  [
    `blob\nmark :1\noriginal-oid ${oid('a')}\ndata 13\n{"a":"é"}\nM\n\n`,
    `reset refs/heads/main\ncommit refs/heads/main\nmark :2\noriginal-oid ${oid('1')}\nauthor Ada L <a@b> 1700000000 -0130\n`,
    `committer Bob <> 1 +0000\ndata 13\nfirst\n\nD x\ny\nM 100644 :1 "t/$records/\\303\\251.json"\nM 120000 :1 t/link\n\n`,
    `commit refs/heads/main\nmark :3\noriginal-oid ${oid('2')}\nauthor A <a@b> 2 +0000\ncommitter A <a@b> 2 +0000\nencoding ISO-8859-1\ndata 2\n`,
  ].join(''),
)
const latin = Buffer.from([0xe9, 0x0a])
const rest = Buffer.from(`from :2\nmerge ${oid('9')}\nM 100755 :1 b\nM 160000 ${oid('8')} sub\nD "t/with space"\n\n`)
const whole = Buffer.concat([stream, latin, rest])

const parse = (chunks: readonly Buffer[]): readonly RawCommit[] => {
  const parser = new FastExportParser()
  return [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.end()]
}

describe('the fast-export stream', () => {
  test('gives commits with people, times, messages, parents and files', () => {
    const [first, second] = parse([whole])
    expect(first?.info).toEqual({
      oid: oid('1'),
      parents: [],
      author: { name: 'Ada L', email: 'a@b' },
      authorTime: { seconds: 1_700_000_000, offsetMinutes: -90 },
      committer: { name: 'Bob', email: '' },
      committerTime: { seconds: 1, offsetMinutes: 0 },
      message: 'first\n\nD x\ny\n',
    })
    expect(first?.written.map(({ path, mode, bytes }) => [path, mode, bytes?.toString()])).toEqual([
      ['t/$records/é.json', '100644', '{"a":"é"}\nM\n'],
      ['t/link', '120000', '{"a":"é"}\nM\n'],
    ])
    expect(second?.info).toMatchObject({ parents: [oid('1'), oid('9')], message: 'é\n' })
    expect(second?.written).toEqual([
      { path: 'b', mode: '100755', oid: oid('a'), bytes: undefined },
      { path: 'sub', mode: '160000', oid: oid('8'), bytes: undefined },
    ])
    expect(second?.removed).toEqual(['t/with space'])
  })

  test('reads the same whatever the chunks are', () => {
    const expected = JSON.stringify(parse([whole]))
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 30 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), whole.length]
        const chunks = edges.slice(1).map((end, index) => whole.subarray(edges[index], end))
        expect(JSON.stringify(parse(chunks))).toBe(expected)
      }),
    )
  })

  test('never holds a blob over 10 MiB', () => {
    const size = 10 * 1024 * 1024 + 1
    const big = [
      `blob\nmark :1\noriginal-oid ${oid('a')}\ndata ${size}\n`,
      Buffer.alloc(size, 'x'),
      `\ncommit c\nmark :2\noriginal-oid ${oid('1')}\n`,
    ]
    const tail = 'author A <a> 1 +0000\ncommitter A <a> 1 +0000\ndata 0\nM 100644 :1 big\n'
    const [commit] = parse([...big, tail].map((part) => Buffer.from(part)))
    expect(commit?.written).toEqual([{ path: 'big', mode: '100644', oid: oid('a'), bytes: undefined }])
  })
})

describe('paths', () => {
  test('of any text survive quoting', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (a, b) => {
        for (const path of [a, Buffer.from(b).toString()]) expect(unquotePath(quotePath(path))).toBe(path)
      }),
    )
  })

  test.each([
    'a/../b',
    '..',
    'a//b',
    '/a',
    '.git/config',
    'x/.GIT/y',
    '.git ',
    '.git.',
    'git~1',
    '.g\u200cit',
    '.git::$INDEX_ALLOCATION',
    'a\0b',
    'a\\b',
    '.gıt',
  ])('%j never goes into a commit', (path) => expect(() => checkPath(path)).toThrow('not a path'))

  test('that only look like .git are fine', () => {
    for (const path of ['.gitignore', '.github/x', 'git', 'a.git/b', '.ingitdb/x', '$records/..x.json']) expect(() => checkPath(path)).not.toThrow()
  })
})
