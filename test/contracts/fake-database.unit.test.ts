import { FakeDatabase } from '../support/fake-database.ts'
import { describeDatabase } from './database.ts'

describeDatabase('the database in memory that tests use', async () => {
  const database = new FakeDatabase([])
  return { database, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }
})
