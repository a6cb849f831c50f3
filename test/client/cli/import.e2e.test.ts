import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliFolder, cliPath, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
const here = (): string => join(folder.path, 'db')
const ingitdb = (...args: readonly string[]) => folder.run([...args, '--path', 'db'])
const head = (): string => folder.git('db', 'rev-parse', 'HEAD').trim()
const leftovers = (): readonly string[] => readdirSync(join(here(), '.git/objects')).filter((name) => name.startsWith('tmp_'))
const give = (name: string, content: string | Uint8Array) => writeFile(join(folder.path, name), content)

beforeAll(async () => {
  folder = await openCliFolder()
  const made = await folder.shell(`set -e; ingitdb init db; cd db
    ingitdb create table items --columns 'name:string!,size:int' --record-format json
    ingitdb create table users --columns 'email:string,boss:string' --rules <(echo '{"unique": [["email"]]}')
    ingitdb insert --into items --data '{"$id": "taken", "name": "T"}'`)
  expect(made.stderr).not.toContain('error')
})
afterAll(() => folder[Symbol.asyncDispose]())

const nested = `${'['.repeat(3_000)}${']'.repeat(3_000)}`

/** Name of the attack, file, its content, what is said. Nothing of any of them is imported. */
const attacks: readonly (readonly [name: string, file: string, content: string | Uint8Array, said: RegExp])[] = [
  ['broken UTF-8', 'a.csv', Buffer.from('$id,name\na,A\nb,\xff\xfe\n', 'latin1'), /not valid UTF-8.*\n {2}in a\.csv:3/],
  [
    'UTF-8 that ends in the middle of a character',
    'a.jsonl',
    Buffer.from([...Buffer.from('{"$id":"a","name":"'), 0xe2, 0x82]),
    /not valid UTF-8.*\n {2}in a\.jsonl:1/,
  ],
  ['UTF-16 without its mark', 'a.csv', Buffer.from('$id,name\na,A\n', 'utf16le'), /UTF-16, say its --encoding\n {2}in a\.csv:1/],
  ['half of a surrogate pair in UTF-16', 'a.csv', Buffer.from('\ufeff$id,name\na,\ud800x\n', 'utf16le'), /not valid utf-16le/],
  ['a row that is too long', 'a.csv', '$id,name\na,A\nb,B,C\n', /the row has 3 cells and the header 2\n {2}in a\.csv:3/],
  ['a row that is too short', 'a.tsv', '$id\tname\na\tA\nb\n', /the row has 1 cells and the header 2\n {2}in a\.tsv:3/],
  ['a quote that is never closed', 'a.csv', '$id,name\na,A\nb,"B\nc,C\n', /a quoted cell that starts here is not closed\n {2}in a\.csv:3/],
  ['a quote inside a plain cell', 'a.csv', '$id,name\na,5" disk\n', /a quote stands inside a cell that is not quoted\n {2}in a\.csv:2/],
  ['lines that end with CR alone', 'a.csv', '$id,name\ra,A\rb,B\r', /its lines end with CR alone/],
  ['JSON lines that end with CR alone', 'a.jsonl', '{"$id":"a","name":"A"}\r{"$id":"b","name":"B"}\r', /not valid JSON.*\n {2}in a\.jsonl:1/],
  [
    'a number where text belongs, and text where a number does',
    'a.jsonl',
    '{"$id":"a","name":7}\n{"$id":"b","name":"B","size":"7"}\n',
    /2 things are not valid\n {2}a\.jsonl:1: items\/a: .*"name".*\n {2}a\.jsonl:2: items\/b: .*"size"/,
  ],
  ['a cell that is no number', 'a.csv', '$id,name,size\na,A,seven\n', /"size" must be of type int.*\n {2}in a\.csv:2/],
  ['a number that is not whole', 'a.csv', '$id,name,size\na,A,1.5\n', /"size".*\n {2}in a\.csv:2/],
  ['a key twice', 'a.csv', '$id,name\na,A\nb,B\na,C\n', /items\/a: the record on line 2 has the same key\n {2}in a\.csv:4/],
  ['a key that is taken', 'a.csv', '$id,name\na,A\ntaken,B\n', /items\/taken: there is a record with this key already\n {2}in a\.csv:3/],
  ['no key column', 'a.csv', 'name\nA\n', /has no key.*\n {2}in a\.csv:2/],
  ['a key that is empty', 'a.jsonl', '{"$id":"","name":"A"}\n', /the key is empty\n {2}in a\.jsonl:1/],
  ['a key that climbs out of the folder', 'a.jsonl', '{"$id":"../../../etc/passwd","name":"A"}\n', /contains a path separator|starts with a dot/],
  ['a key that is .git', 'a.jsonl', '{"$id":".GIT","name":"A"}\n', /the key starts with a dot/],
  ['a key with NUL', 'a.jsonl', '{"$id":"a\\u0000b","name":"A"}\n', /the key contains a control character/],
  ['a key with a line end', 'a.csv', '$id,name\n"a\nb",A\n', /the key contains a control character/],
  ['a key of 10,000 letters', 'a.jsonl', `{"$id":"${'k'.repeat(10_000)}","name":"A"}\n`, /longer than 255 bytes/],
  ['a column called __proto__', 'a.csv', '$id,name,__proto__\na,A,x\n', /the column "__proto__" is not allowed\n {2}in a\.csv:1/],
  [
    'a member called __proto__',
    'a.jsonl',
    '{"$id":"a","name":"A","__proto__":{"admin":true}}\n',
    /the name "__proto__" is not allowed\n {2}in a\.jsonl:1/,
  ],
  ['a record called __proto__', 'a.json', '{"__proto__":{"name":"A"}}', /the key is not allowed as a name/],
  ['a member called constructor', 'a.jsonl', '{"$id":"a","name":"A","constructor":{"prototype":{}}}\n', /"constructor" is not a column of the table/],
  ['a member twice', 'a.jsonl', '{"$id":"a","name":"A","name":"B"}\n', /the name "name" is used twice/],
  ['a column twice', 'a.csv', '$id,name,name\na,A,B\n', /the column "name" stands twice/],
  ['nesting without end', 'a.jsonl', `{"$id":"a","name":${nested}}\n`, /nested more than 100 levels deep/],
  [
    'a YAML alias bomb',
    'a.yaml',
    `- $id: a\n  a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 8 }, (_, i) => `  a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(',')}]\n`).join('')}`,
    /aliases add more than 10000 values/,
  ],
  ['a YAML tag that makes objects', 'a.yaml', '- $id: a\n  name: !!js/function "x"\n', /tag/],
  ['a line of 12 MB', 'a.jsonl', `{"$id":"a","name":"${'x'.repeat(12_000_000)}"}\n`, /longer than 10485760 characters\n {2}in a\.jsonl:1/],
  ['JSON that is truncated', 'a.json', '[{"$id":"a","name":"A"},{"$id":"b","na', /the text ends before the list is closed/],
  ['JSON with something behind it', 'a.json', '[{"$id":"a","name":"A"}] x', /something follows the list/],
  ['JSON that is no list', 'a.json', '"a"', /a list of objects, or a map of key to object/],
  ['INGR whose count is wrong', 'a.ingr', '# INGR.io | items: $ID, name\n"a"\n"A"\n# 2 records\n', /not valid INGR/],
  ['gzip that is truncated', 'a.csv.gz', gzipSync(`$id,name\n${'a,A\n'.repeat(5_000)}`).subarray(0, 30), /the gzip file is truncated/],
  [
    'gzip that is damaged',
    'a.csv.gz',
    Buffer.concat([gzipSync('$id,name\na,A\n').subarray(0, 12), Buffer.alloc(40, 0x55)]),
    /the gzip file is (damaged|truncated)/,
  ],
]

