import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { median, type Row } from './row.ts'
import { recordKey, seedRepository } from './seed-repository.ts'

const rounds = 15

/** C1: a cold process for `--help` and for a point read, against a Node process that does nothing. */
export const benchmarkStart = async (directory: string): Promise<readonly Row[]> => {
  const repository = join(directory, 'start.git')
  await seedRepository({ directory: repository, format: 'json', records: 10_000, commits: 100, hotCommits: 0 })
  const cli = ['dist/client/cli/main.js']
  const get = [...cli, 'select', '--path', repository, '--id', `items/${recordKey(1)}`]
  run(get) // the read model is built once, by the first question
  const times = { nothing: [] as number[], help: [] as number[], get: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    times.nothing.push(run(['-e', '0']))
    times.help.push(run([...cli, '--help']))
    times.get.push(run(get))
  }
  const allowed = 2 * median(times.nothing) + 50
  return [
    row('ingitdb --help, cold process, against twice node -e 0 plus 50 ms', { product: median(times.help), limit: allowed }),
    row('a point read of a projected database, cold process, against the same', { product: median(times.get), limit: allowed }),
  ]
}

const row = (work: string, { product, limit }: { product: number; limit: number }): Row => ({
  id: 'C1',
  work,
  product: `${product.toFixed(0)} ms`,
  limit: `${limit.toFixed(0)} ms`,
  ratio: product / limit,
  target: { kind: 'max', value: 1 },
})

const run = (args: readonly string[]): number => {
  const began = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`node ${args.join(' ')}: ${stderr}`)
  return performance.now() - began
}
