import { join } from 'node:path'
import { initLocal, openLocal } from '../../api/local.ts'
import { temporaryFolder } from '../support/temporary-repository.ts'
import { describeDatabase } from './database.ts'

describeDatabase('the database on git and SQLite', async () => {
  const folder = temporaryFolder()
  const path = join(folder.path, 'db')
  const made = await initLocal(path)
  const opened = made.ok ? await openLocal(path) : made
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
  const database = opened.value
  return {
    database,
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
})
