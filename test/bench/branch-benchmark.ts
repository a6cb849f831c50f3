import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { openProduct, type Product } from './open-product.ts'
import { median, type Row, timed } from './row.ts'
import { git, recordKey, seedRepository } from './seed-repository.ts'

const rounds = 100
const branches = 200
const firstQueryMsMax = 20

/** P3: a branch on a large database against one on a small database, and what many of them cost those who come after. */
export const benchmarkBranches = async (directory: string): Promise<readonly Row[]> => {
  const small = await openSeeded(join(directory, 'branches-1000.git'), 1_000)
  const large = await openSeeded(join(directory, 'branches-100000.git'), 100_000)
  const unbranched = await openSeeded(join(directory, 'branches-none.git'), 1_000)
  const both = [large, small]
  try {
    const [first, firstInSmall] = await alternate(both, async ({ product }, round) => {
      const made = await product.call('createBranch', { name: `created${round}` })
      if (!made.ok) throw new Error(JSON.stringify(made.failure))
      await readPage(product, `created${round}`)
    })
    const before = await Promise.all(both.map(countRows))
    for (const at of both) for (let round = 0; round < rounds; round++) await changeOne(at.product, `created${round}`, round)
    const after = await Promise.all(both.map(countRows))
    const [rows = 0, rowsInSmall = 0] = after.map((count, index) => (count - (before[index] ?? 0)) / rounds)
    const [asking, askingInSmall] = await alternate(both, ({ product }, round) => readPage(product, `created${round}`))
    for (let round = 0; round < branches; round++) await branchAndMerge(small, round)
    const [merged, never] = await alternate([small, unbranched], ({ product }) => readPage(product, 'main'))
    const time = (milliseconds: number): string => `${milliseconds.toFixed(2)} ms`
    const row = (work: string, [product, limit, target]: readonly [number, number, number], format = time): Row => ({
      id: 'P3',
      work,
      product: format(product),
      limit: format(limit),
      ratio: product / limit,
      target: { kind: 'max', value: target },
    })
    return [
      row('create a branch, and the first page of 50 on it, 100,000 records against 1,000', [first, firstInSmall, 1.5]),
      row(`the same against ${firstQueryMsMax} ms`, [first, firstQueryMsMax, 1]),
      row('the page on a branch that has changed one record, 100,000 records against 1,000', [asking, askingInSmall, 1.5]),
      row('rows of the read model for such a branch, the same', [rows, rowsInSmall, 1], (count) => count.toFixed(1)),
      row(`the page on main after ${branches} branches were changed, read and merged, against no branches`, [merged, never, 1.2]),
    ]
  } finally {
    for (const { product } of [small, large, unbranched]) await product[Symbol.asyncDispose]()
  }
}

interface Seeded {
  readonly path: string
  readonly product: Product
}

const openSeeded = async (path: string, records: number): Promise<Seeded> => {
  await seedRepository({ directory: path, format: 'json', records, commits: 20, hotCommits: 0 })
  const product = await openProduct(path)
  await readPage(product, 'main')
  return { path, product }
}

/** Both in turn, many times: what drifts, drifts for both. @returns medians in milliseconds */
const alternate = async (databases: readonly Seeded[], work: (at: Seeded, round: number) => Promise<unknown>): Promise<readonly [number, number]> => {
  const times: number[][] = databases.map(() => [])
  for (let round = 0; round < rounds; round++) for (const [index, at] of databases.entries()) times[index]?.push(await timed(() => work(at, round)))
  const [first = Number.NaN, second = Number.NaN] = times.map(median)
  return [first, second]
}

const readPage = async (product: Product, branch: string): Promise<void> => {
  const answer = await product.call('selectRecords', { table: 'items', branch, filter: { country: 'DE' }, orderBy: 'amount', limit: 50 })
  if (!answer.ok || answer.value.records.length !== 50) throw new Error(`not a page: ${JSON.stringify(answer).slice(0, 500)}`)
}

const changeOne = async (product: Product, branch: string, number: number): Promise<void> => {
  const answer = await product.call('patchRecord', { table: 'items', id: recordKey(number), branch, patch: { status: 'changed' } })
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
}

/** As people work: a branch, a change and a look at it, then a merge commit on main, which has changed too. */
const branchAndMerge = async ({ path, product }: Seeded, round: number): Promise<void> => {
  const branch = `merged${round}`
  git(path, 'update-ref', `refs/heads/${branch}`, 'refs/heads/main')
  await changeOne(product, branch, round)
  await readPage(product, branch)
  await changeOne(product, 'main', 500 + round)
  const tree = git(path, 'merge-tree', '--write-tree', 'main', branch)
  const merge = git(path, ...identity, 'commit-tree', tree, '-p', 'main', '-p', branch, '-m', 'merge')
  git(path, 'update-ref', 'refs/heads/main', merge)
}

const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.org']

/** Everything that is stored of commits, their changes, and the versions and lanes that come of them. */
const countRows = async ({ product }: Seeded): Promise<number> => {
  const status = await product.call('readStatus', {})
  if (!status.ok) throw new Error(JSON.stringify(status.failure))
  const db = new Sqlite(status.value.readModel.file, { readonly: true })
  try {
    const versions = db.prepare<[], { name: string }>("select 't' || table_no name from tables").all()
    const tables = ['lanes', 'commits', 'changes', 'heads', ...versions.map(({ name }) => name)]
    return tables.reduce((sum, table) => sum + (db.prepare<[], { n: number }>(`select count(*) n from ${table}`).get()?.n ?? 0), 0)
  } finally {
    db.close()
  }
}
