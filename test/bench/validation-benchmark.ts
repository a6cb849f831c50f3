import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { median, type Row } from './row.ts'

const records = 100_000
const groups = 500
const rounds = 3

/** V1: a cold `ingitdb validate` of a checkout with 100,000 JSON records, all rules and foreign keys, against only reading and parsing the files. */
export const benchmarkValidation = async (directory: string): Promise<readonly Row[]> => {
  const checkout = join(directory, 'checkout')
  fill(checkout)
  const times = { validate: [] as number[], parse: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    times.parse.push(time(['--input-type=module', '-e', readAndParse], checkout))
    times.validate.push(time([join(process.cwd(), 'dist/client/cli/main.js'), 'validate', '--quiet'], checkout))
  }
  const [product, limit] = [median(times.validate), median(times.parse)]
  return [
    {
      id: 'V1',
      work: 'validate 100,000 JSON records with rules and foreign keys, cold process, against reading and parsing them (no Go CLI to compare with)',
      product: `${(product / 1000).toFixed(2)} s`,
      limit: `${(limit / 1000).toFixed(2)} s`,
      ratio: product / limit,
      target: { kind: 'max', value: 3 },
    },
  ]
}

const time = (args: readonly string[], cwd: string): number => {
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (status !== 0) throw new Error(`node ${args.join(' ').slice(0, 200)}: ${stderr}${stdout.slice(0, 500)}`)
  return performance.now() - began
}

const readAndParse = `
import { readdirSync, readFileSync } from 'node:fs'
import { parseJson } from ${JSON.stringify(join(process.cwd(), 'dist/infrastructure/formats/json/parse-json.js'))}
let count = 0
for (const entry of readdirSync('.', { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith('.json') || entry.parentPath.startsWith('.git')) continue
  if (!parseJson(readFileSync(entry.parentPath + '/' + entry.name, 'utf8')).ok) throw new Error(entry.name)
  count++
}
if (count !== ${records + groups}) throw new Error('read ' + count)
`

const definition = (columns: string): string =>
  `record_file:\n    name: '{key}.json'\n    format: json\n    type: map[string]any\ncolumns:\n${columns}`

/** Two tables; each item refers to a group, has a unique code, and columns with bounds, an enum and a required text. One pack, then checked out. */
const fill = (checkout: string): void => {
  const parts: string[] = []
  const write = (path: string, text: string): void => {
    parts.push(`M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`)
  }
  write('.ingitdb/root-collections.yaml', 'groups: groups\nitems: items\n')
  write('groups/.collection/definition.yaml', definition('    name: {type: string, required: true}\n'))
  write(
    'items/.collection/definition.yaml',
    definition(
      `    name: {type: string, required: true, max_length: 100}\n    code: {type: string}\n    amount: {type: int, min_value: 0}\n` +
        `    status: {type: string, enum: [active, retired]}\n    group: {type: string, foreign_key: groups}\n    note: {type: string}\n`,
    ),
  )
  write('items/.collection/layout.yaml', 'fanOut: 2\nlevels: 1\nhash: sha256\n')
  write('items/.collection/rules.yaml', 'unique:\n    - code\n')
  for (let number = 0; number < groups; number++) write(`groups/$records/g${number}.json`, `{\n  "name": "Group ${number}"\n}\n`)
  for (let number = 0; number < records; number++) {
    const key = `rec${String(number).padStart(7, '0')}`
    const shard = createHash('sha256').update(key).digest('hex').slice(0, 2)
    write(`items/$records/${shard}/${key}.json`, `${JSON.stringify(itemOf(number), null, 2)}\n`)
  }
  const head = 'commit refs/heads/main\ncommitter Bench <bench@example.org> 1700000000 +0000\ndata 4\nseed\n'
  execFileSync('git', ['init', '-q', '-b', 'main', checkout])
  execFileSync('git', ['-C', checkout, '-c', 'fastimport.unpackLimit=0', 'fast-import', '--quiet'], { input: head + parts.join('') })
  execFileSync('git', ['-C', checkout, 'reset', '-q', '--hard'])
}

const itemOf = (number: number) => ({
  amount: (number * 7919) % 100_003,
  code: `C-${number}`,
  group: `g${number % groups}`,
  name: `Name of record ${number}`,
  note: 'x'.repeat(80),
  status: number % 5 === 0 ? 'retired' : 'active',
})
