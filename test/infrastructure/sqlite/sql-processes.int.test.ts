import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { SqlProcesses, type SqlProcessesOptions } from '../../../infrastructure/sqlite/sql-processes.ts'
import type { SqlRequest } from '../../../projections/record-versions/sql/sql-runner.ts'
import { temporaryFolder } from '../../support/temporary-repository.ts'

const folder = temporaryFolder()
const file = join(folder.path, 'empty.sqlite')
const opened: SqlProcesses[] = []

const start = (options?: SqlProcessesOptions): SqlProcesses => {
  const processes = new SqlProcesses(file, options)
  opened.push(processes)
  return processes
}
beforeAll(() => void new Database(file).exec('create table empty (a)').close())
afterEach(async () => {
  await Promise.all(opened.splice(0).map((processes) => processes.close()))
})
afterAll(() => folder[Symbol.dispose]())

const request = (statement: string): SqlRequest => ({
  ...{ statement, tables: [], parameters: {}, rowsMax: 1_000_000, charactersMax: 64 * 2 ** 20, explain: false },
})
const numbers = 'with recursive n (i) as (values (0) union all select i + 1 from n)'
const endless = request(`${numbers} select max(i) from n`)
const one = request('select 1 as one')
const answer = { type: 'rows', value: { columns: ['one'], rows: ['{"one":1}'] } }
const limits = { deadlineMs: 60_000 }

describe('the process of a statement', () => {
  test('is killed at the deadline, and another one answers what is asked next', async () => {
    const processes = start()
    expect(await processes.run(endless, { deadlineMs: 200 })).toEqual({ type: 'killed' })
    expect(await processes.run(one, limits)).toEqual(answer)
  })

  test('is killed when it takes more than a gigabyte, also by what its very first statement sorts', async () => {
    const processes = start()
    const large = request(`${numbers} select hex(zeroblob(500000)) || i as x from n order by x`)
    expect(await processes.run(large, limits)).toEqual({ type: 'died' })
    expect(await processes.run(one, limits)).toEqual(answer)
  })

  test('answers with all that an answer may have, and with no value beyond it', async () => {
    const processes = start()
    const all = await processes.run(request(`${numbers} select hex(zeroblob(100000)) as x from n`), limits)
    expect(all).toMatchObject({ type: 'rows', value: { cutBy: 'size', rows: { length: 335 } } })
    expect(await processes.run(request("select printf('%.*c', 200000000, 'x') as x"), limits)).toMatchObject({ value: { rows: [], cutBy: 'size' } })
  })
})

describe('more statements than run at once', () => {
  test('wait for their turn, and each is answered', async () => {
    const processes = start({ runningMax: 2 })
    expect(await Promise.all(Array.from({ length: 6 }, () => processes.run(one, limits)))).toEqual(Array.from({ length: 6 }, () => answer))
  })

  test('are told when it does not come, and are called off while they wait', async () => {
    const processes = start({ runningMax: 1, waitMsMax: 100 })
    const running = processes.run(endless, { deadlineMs: 3_000 })
    expect(await processes.run(one, limits)).toEqual({ type: 'crowded', waitedMs: 100 })
    expect(await processes.run(one, { ...limits, signal: AbortSignal.abort() })).toEqual({ type: 'killed' })
    expect(await running).toEqual({ type: 'killed' })
    expect(await processes.run(one, limits)).toEqual(answer)
  })
})
