import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { openProduct } from './open-product.ts'
import { type Row, timed } from './row.ts'
import { recordFields, type Seed, seedRepository } from './seed-repository.ts'

const records = 100_000
const commits = 10_000

/** P1: the read model from nothing, 100,000 records and 10,000 commits, against what git needs to print the same. */
export const benchmarkRebuild = async (directory: string): Promise<readonly Row[]> => {
  const json = join(directory, 'rebuild-json.git')
  const yaml = join(directory, 'rebuild-yaml.git')
  const shape: Omit<Seed, 'directory' | 'format'> = { records, commits, hotCommits: 0 }
  await seedRepository({ ...shape, directory: json, format: 'json' })
  await seedRepository({ ...shape, directory: yaml, format: 'yaml' })
  const exported = [await fastExport(json), await fastExport(json)]
  const rebuilt = [await rebuild(json), await rebuild(json)]
  const parsed = await parseOnAllCores()
  const rebuiltYaml = await rebuild(yaml)
  return [
    row('full rebuild, 100,000 JSON records and 10,000 commits, against git fast-export', {
      product: Math.min(...rebuilt),
      limit: Math.min(...exported),
      target: 2,
    }),
    row('the same with YAML, against parsing alone on both cores', { product: rebuiltYaml, limit: parsed, target: 1.3 }),
  ]
}

const row = (work: string, { product, limit, target }: { product: number; limit: number; target: number }): Row => ({
  id: 'P1',
  work,
  product: `${(product / 1000).toFixed(2)} s`,
  limit: `${(limit / 1000).toFixed(2)} s`,
  ratio: product / limit,
  target: { kind: 'max', value: target },
})

const fastExport = (directory: string): Promise<number> =>
  timed(async () => {
    const child = spawn('git', ['-C', directory, 'fast-export', '--first-parent', '--show-original-ids', 'main'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child.stdout.resume()
    await once(child, 'close')
  })

const rebuild = (directory: string): Promise<number> => {
  for (const file of readdirSync(directory)) if (file === 'ingitdb') rmSync(join(directory, file), { recursive: true })
  return timed(async () => {
    await using product = await openProduct(directory)
    const answer = await product.call('countRecords', { table: 'items' })
    if (!answer.ok || answer.value.count !== records) throw new Error(`the rebuild lost records: ${JSON.stringify(answer)}`)
  })
}

/** The `yaml` package on two threads, half of the records each. */
const parseOnAllCores = (): Promise<number> => {
  const texts = Array.from({ length: 1_000 }, (_, number) =>
    Object.entries(recordFields(number, 0))
      .map(([name, value]) => `${name}: ${value}\n`)
      .join(''),
  )
  const code = `const { workerData, parentPort } = require('node:worker_threads')
    const { parseDocument } = require('yaml')
    parentPort.once('message', () => {
      for (let n = 0; n < workerData.count; n++) parseDocument(workerData.texts[n % workerData.texts.length], { uniqueKeys: false }).toJS()
      parentPort.postMessage('done')
    })`
  const workers = [0, 1].map(() => new Worker(code, { eval: true, workerData: { texts, count: (records + commits) / 2 } }))
  return timed(async () => {
    await Promise.all(
      workers.map(async (worker) => {
        worker.postMessage('start')
        await once(worker, 'message')
        await worker.terminate()
      }),
    )
  })
}