describe('nothing is imported of a file with', () => {
  test.each(attacks)('%s', async (_, file, ...[content, said]) => {
    const before = head()
    await give(file, content)
    const run = await ingitdb('import', file, '--into', 'items')
    expect(run.stderr).toMatch(said)
    expect([65, 73]).toContain(run.status)
    expect(run.stdout).toBe('')
    expect(head()).toBe(before)
    expect(leftovers()).toEqual([])
    expect(folder.git('db', 'status', '--porcelain')).toBe('')
  })

  test.each([
    ['no bytes', 'a.csv', ''],
    ['a header and nothing else', 'a.csv', '$id,name\n'],
    ['an empty list', 'a.json', '[]'],
    ['blank lines', 'a.jsonl', '\n \n'],
  ])('%s, which is no error', async (_, file, content) => {
    const before = head()
    await give(file, content)
    expect(await ingitdb('import', file, '--into', 'items')).toMatchObject({
      status: 0,
      stderr: `imported ${file} into items: 0 inserted (nothing is written)\n`,
    })
    expect(head()).toBe(before)
  })
})

describe('a command line that cannot be meant is refused', () => {
  test.each([
    ['no file', ['import'], 64, 'say what to import'],
    ['no table', ['import', 'a.csv'], 64, 'say which table'],
    ['a file of no known form', ['import', 'a.xyz', '--into', 'items'], 64, 'say the form of the records'],
    ['the address of a repository', ['import', 'https://github.com/a/b', '--into', 'items'], 64, 'ingitdb clone'],
    ['a file that is not there', ['import', 'none.csv', '--into', 'items'], 66, 'none.csv'],
    ['a folder', ['import', 'db', '--into', 'items', '--format', 'csv'], 65, 'this is a folder'],
    ['a table that is not there', ['import', 'ok.csv', '--into', 'itms'], 66, 'did you mean items?'],
    ['a branch that is not there', ['import', 'ok.csv', '--into', 'items', '--branch', 'nowhere'], 66, 'nowhere'],
    ['a table to be made that is there', ['import', 'ok.csv', '--into', 'items', '--infer-schema'], 73, 'exists already'],
    ['a reject file that is there', ['import', 'ok.csv', '--into', 'items', '--rejects', 'ok.csv'], 73, 'ok.csv'],
    ['a delimiter of two signs', ['import', 'ok.csv', '--into', 'items', '--delimiter', '||'], 64, 'one character'],
    ['an encoding nobody knows', ['import', 'ok.csv', '--into', 'items', '--encoding', 'ebcdic'], 64, 'utf-16le'],
  ] as const)('%s', async (_, args, ...[status, said]) => {
    await give('ok.csv', '$id,name\nok,OK\n')
    const before = head()
    const run = await ingitdb(...args)
    expect(run.stderr).toContain(said)
    expect(run.status).toBe(status)
    expect(head()).toBe(before)
  })
})

