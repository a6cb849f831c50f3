import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { openProduct, type Product } from './open-product.ts'
import { median, type Row, timed } from './row.ts'
import { git, recordFields, recordPath, seedRepository, settings } from './seed-repository.ts'

const records = 100_000
const changed = 1_000
const rounds = 5
const mergeMsMax = 5_000
const moveMsMax = 200

/** Merging branches that changed the same records of a large table in different fields, and moving a branch that has nothing of its own. */
export const benchmarkMerges = async (directory: string): Promise<readonly Row[]> => {
  const path = join(directory, 'merges.git')
  await seedRepository({ directory: path, format: 'json', records, commits: 1, hotCommits: 0 })
  git(path, 'branch', 'base', 'main')
  changeRecords(path, 'theirs', { status: 'changed' })
  changeRecords(path, 'ours', { amount: -1 })
  const product = await openProduct(path)
  try {
    const merging = await repeat(async (round) => {
      git(path, 'branch', `merged${round}`, 'ours')
      return timed(() => merge(product, 'theirs', `merged${round}`))
    })
    const moving = await repeat(async (round) => {
      git(path, 'branch', `moved${round}`, 'base')
      return timed(() => merge(product, 'theirs', `moved${round}`))
    })
    const byLines = await repeat(async () => timed(async () => git(path, 'merge-tree', '--write-tree', 'ours', 'theirs')))
    const row = (work: string, [value, limit, target]: readonly [number, number, number]): Row => ({
      id: 'M1',
      work,
      product: `${value.toFixed(0)} ms`,
      limit: `${limit.toFixed(0)} ms`,
      ratio: value / limit,
      target: { kind: 'max', value: target },
    })
    return [
      row(`merge of ${changed} records that both sides changed, among ${records}, against 5 s`, [merging, mergeMsMax, 1]),
      row('the same against `git merge-tree`, which merges lines and validates nothing', [merging, byLines, 10]),
      row(`fast-forward over ${changed} changed records against 200 ms`, [moving, moveMsMax, 1]),
    ]
  } finally {
    await product[Symbol.asyncDispose]()
  }
}

const repeat = async (work: (round: number) => Promise<number>): Promise<number> => {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) times.push(await work(round))
  return median(times)
}

/** One commit on a new branch in which the first records have other values. */
const changeRecords = (path: string, branch: string, values: Readonly<Record<string, unknown>>): void => {
  const files = Array.from({ length: changed }, (_, number) => {
    const text = `${JSON.stringify({ ...recordFields(number, 0), ...values }, null, 2)}\n`
    return `M 100644 inline ${recordPath(number, 'json')}\ndata ${Buffer.byteLength(text)}\n${text}\n`
  })
  const head = `commit refs/heads/${branch}\ncommitter Bench <bench@example.org> 1700000000 +0000\ndata 6\nchange\nfrom refs/heads/base^0\n`
  execFileSync('git', [...settings, '-C', path, 'fast-import', '--quiet'], { input: head + files.join('') })
}

const merge = async (product: Product, source: string, into: string): Promise<void> => {
  const answer = await product.call('mergeBranch', { source, into })
  if (!answer.ok || answer.value.changes.length !== changed) throw new Error(`not merged: ${JSON.stringify(answer).slice(0, 500)}`)
}
