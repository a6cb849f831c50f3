import { join } from 'node:path'
import { openProduct, type Product } from './open-product.ts'
import { median, type Row } from './row.ts'
import { seedRepository } from './seed-repository.ts'

const rounds = 300

/** D1: diff of two commits that differ in one record, in a large table against a small one. */
export const benchmarkDiff = async (directory: string): Promise<readonly Row[]> => {
  const small = join(directory, 'diff-1000.git')
  const large = join(directory, 'diff-100000.git')
  await seedRepository({ directory: small, format: 'json', records: 1_000, commits: 20, hotCommits: 0 })
  await seedRepository({ directory: large, format: 'json', records: 100_000, commits: 20, hotCommits: 0 })
  await using smallTable = await openProduct(small)
  await using largeTable = await openProduct(large)
  const questions = await Promise.all([largeTable, smallTable].map(async (product) => ({ product, ...(await lastTwoCommits(product)) })))
  const times: number[][] = questions.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, { product, from, to }] of questions.entries()) {
      const began = performance.now()
      const answer = await product.call('diffCommits', { from, to, depth: 'full' })
      times[index]?.push(performance.now() - began)
      if (!answer.ok || answer.value.records.length !== 1) throw new Error(`not one record: ${JSON.stringify(answer).slice(0, 500)}`)
    }
  }
  const [product = 0, limit = 0] = times.map(median)
  return [
    {
      id: 'D1',
      work: 'diff of two commits that differ in one record, table of 100,000 against 1,000',
      product: `${product.toFixed(3)} ms`,
      limit: `${limit.toFixed(3)} ms`,
      ratio: product / limit,
      target: { kind: 'max', value: 1.5 },
    },
  ]
}

/** By id, so that no round starts git to look a name up. */
const lastTwoCommits = async (product: Product): Promise<{ readonly from: string; readonly to: string }> => {
  const log = await product.call('readLog', { limit: 2 })
  const [to, from] = log.ok ? log.value.entries.map(({ commit }) => commit) : []
  if (from === undefined || to === undefined) throw new Error(`no two commits: ${JSON.stringify(log)}`)
  return { from, to }
}
