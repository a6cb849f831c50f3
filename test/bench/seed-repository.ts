import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'

/** A bare repository with one sharded table `items`, made by git alone: nothing of the product's write path is in it. */
export interface Seed {
  readonly directory: string
  readonly format: 'json' | 'yaml'
  readonly records: number
  /** Commits after the first, each changing one record. */
  readonly commits: number
  /** Of those commits, how many change the first record; they come evenly spread. */
  readonly hotCommits: number
}

export const settings = ['-c', 'core.fsync=all', '-c', 'core.hooksPath=/dev/null', '-c', 'gc.auto=0', '-c', 'fastimport.unpackLimit=0']

export const git = (directory: string, ...args: readonly string[]): string => {
  const run = spawnSync('git', [...settings, '-C', directory, ...args], { encoding: 'utf8', maxBuffer: 2 ** 30 })
  if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr}`)
  return run.stdout.trim()
}

export const recordKey = (number: number): string => `rec${String(number).padStart(7, '0')}`

export const recordPath = (number: number, format: Seed['format']): string => {
  const key = recordKey(number)
  return `items/$records/${createHash('sha256').update(key).digest('hex').slice(0, 2)}/${key}.${format}`
}

/** About 200 bytes, one of 7 countries, amounts spread over all records. */
export const recordFields = (number: number, version: number) => ({
  amount: (number * 7919 + version) % 100_003,
  country: ['DE', 'ES', 'FR', 'IT', 'NL', 'PL', 'US'][number % 7] ?? 'US',
  name: `Name of record ${number}`,
  note: 'x'.repeat(110),
  status: 'active',
})

const recordText = (number: number, version: number, format: Seed['format']): string => {
  const fields = recordFields(number, version)
  if (format === 'json') return `${JSON.stringify(fields, null, 2)}\n`
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')
}

const definition = (format: Seed['format']): string => `record_file:
    name: '{key}.${format}'
    format: ${format}
    type: map[string]any
columns:
    amount:
        type: int
    country:
        type: string
    name:
        type: string
    note:
        type: string
    status:
        type: string
columns_order:
    - name
    - status
    - country
    - amount
    - note
`

export const seedRepository = async (seed: Seed): Promise<void> => {
  spawnSync('git', ['init', '-q', '--bare', '-b', 'main', seed.directory])
  const importer = spawn('git', [...settings, '-C', seed.directory, 'fast-import', '--quiet'], { stdio: ['pipe', 'inherit', 'inherit'] })
  const send = async (text: string): Promise<void> => {
    if (!importer.stdin.write(text)) await once(importer.stdin, 'drain')
  }
  const file = (path: string, text: string): string => `M 100644 inline "${path}"\ndata ${Buffer.byteLength(text)}\n${text}\n`
  await send(`commit refs/heads/main\ncommitter Bench <bench@example.org> 1700000000 +0000\ndata 4\nseed\n`)
  await send(file('.ingitdb/root-collections.yaml', 'items: items\n'))
  await send(file('items/.collection/definition.yaml', definition(seed.format)))
  await send(file('items/.collection/layout.yaml', 'fanOut: 2\nlevels: 1\nhash: sha256\n'))
  await send(file('items/.collection/rules.yaml', 'indexes:\n    - [country, amount]\n'))
  for (let number = 0; number < seed.records; number++) await send(file(recordPath(number, seed.format), recordText(number, 0, seed.format)))
  const hotEvery = seed.hotCommits === 0 ? Number.POSITIVE_INFINITY : seed.commits / seed.hotCommits
  for (let version = 1; version <= seed.commits; version++) {
    const number = version % hotEvery < 1 ? 0 : (version * 7919) % seed.records
    const head = `commit refs/heads/main\ncommitter Bench <bench@example.org> ${1_700_000_000 + version} +0000\ndata 6\nupdate\n`
    await send(head + file(recordPath(number, seed.format), recordText(number, version, seed.format)))
  }
  importer.stdin.end()
  await once(importer, 'close')
}
