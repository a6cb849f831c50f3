import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeFailure } from '../../api/contract/describe-failure.ts'
import type { OperationInput } from '../../api/contract/operations.ts'
import type { Database } from '../../api/database.ts'
import { callLocal, initLocal } from '../../api/local.ts'
import type { Failure } from '../../domain/failure.ts'
import { openDatabaseAt } from './local-database.ts'
import { temporaryFolder } from './temporary-repository.ts'

type Input = Partial<OperationInput<'querySql'>>

/** What a refusal has to say; its kind is `invalid-input` where it is not named. */
export type Attack = readonly [what: string, sql: string, expected: RegExp | Refused]
interface Refused {
  readonly kind: Failure['kind']
  readonly said: RegExp
}

export const noTable: Refused = { kind: 'not-found', said: /^table .* does not exist/ }
export const needsTooMuch: Refused = { kind: 'unsupported', said: /needs so much memory/ }

/** The tests of a file attack one database; after each of them it has to answer, and its read model has to be what it was, byte by byte. */
export const attackDatabase = () => {
  const folder = temporaryFolder()
  const path = join(folder.path, 'db')
  let database: Database
  let readModel = ''
  let untouched = ''

  const ask = (sql: string, more: Input = {}, signal?: AbortSignal) => callLocal(database, undefined, signal)('querySql', { sql, ...more })
  const rowsOf = async (sql: string, more: Input = {}): Promise<readonly unknown[]> => {
    const answer = await ask(sql, more)
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure).slice(0, 500))
    return answer.value.rows.map((row) => JSON.parse(row))
  }
  /** What a person is told, in one text; an answer is an error of the test. */
  const refusalOf = async (sql: string, more: Input = {}): Promise<{ readonly kind: Failure['kind']; readonly said: string }> => {
    const answer = await ask(sql, more)
    if (answer.ok) throw new Error(`it was answered: ${JSON.stringify(answer.value).slice(0, 300)}`)
    const { summary, lines } = describeFailure(answer.failure)
    const said = [summary, ...lines].join('\n')
    expect(said.length).toBeLessThan(10_000)
    return { kind: answer.failure.kind, said }
  }
  const digestReadModel = (): string => {
    const hash = createHash('sha256')
    for (const file of [readModel, `${readModel}-wal`]) hash.update(existsSync(file) ? readFileSync(file) : '-')
    return hash.digest('hex')
  }

  beforeAll(async () => {
    await initLocal(path)
    database = await openDatabaseAt(path)
    const call = callLocal(database)
    const columns = [
      { name: 'name', type: 'string' },
      { name: 'age', type: 'int' },
    ]
    expect((await call('createTable', { table: 'users', columns })).ok).toBe(true)
    const others = Array.from({ length: 30 }, (_, at) => ({ $id: `u${at}`, name: 'x' }))
    await call('insertRecords', { table: 'users', records: [{ $id: 'ada', name: 'Ada', age: 36 }, ...others] })
    await rowsOf('SELECT 1')
    const status = await call('readStatus', {})
    if (!status.ok) throw new Error(JSON.stringify(status.failure))
    readModel = status.value.readModel.file
    untouched = digestReadModel()
  })
  afterEach(async () => {
    expect(await rowsOf('SELECT name FROM users WHERE "$id" = \'ada\'')).toEqual([{ name: 'Ada' }])
    expect(digestReadModel()).toBe(untouched)
  })
  afterAll(async () => {
    await database[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  /** @param more  goes with each statement */
  const refuses = (attacks: readonly Attack[], more: Input = {}) =>
    test.each(attacks)('%s', async (_what, sql, expected) => {
      const { kind, said } = expected instanceof RegExp ? { kind: 'invalid-input', said: expected } : expected
      expect(await refusalOf(sql, more)).toEqual({ kind, said: expect.stringMatching(said) })
    })

  return { folder: folder.path, ask, rowsOf, refusalOf, refuses }
}
