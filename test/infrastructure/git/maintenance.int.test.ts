import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testTable } from './test-codecs.ts'
import { catalogueAt, created, inserted, main, operation, TestRepository, updated, write } from './test-repository.ts'

test('packs of many small groups are put together in the background, and nothing is lost', async () => {
  await using repository = new TestRepository('bare')
  const store = await repository.open()
  await write(store, [[created(testTable('users')), inserted('users', 'u1', {})]])
  const catalogue = await catalogueAt(store, store.readHead(main))
  for (let n = 0; n < 120; n++) {
    const batch = store.openBatch(main, store.readHead(main), catalogue)
    await batch.stage(operation(), [updated('users', 'u1', { n })], [])
    expect((await batch.commit()).status).toBe('committed')
  }
  const packs = () => readdirSync(join(repository.path, 'objects/pack')).filter((name) => name.endsWith('.pack')).length
  await expect.poll(packs, { timeout: 20_000 }).toBeLessThan(100)
  await store.close()
  expect(repository.git('rev-list', '--count', 'main')).toBe('121')
  expect(repository.git('fsck', '--strict', '--no-dangling')).toBe('')
})
