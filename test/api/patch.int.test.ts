import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { OperationInput } from '../../api/contract/operations.ts'
import { callLocal, initLocal } from '../../api/local.ts'
import { commitForeign } from '../support/commit-foreign.ts'
import { openDatabaseAt } from '../support/local-database.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const definition = "record_file:\n    name: '{key}.yaml'\n    format: yaml\n    type: map[string]any\ncolumns:\n    text:\n        type: any\n"

let path: string
beforeEach(async () => {
  const folder = temporaryFolder()
  path = join(folder.path, 'db')
  await initLocal(path)
  commitForeign(path, {
    '.ingitdb/root-collections.yaml': 'items: items\nnotes: notes\n',
    'items/.collection/definition.yaml': definition,
    'notes/.collection/definition.yaml': definition,
    'items/$records/a.yaml': 'text: one\n',
    'items/$records/b.yaml': 'text: two\n',
    'notes/$records/a.yaml': 'text: hello\n',
  })
  runGit(path, 'reset', '--quiet', '--hard')
  return () => folder[Symbol.dispose]()
})

const change = (): string =>
  commitForeign(path, {
    'items/$records/a.yaml': 'text: 1 # said\n',
    'items/$records/b.yaml': null,
    'items/$records/ä "c".yaml': 'diff --git a/x b/x\n',
    'notes/$records/a.yaml': 'text: bye',
    'page.md': '# A page\n',
  })

const ask = async (input: OperationInput<'readPatch'>) => {
  await using database = await openDatabaseAt(path)
  const answer = await callLocal(database)('readPatch', input)
  if (!answer.ok) return { failure: answer.failure, patch: Buffer.alloc(0) }
  return { ...answer.value, patch: Buffer.from(answer.value.patch, answer.value.encoding === 'base64' ? 'base64' : 'utf8') }
}

/** What git makes of a commit's files with a patch: the id of the tree. */
const apply = (commit: string, patch: Buffer): string => {
  runGit(path, 'reset', '--quiet', '--hard', commit)
  execFileSync('git', ['-C', path, 'apply', '--index', '-'], { input: patch, stdio: ['pipe', 'pipe', 'pipe'] })
  return runGit(path, 'write-tree')
}

test('a patch makes the files of one moment those of another, in both directions', async () => {
  const [before, after] = [runGit(path, 'rev-parse', 'main'), change()]
  const forwards = await ask({ from: 'HEAD~1' })
  expect(forwards).toMatchObject({ encoding: 'utf-8', from: { moment: 'HEAD~1', commit: before }, to: { moment: 'HEAD', commit: after } })
  const back = await ask({ from: 'main', to: 'main~1' })
  expect(apply(before, forwards.patch)).toBe(runGit(path, 'rev-parse', `${after}^{tree}`))
  expect(apply(after, back.patch)).toBe(runGit(path, 'rev-parse', `${before}^{tree}`))
  expect((await ask({ from: after, to: after })).patch.length).toBe(0)
})

test('a patch is the same whatever the configuration and the attributes say, and holds any bytes', async () => {
  const before = runGit(path, 'rev-parse', 'main')
  writeFileSync(join(path, 'latin.txt'), Buffer.from('caf\xe9\n', 'latin1'))
  writeFileSync(join(path, 'picture'), Buffer.from([0, 1, 2, 255, 10, 100]))
  writeFileSync(join(path, '.gitattributes'), '*.yaml diff=odd\n')
  runGit(path, 'add', '.')
  runGit(path, 'commit', '--quiet', '-m', 'bytes')
  const after = change()
  const settings = { 'diff.noprefix': 'true', 'diff.mnemonicPrefix': 'true', 'color.ui': 'always', 'diff.renames': 'copies', 'diff.context': '0' }
  for (const [name, value] of Object.entries({ ...settings, 'diff.odd.textconv': 'false', 'diff.external': 'false' }))
    runGit(path, 'config', name, value)
  const { patch, encoding } = { encoding: undefined, ...(await ask({ from: before, to: after })) }
  expect(encoding).toBe('base64')
  for (const name of Object.keys(settings)) runGit(path, 'config', '--unset', name)
  expect(apply(before, patch)).toBe(runGit(path, 'rev-parse', `${after}^{tree}`))
})

test('a patch can be of the files as they are', async () => {
  writeFileSync(join(path, 'items/$records/new.yaml'), 'text: new\n')
  rmSync(join(path, 'notes/$records/a.yaml'))
  const { patch } = await ask({ from: 'HEAD', to: 'worktree' })
  runGit(path, 'add', '-A')
  const tree = runGit(path, 'write-tree')
  expect(apply('HEAD', patch)).toBe(tree)
})

test('a patch can be of one table, or of files by their path', async () => {
  change()
  const names = async (input: Partial<OperationInput<'readPatch'>>) => {
    const { patch } = await ask({ from: 'HEAD~1', ...input })
    return [...patch.toString().matchAll(/^diff --git (?:"?a\/)(.*?)"? "?b\/.*$/gm)].map(([, name]) => name)
  }
  expect(await names({ table: 'notes' })).toEqual(['notes/$records/a.yaml'])
  expect(await names({ table: 'items', pathFilter: '*/*/[ab].yaml' })).toEqual(['items/$records/a.yaml', 'items/$records/b.yaml'])
  expect(await names({ pathFilter: 'page' })).toEqual(['page.md'])
  expect((await ask({ from: 'HEAD~1', table: 'itmes' })).failure).toMatchObject({ kind: 'not-found', what: 'table' })
})

test('a patch of what a branch did leaves out what its origin did', async () => {
  runGit(path, 'branch', 'side')
  commitForeign(path, { 'items/$records/a.yaml': 'text: main\n' })
  commitForeign(path, { 'items/$records/b.yaml': 'text: side\n' }, 'side')
  const { patch } = await ask({ from: 'main', to: 'side', sinceMergeBase: true })
  expect(patch.toString()).toContain('+text: side')
  expect(patch.toString()).not.toContain('main')
  expect((await ask({ from: 'nowhere' })).failure).toMatchObject({ kind: 'not-found', what: 'commit', id: 'nowhere' })
})
