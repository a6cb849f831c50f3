import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { callLocal, initLocal, openLocal } from '../../api/local.ts'
import { faultPoints } from '../../infrastructure/git/fault-points.ts'
import { runProgramToEnd } from '../support/run-to-end.ts'
import { projectRoot } from '../support/source-tree.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const writer = join(projectRoot, 'test/support/crashing-writer.ts')

const createDatabase = async (folder: string, kind: 'bare' | 'ordinary'): Promise<string> => {
  const ordinary = join(folder, 'db')
  const made = await initLocal(ordinary)
  if (!made.ok) throw new Error(JSON.stringify(made.failure))
  const opened = await openLocal(ordinary)
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
  {
    await using database = opened.value
    const call = callLocal(database)
    const columns = { type: 'object', properties: { size: { type: 'integer' }, name: { type: 'string' } } }
    const table = await call('createTable', { table: 'items', schema: columns, recordFormat: 'json' })
    const shared = await call('insertRecords', { table: 'items', records: [{ $id: 'shared', size: 0 }] })
    expect([table.ok, shared.ok]).toEqual([true, true])
  }
  if (kind === 'ordinary') return ordinary
  const bare = join(folder, 'db.git')
  runGit(folder, 'clone', '-q', '--bare', ordinary, bare)
  return bare
}

/** A bare repository has no index, and no files that could follow. */
const pointsOf = (kind: 'bare' | 'ordinary') => faultPoints.filter((point) => kind === 'ordinary' || !/^index-|-followed$/.test(point))

describe.each(['ordinary', 'bare'] as const)('in a repository that is %s', (kind) => {
  test.each(pointsOf(kind).flatMap((point) => (kind === 'ordinary' ? [1, 3] : [2]).map((nth) => [point, nth] as const)))(
    'a process killed at %s (time %i) loses nothing that was acknowledged and leaves nothing half done',
    async (point, nth) => {
      using folder = temporaryFolder()
      const path = await createDatabase(folder.path, kind)
      const first = runGit(path, 'rev-parse', 'main')
      const run = await runProgramToEnd(process.execPath, ['--import', 'tsx', writer, path, point, String(nth)], projectRoot)
      expect(run.signal, run.stderr).toBe('SIGKILL')
      const acknowledged = run.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(' '))

      const opened = await openLocal(path)
      if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
      await using database = opened.value
      const call = callLocal(database)
      const ask = async () => [
        await call('selectRecords', { table: 'items' }),
        await call('readHistory', { table: 'items', id: 'shared' }),
        await call('readLog', {}),
      ]
      const answers = await ask()

      runGit(path, 'fsck', '--strict')
      const line = runGit(path, 'rev-list', '--first-parent', 'main').split('\n')
      for (const [id = '', commit = ''] of acknowledged) {
        expect(line).toContain(commit)
        expect((await call('getRecord', { table: 'items', id })).ok).toBe(true)
      }
      // Each commit is whole: one record file each, its subject naming it.
      for (const oid of line.slice(0, line.indexOf(first))) {
        const files = runGit(path, 'diff-tree', '-r', '--no-commit-id', '--name-only', oid).split('\n')
        const subject = runGit(path, 'log', '-1', '--format=%s', oid)
        expect([files.length, files[0]]).toEqual([1, `items/$records/${subject.split('/').at(-1)}.json`])
      }
      if (kind === 'ordinary') expect(runGit(path, 'status', '--porcelain')).toBe('')
      expect((await call('insertRecords', { table: 'items', records: [{ $id: 'after', size: 1 }] })).ok).toBe(true)
      if (kind === 'ordinary') expect(runGit(path, 'status', '--porcelain')).toBe('')
      const after = await ask()
      expect((await call('rebuild', {})).ok).toBe(true)
      expect(await ask()).toEqual(after)
      expect(answers.every((answer) => answer.ok)).toBe(true)
    },
  )
})

test.each(['objects-durable', 'ref-prepared', 'ref-moved', 'before-acknowledge'])(
  'a process killed at %s while it writes to two branches leaves each of them whole, and the read model in step with both',
  async (point) => {
    using folder = temporaryFolder()
    const path = await createDatabase(folder.path, 'ordinary')
    runGit(path, 'branch', 'side')
    const run = await runProgramToEnd(process.execPath, ['--import', 'tsx', writer, path, point, '6', 'main', 'side'], projectRoot)
    expect(run.signal, run.stderr).toBe('SIGKILL')
    const acknowledged = run.stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ')]))
    const lines = ['main', 'side'].map((branch) => runGit(path, 'rev-list', '--first-parent', branch).split('\n'))
    expect(lines.every((line) => line.length > 2)).toBe(true)
    for (const [, commit = ''] of acknowledged) expect(lines.some((line) => line.includes(commit))).toBe(true)

    const opened = await openLocal(path)
    if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
    await using database = opened.value
    const call = callLocal(database)
    const ask = () =>
      Promise.all(
        ['main', 'side'].flatMap((branch) => [
          call('selectRecords', { table: 'items', branch }),
          call('readHistory', { table: 'items', id: 'shared', branch }),
          call('readLog', { branch }),
        ]),
      )
    const answers = await ask()
    expect(answers.every((answer) => answer.ok)).toBe(true)
    for (const branch of ['main', 'side'])
      expect((await call('insertRecords', { table: 'items', records: [{ $id: 'after', size: 1 }], branch })).ok).toBe(true)
    expect(runGit(path, 'status', '--porcelain')).toBe('')
    runGit(path, 'fsck', '--strict')
    const after = await ask()
    expect((await call('rebuild', {})).ok).toBe(true)
    expect(await ask()).toEqual(after)
  },
)
