import { createHash } from 'node:crypto'
import type { CallOperation } from '../../../api/contract/operations.ts'
import { ask, take } from './ask.ts'

interface AnswersDigest {
  readonly answers: number
  /** SHA-256 over all of them, in hex. */
  readonly digest: string
}

/** Asks for every record of every table at every commit, and for the history of every record of today: some hundred answers. */
export const digestAnswers = (directory: string): Promise<AnswersDigest> =>
  ask(directory, async (call) => {
    const hash = createHash('sha256')
    let answers = 0
    for await (const answer of askEverything(call)) {
      hash.update(JSON.stringify(answer))
      answers += 1
    }
    return { answers, digest: hash.digest('hex') }
  })

async function* askEverything(call: CallOperation): AsyncGenerator<unknown> {
  const log = take(await call('readLog', {}))
  yield log
  for (const { commit } of log.entries) yield* askTables(call, commit)
  for (const { id: table } of take(await call('listTables', {})).tables) {
    for (const { key } of take(await call('selectRecords', { table })).records) yield take(await call('readHistory', { table, id: key }))
  }
}

async function* askTables(call: CallOperation, at: string): AsyncGenerator<unknown> {
  const { tables } = take(await call('listTables', { at, counts: true }))
  yield tables
  for (const { id: table } of tables) yield take(await call('selectRecords', { table, at })).records
}
