import { join } from 'node:path'
import { expect, test } from 'vitest'
import { remoteOperations } from '../../api/contract/remote-operations.ts'
import { callOperation } from '../../api/operations/call-operation.ts'
import { createItemsDatabase, openDatabaseAt } from '../support/local-database.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

test('every operation on remotes answers in the shape that the table promises', async () => {
  using folder = temporaryFolder()
  const path = await createItemsDatabase(folder.path, { size: { type: 'integer' } }, { $id: 'a', size: 1 })
  runGit(folder.path, 'clone', '--quiet', '--bare', 'db', 'db.git')
  const inputs: Readonly<Record<string, object>> = {
    addRemote: { remote: 'origin', url: join(folder.path, 'db.git') },
    listRemotes: {},
    fetch: { prune: true, tags: true, timeout: 60 },
    push: { setUpstream: true },
    pull: { dryRun: true },
    follow: { remote: 'origin' },
    mirrorRemote: { remote: 'origin' },
    setRemoteUrl: { remote: 'origin', url: '../elsewhere.git', push: true },
    removeRemote: { remote: 'origin' },
  }
  expect(Object.keys(inputs).sort()).toEqual(Object.keys(remoteOperations).sort())
  await using database = await openDatabaseAt(path)
  for (const [name, input] of Object.entries(inputs)) {
    const answer = await callOperation({ database, principal: { type: 'local-user' } }, name, input)
    const { output } = remoteOperations[name as keyof typeof remoteOperations]
    expect({ name, error: answer.ok ? output.safeParse(answer.value).error : answer }).toEqual({ name, error: undefined })
  }
})
