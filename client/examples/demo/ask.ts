import type { CallOperation } from '../../../api/contract/operations.ts'
import type { Result } from '../../../api/contract/result.ts'
import { callLocal, openLocal } from '../../../api/local.ts'

/** Opens a database in this process, asks what is to be asked, and closes it: for checks, which nobody types. */
export const ask = async <T>(directory: string, question: (call: CallOperation) => Promise<T>): Promise<T> => {
  const database = take(await openLocal(directory))
  try {
    return await question(callLocal(database))
  } finally {
    await database[Symbol.asyncDispose]()
  }
}

/** How many records a table has now. */
export const countRecords = (directory: string, table: string): Promise<number> =>
  ask(directory, async (call) => take(await call('countRecords', { table })).count)

/** The value, or the failure thrown: the demo asks only what must have an answer. */
export const take = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`a question was refused: ${JSON.stringify(result.failure)}`)
  return result.value
}
