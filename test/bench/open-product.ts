import type { CallOperation } from '../../api/contract/operations.ts'
import { callLocal, openLocal } from '../../api/local.ts'

export interface Product extends AsyncDisposable {
  readonly call: CallOperation
}

export const openProduct = async (directory: string): Promise<Product> => {
  const database = await openLocal(directory)
  if (!database.ok) throw new Error(JSON.stringify(database.failure))
  return { call: callLocal(database.value), [Symbol.asyncDispose]: () => database.value[Symbol.asyncDispose]() }
}
