import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runBareWriter } from './bare-writer.ts'
import { openProduct } from './open-product.ts'
import { perSecond, type Row } from './row.ts'
import { git, recordFields, recordKey, recordPath, seedRepository } from './seed-repository.ts'

const records = 10_000
const seconds = 4

/** W1 and W3: durable single-record updates, each acknowledged, projected and its own commit, on a sharded table of 10,000 JSON records. */
export const benchmarkWrites = async (directory: string): Promise<readonly Row[]> => {
  const seed = join(directory, 'write-seed.git')
  await seedRepository({ directory: seed, format: 'json', records, commits: 0, hotCommits: 0 })
  const copy = (name: string): string => {
    cpSync(seed, join(directory, name), { recursive: true })
    return join(directory, name)
  }
  const spawned = runSpawnedGit(directory, seed)
  const rows: Row[] = []
  for (const [id, inFlight, target] of [
    ['W1', 64, 0.6],
    ['W3', 1, 0.8],
  ] as const) {
    // Limit, product, limit again: the machine drifts, and the limit on both sides of the product shows by how much.
    const before = await runBareWriter(copy(`bare-${id}-a.git`), { records, group: inFlight, seconds })
    const product = await runProduct(copy(`product-${id}.git`), inFlight)
    const after = await runBareWriter(copy(`bare-${id}-b.git`), { records, group: inFlight, seconds })
    const bare = (before + after) / 2
    rows.push({
      id,
      work: `updates, ${inFlight} in flight, against the bare writer`,
      product: `${Math.round(product)}/s`,
      limit: `${Math.round(bare)}/s`,
      ratio: product / bare,
      target: { kind: 'min', value: target },
    })
    if (id === 'W1') {
      rows.push({
        id,
        work: 'the same against a spawned git add and git commit',
        product: `${Math.round(product)}/s`,
        limit: `${spawned.toFixed(1)}/s`,
        ratio: product / spawned,
        target: { kind: 'min', value: 50 },
      })
    }
  }
  return rows
}

const runProduct = async (directory: string, inFlight: number): Promise<number> => {
  const { count, rate } = await updateRecords(directory, inFlight)
  const inGit = Number(git(directory, 'rev-list', '--count', 'main')) - 1
  if (inGit !== count) throw new Error(`${count} updates were acknowledged, ${inGit} are in git`)
  git(directory, 'fsck', '--strict') // after the product has closed: fsck does not look again for packs that maintenance moved meanwhile
  return rate
}

const updateRecords = async (directory: string, inFlight: number): Promise<{ readonly count: number; readonly rate: number }> => {
  await using product = await openProduct(directory)
  await product.call('countRecords', { table: 'items' })
  let serial = 0
  const began = performance.now()
  const work = async (): Promise<void> => {
    while (performance.now() - began < seconds * 1000) {
      serial += 1
      const answer = await product.call('patchRecord', {
        table: 'items',
        id: recordKey((serial * 7919) % records),
        patch: { amount: 1_000_000 + serial },
      })
      if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
    }
  }
  await Promise.all(Array.from({ length: inFlight }, work))
  return { count: serial, rate: perSecond(serial, performance.now() - began) }
}

/** What a script does without the product: change the file, `git add`, `git commit`. */
const runSpawnedGit = (directory: string, seed: string): number => {
  const clone = join(directory, 'spawned')
  git(directory, 'clone', '-q', seed, clone)
  git(clone, 'config', 'user.name', 'Bench')
  git(clone, 'config', 'user.email', 'bench@example.org')
  const count = 25
  const began = performance.now()
  for (let serial = 1; serial <= count; serial++) {
    const number = (serial * 7919) % records
    const file = join(clone, recordPath(number, 'json'))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${JSON.stringify(recordFields(number, serial), null, 2)}\n`)
    git(clone, 'add', recordPath(number, 'json'))
    git(clone, 'commit', '-q', '-m', 'update')
  }
  return perSecond(count, performance.now() - began)
}