test('what is left out can be repaired and imported', async () => {
  await give('r.csv', '$id,name,size\nr1,A,1\nr2,B,x\nr3\nr4,D,4\n')
  const first = await ingitdb('import', 'r.csv', '--into', 'items', '--rejects', 'rejects.jsonl')
  expect(first).toMatchObject({ status: 1, stderr: expect.stringContaining('imported r.csv into items: 2 inserted, 2 rejected (commit ') })
  const rejected = (await readFile(join(folder.path, 'rejects.jsonl'), 'utf8')).trim().split('\n')
  expect(rejected.map((line) => JSON.parse(line))).toMatchObject([
    { $line: 3, $error: expect.stringContaining('"size"'), $id: 'r2', name: 'B', size: 'x' },
    { $line: 4, $error: 'the row has 1 cells and the header 3', $text: 'r3' },
  ])
  await give('repaired.jsonl', `${rejected[0]?.replace('"x"', '2')}\n`)
  expect(await ingitdb('import', 'repaired.jsonl', '--into', 'items')).toMatchObject({ status: 0 })
  expect(JSON.parse((await ingitdb('select', '--id', 'items/r2')).stdout)).toEqual({ $id: 'r2', name: 'B', size: 2 })
})

test('an import without rejects leaves no reject file', async () => {
  await give('good.jsonl', '{"$id":"g1","name":"G"}\n')
  expect(await ingitdb('import', 'good.jsonl', '--into', 'items', '--rejects', 'none.jsonl')).toMatchObject({ status: 0 })
  expect(existsSync(join(folder.path, 'none.jsonl'))).toBe(false)
})

