import { expect, test } from 'vitest'
import { callLocal, initLocal, openLocal } from '../../api/local.ts'
import type { Result } from '../../domain/result.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const take = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

const levelPairs = [0, 1, 2].flatMap((from) => [0, 1, 2].filter((to) => to !== from).map((to) => ({ from, to }))) as readonly {
  readonly from: 0 | 1 | 2
  readonly to: 0 | 1 | 2
}[]

test.each(levelPairs.flatMap((pair) => [true, false].map((isOurs) => ({ ...pair, isOurs }))))(
  'a merge of records that one side wrote with a reshard from $from to $to levels, ours: $isOurs',
  async ({ from, to, isOurs }) => {
    using folder = temporaryFolder()
    const path = `${folder.path}/db`
    take(await initLocal(path))
    await using database = take(await openLocal(path))
    const call = callLocal(database)
    const columns = [
      { name: 'n', type: 'int' },
      { name: 'm', type: 'int' },
    ] as const
    take(await call('createTable', { table: 'items', columns: [...columns], ...(from !== 0 && { levels: from }) }))
    take(await call('insertRecords', { table: 'items', records: ['a', 'b', 'c', 'd'].map(($id) => ({ $id, n: 1, m: 1 })) }))
    take(await call('createBranch', { name: 'side' }))
    const [resharding, writing] = isOurs ? [undefined, 'side'] : ['side', undefined]
    const on = (branch: string | undefined) => (branch === undefined ? {} : { branch })
    take(await call('reshardTable', { table: 'items', levels: to, ...on(resharding) }))
    take(await call('patchRecord', { table: 'items', id: 'c', patch: { m: 5 }, ...on(resharding) }))
    take(await call('insertRecords', { table: 'items', records: [{ $id: 'x', n: 2 }], ...on(writing) }))
    take(await call('patchRecord', { table: 'items', id: 'a', patch: { n: 2 }, ...on(writing) }))
    take(await call('patchRecord', { table: 'items', id: 'c', patch: { n: 2 }, ...on(writing) }))
    take(await call('deleteRecord', { table: 'items', id: 'b', ...on(writing) }))
    expect(take(await call('mergeBranch', { source: 'side' }))).toMatchObject({ status: 'merged', conflicts: [] })
    const records = async () => take(await call('selectRecords', { table: 'items' })).records.map(({ json }) => JSON.parse(json))
    const merged = await records()
    expect(merged).toEqual([
      { $id: 'a', n: 2, m: 1 },
      { $id: 'c', n: 2, m: 5 },
      { $id: 'd', n: 1, m: 1 },
      { $id: 'x', n: 2 },
    ])
    take(await call('rebuild', {}))
    expect(await records()).toEqual(merged)
    expect(
      runGit(path, 'ls-tree', '-r', '--name-only', 'HEAD', 'items/$records')
        .split('\n')
        .map((file) => file.split('/').length - 3),
    ).toEqual([to, to, to, to])
  },
)

test('a merge of two reshards that differ is a conflict in the layout, and a revert of one takes records along that came later', async () => {
  using folder = temporaryFolder()
  const path = `${folder.path}/db`
  take(await initLocal(path))
  await using database = take(await openLocal(path))
  const call = callLocal(database)
  take(await call('createTable', { table: 'items', columns: [{ name: 'n', type: 'int' }] }))
  take(await call('insertRecords', { table: 'items', records: [{ $id: 'a', n: 1 }] }))
  take(await call('createBranch', { name: 'side' }))
  const { commit } = take(await call('reshardTable', { table: 'items', levels: 1 }))
  take(await call('reshardTable', { table: 'items', levels: 2, branch: 'side' }))
  const merge = take(await call('mergeBranch', { source: 'side', dryRun: true }))
  expect(merge.conflicts).toMatchObject([{ file: 'items/.collection/layout.yaml' }])
  take(await call('insertRecords', { table: 'items', records: [{ $id: 'x', n: 2 }] }))
  take(await call('revertCommits', { revisions: [commit ?? ''] }))
  expect(runGit(path, 'ls-tree', '-r', '--name-only', 'HEAD', 'items/$records')).toBe('items/$records/a.yaml\nitems/$records/x.yaml')
  expect(take(await call('selectRecords', { table: 'items' })).records).toHaveLength(2)
})
