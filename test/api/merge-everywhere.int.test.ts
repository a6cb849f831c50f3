import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OperationAnswer } from '../../api/contract/operations.ts'
import type { Database } from '../../api/database.ts'
import { callLocal, initLocal } from '../../api/local.ts'
import { openDatabaseAt } from '../support/local-database.ts'
import { commitAll, type DriverServer, serveDriver, startGit } from '../support/merge-repository.ts'
import { applyEdits, type RandomMerge, randomMerge, startFiles } from '../support/random-merge.ts'
import { runGit, type TemporaryFolder, temporaryFolder } from '../support/temporary-repository.ts'

/** Raised by hand while something is looked for; the seed of a failure is printed. */
const numRuns = Number(process.env.MERGE_RUNS ?? 25)

let folder: TemporaryFolder
let path: string
let database: Database
let driver: DriverServer
beforeAll(async () => {
  folder = temporaryFolder()
  path = join(folder.path, 'db')
  await initLocal(path)
  driver = serveDriver(path)
  database = await openDatabaseAt(path)
})
afterAll(async () => {
  driver[Symbol.dispose]()
  await database[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

let runs = 0
const makeBranches = ({ base, ours, theirs }: RandomMerge) => {
  const name = (side: string) => `${side}${runs}`
  runs++
  const files = { ...applyEdits(startFiles, base), '.gitattributes': '* merge=ingitdb\n' }
  const root = commitAll(path, name('base'), { files, parents: [] })
  return {
    ours: commitAll(path, name('ours'), { files: applyEdits(files, ours), parents: [root] }),
    theirs: commitAll(path, name('theirs'), { files: applyEdits(files, theirs), parents: [root] }),
    into: name('ours'),
    source: name('theirs'),
  }
}

const treeOf = (revision: string) => runGit(path, 'rev-parse', `${revision}^{tree}`)

type Answer = OperationAnswer<'mergeBranch'>

const mergeHere = async (into: string, source: string): Promise<Answer> => {
  const answer = await callLocal(database)('mergeBranch', { into, source, fastForward: 'never' })
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  return answer.value
}

const commands = {
  merge: (_ours: string, theirs: string) => ['merge', '--no-edit', '--no-ff', theirs],
  'cherry-pick': (_ours: string, theirs: string) => ['cherry-pick', '--allow-empty', '--keep-redundant-commits', theirs],
  rebase: (ours: string, theirs: string) => ['rebase', '--empty=keep', '--reapply-cherry-picks', ours, theirs],
} as const

test('git merge, cherry-pick and rebase with the driver give the tree that a merge here gives, and stop where it stops', async () => {
  await fc.assert(
    fc.asyncProperty(randomMerge, fc.constantFrom(...(Object.keys(commands) as (keyof typeof commands)[])), async (histories, command) => {
      const { ours, theirs, into, source } = makeBranches(histories)
      const answer = await mergeHere(into, source)
      runGit(path, 'checkout', '--quiet', '--force', '--detach', ours)
      const run = await startGit(path, ...commands[command](ours, theirs))
      const unmerged = runGit(path, 'status', '--porcelain').split('\n')
      const state = `${JSON.stringify(answer, undefined, 1)}\n${run.output}\n${unmerged.join('\n')}\n${runGit(path, 'diff')}`
      expect(driver.errors, state).toEqual([])
      const isStopped = run.code !== 0
      const kinds = new Set(answer.conflicts.map(({ type }) => type))
      // Git does not ask a driver about a file that one side deleted, which may hold no change of a value on the other.
      const isOnlyGone = unmerged.every((line) => !/^(UU|AA)/.test(line))
      if (kinds.size === 0) expect(isStopped ? isOnlyGone : treeOf('HEAD') === treeOf(into), state).toBe(true)
      else if (kinds.size === 1 && kinds.has('constraint')) {
        if (!isStopped) expect(await countFindings('HEAD'), state).toBeGreaterThan(0)
      } else expect(isStopped, state).toBe(true)
      if (isStopped) await startGit(path, command, '--abort')
    }),
    { numRuns },
  )
}, 3_600_000)

const countFindings = async (revision: string): Promise<number> => {
  const report = await callLocal(database)('validateDatabase', { toCommit: runGit(path, 'rev-parse', revision) })
  if (!report.ok) throw new Error(JSON.stringify(report.failure))
  return report.value.errors
}