test('the standard input is imported, also into another branch', async () => {
  folder.git('db', 'branch', 'side')
  const run = await folder.run(['import', '-', '--into', 'items', '--format', 'tsv', '--branch', 'side', '--json'], {
    cwd: here(),
    stdin: '$id\tname\ns1\tA\\tB\n',
  })
  expect(run.status).toBe(0)
  expect(JSON.parse(run.stdout)).toMatchObject({ read: 1, inserted: 1, commits: [folder.git('db', 'rev-parse', 'side').trim()] })
  expect(JSON.parse((await ingitdb('select', '--id', 'items/s1', '--branch', 'side')).stdout)).toEqual({ $id: 's1', name: 'A\tB' })
})

test('a unique value twice is said by line', async () => {
  await give('u.jsonl', '{"$id":"a","email":"x@y"}\n{"$id":"b","email":"x@y"}\n')
  expect(await ingitdb('import', 'u.jsonl', '--into', 'users')).toMatchObject({
    status: 65,
    stderr: expect.stringMatching(/users\/b: users\/a already has "email" "x@y", which must be unique\n {2}in u\.jsonl:2/),
  })
})

test('files that the user has edited are not written over', async () => {
  await writeFile(join(here(), 'items/$records/taken.json'), '{"name": "edited"}\n')
  const before = head()
  await give('e.jsonl', '{"$id":"taken","name":"new"}\n{"$id":"e1","name":"E"}\n')
  const run = await ingitdb('import', 'e.jsonl', '--into', 'items', '--on-duplicate', 'replace')
  expect(run).toMatchObject({ status: 75, stderr: expect.stringContaining('edits that are not committed') })
  expect(head()).toBe(before)
  expect(leftovers()).toEqual([])
  folder.git('db', 'checkout', '--', '.')
})

