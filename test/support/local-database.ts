import { join } from 'node:path'
import type { Database } from '../../api/database.ts'
import { callLocal, initLocal, openLocal } from '../../api/local.ts'
import type { Result } from '../../domain/result.ts'

/** What a call must have given; a failure fails the test with all it says. */
const unwrap = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

export const openDatabaseAt = async (path: string): Promise<Database> => unwrap(await openLocal(path))

/** A new database `db` in a folder, with a JSON table `items` that has the given columns and one record. @returns its path */
export const createItemsDatabase = async (
  folder: string,
  properties: Readonly<Record<string, { readonly type: string }>>,
  first: { readonly $id: string; readonly size: number },
): Promise<string> => {
  const path = join(folder, 'db')
  unwrap(await initLocal(path))
  await using database = await openDatabaseAt(path)
  const call = callLocal(database)
  unwrap(await call('createTable', { table: 'items', schema: { type: 'object', properties }, recordFormat: 'json' }))
  unwrap(await call('insertRecords', { table: 'items', records: [first] }))
  return path
}
