import { join } from 'node:path'
import { openProduct, type Product } from './open-product.ts'
import { median, type Row } from './row.ts'
import { git, seedRepository } from './seed-repository.ts'

const records = 10_000
const hotCommits = 10_000
const rounds = 300

/** R3: a page at an old commit against the same at head; a long history, one record with 10,000 versions in it, against a short one. */
export const benchmarkHistory = async (directory: string): Promise<readonly Row[]> => {
  const short = join(directory, 'history-100.git')
  const long = join(directory, 'history-10000.git')
  await seedRepository({ directory: short, format: 'json', records, commits: 100, hotCommits: 50 })
  await seedRepository({ directory: long, format: 'json', records, commits: 2 * hotCommits, hotCommits })
  await using shortHistory = await openProduct(short)
  await using longHistory = await openProduct(long)
  const old = git(long, 'rev-parse', `main~${hotCommits}`)
  const shortOld = git(short, 'rev-parse', 'main~50')
  const pages = await measurePages([
    { product: longHistory },
    { product: longHistory, at: old },
    { product: shortHistory },
    { product: shortHistory, at: shortOld },
  ])
  const [head = 0, atOld = 0, shortHead = 0, shortAtOld = 0] = pages
  return [
    row('a page of 50, filtered and sorted on indexed fields, at an old commit against head', { product: atOld, limit: head, target: 1.5 }),
    row('a page at head: 20,000 commits, one record with 10,000 versions, against 100 commits', { product: head, limit: shortHead, target: 1.2 }),
    row('a page at an old commit: the same against 100 commits', { product: atOld, limit: shortAtOld, target: 1.2 }),
  ]
}

const row = (work: string, { product, limit, target }: { product: number; limit: number; target: number }): Row => ({
  id: 'R3',
  work,
  product: `${product.toFixed(3)} ms`,
  limit: `${limit.toFixed(3)} ms`,
  ratio: product / limit,
  target: { kind: 'max', value: target },
})

/** All questions in turn, many times: what drifts, drifts for all of them. @returns medians in milliseconds */
const measurePages = async (questions: readonly { readonly product: Product; readonly at?: string }[]): Promise<readonly number[]> => {
  const times: number[][] = questions.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, { product, at }] of questions.entries()) {
      const began = performance.now()
      const answer = await product.call('selectRecords', {
        table: 'items',
        filter: { country: 'DE', amount: { $gt: 5_000 } },
        orderBy: 'amount',
        limit: 50,
        ...(at !== undefined && { at }),
      })
      times[index]?.push(performance.now() - began)
      if (!answer.ok || answer.value.records.length !== 50) throw new Error(`not a page: ${JSON.stringify(answer).slice(0, 500)}`)
    }
  }
  return times.map(median)
}