test('an import that is interrupted leaves nothing behind', async () => {
  const before = head()
  const packs = readdirSync(join(here(), '.git/objects/pack'))
  const child = spawn(process.execPath, [cliPath, 'import', '-', '--into', 'items', '--format', 'jsonl'], {
    cwd: here(),
    env: { PATH: process.env.PATH ?? '', HOME: folder.path },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const said: string[] = []
  child.stderr.on('data', (text) => said.push(String(text)))
  child.stdin.on('error', () => undefined)
  for (let index = 0; index < 1_500; index++) child.stdin.write(`{"$id":"i${index}","name":"I"}\n`)
  for (let waited = 0; leftovers().length === 0 && waited < 20_000; waited += 20) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(leftovers()).toHaveLength(1)
  child.kill('SIGINT')
  child.stdin.end('{"$id":"last","name":"L"}\n')
  const status = await new Promise((resolve) => child.once('close', resolve))
  expect({ status, said: said.join('') }).toEqual({ status: 130, said: expect.stringContaining('interrupted') })
  expect(head()).toBe(before)
  expect(leftovers()).toEqual([])
  expect(readdirSync(join(here(), '.git/objects/pack'))).toEqual(packs)
  expect((await ingitdb('count', '--from', 'items', '--where', '$id>=i', '--where', '$id<j')).stdout.trim()).toBe('0')
})

test('an import that is killed leaves nothing that counts, and the next one clears it away', async () => {
  const before = head()
  const child = spawn(process.execPath, [cliPath, 'import', '-', '--into', 'items', '--format', 'jsonl'], {
    cwd: here(),
    env: { PATH: process.env.PATH ?? '', HOME: folder.path },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin.on('error', () => undefined)
  for (let index = 0; index < 1_500; index++) child.stdin.write(`{"$id":"k${index}","name":"K"}\n`)
  for (let waited = 0; leftovers().length === 0 && waited < 20_000; waited += 20) await new Promise((resolve) => setTimeout(resolve, 20))
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('close', resolve))
  expect(head()).toBe(before)
  await give('next.jsonl', '{"$id":"n1","name":"N"}\n')
  expect(await ingitdb('import', 'next.jsonl', '--into', 'items')).toMatchObject({ status: 0 })
  expect(leftovers()).toEqual([])
  expect(folder.git('db', 'fsck', '--no-dangling')).toBe('')
})

test('a disk that takes no more is said, and nothing is imported', async () => {
  const before = head()
  const noise = (index: number): string =>
    Array.from({ length: 40 }, (_, at) => ((index * 7_919 + at * 104_729) ** 2 % 1_000_003).toString(36)).join('')
  await give('big.jsonl', Array.from({ length: 12_000 }, (_, index) => `{"$id":"d${index}","name":"${noise(index)}"}\n`).join(''))
  const run = await folder.shell(`trap '' XFSZ; ulimit -f 400; ingitdb import big.jsonl --into items --path db`)
  expect(run.status).not.toBe(0)
  expect(run.stderr).toMatch(/^error: /)
  expect(head()).toBe(before)
  expect(leftovers()).toEqual([])
  expect((await ingitdb('select', '--id', 'items/taken')).status).toBe(0)
})

describe('Parquet files', () => {
  const golden = (name: string): string => fileURLToPath(new URL(`../../golden/parquet/${name}.parquet`, import.meta.url))

  test('a table is made with the types of the file, and holds its rows', async () => {
    const result = await ingitdb('import', golden('types-zstd'), '--into', 'typed', '--infer-schema', '--key-column', 'id', '--record-format', 'json')
    expect(result.stderr).toContain('  price: float in 40 of 60\n')
    expect(result.stderr).toContain('  seen: datetime in all 60, so required\n')
    expect(result.stderr).toMatch(/into typed: 60 inserted \(commit/)
    const one = JSON.parse((await ingitdb('select', '--id', 'typed/key-005')).stdout) as Record<string, unknown>
    expect(one).toMatchObject({ day: '1913-07-26', made: '1970-01-05T23:59:58.25Z', place: { city: 'c5' }, names: { en: 'e5', fr: null } })
  })

  test('a value that cannot be held is told with row and column, and nothing is imported', async () => {
    const before = head()
    const refused = await ingitdb('import', golden('odd-values'), '--into', 'items', '--key-column', 'id')
    expect(refused.stderr).toMatch(/odd-values\.parquet:1: row 1, column bytes: it has bytes that are no text \(UTF-8\)/)
    expect(head()).toBe(before)
  })

  test('a truncated file is refused, and nothing is imported', async () => {
    const before = head()
    const whole = await readFile(golden('types-snappy'))
    await give('cut.parquet', whole.subarray(0, whole.length - 100))
    const result = await ingitdb('import', 'cut.parquet', '--into', 'items', '--key-column', 'id')
    expect(result.stderr).toMatch(/it does not end as a Parquet file does: it is truncated, or something else\n {2}in cut\.parquet/)
    expect(result.status).toBe(65)
    expect(head()).toBe(before)
  })

  test('it cannot come from the standard input', async () => {
    const result = await ingitdb('import', '-', '--format', 'parquet', '--into', 'items')
    expect(result.stderr).toContain('cannot be read from the standard input: import from a file')
    expect(result.status).toBe(64)
  })
})
