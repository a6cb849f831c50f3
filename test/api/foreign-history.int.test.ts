import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CallOperation } from '../../api/contract/operations.ts'
import type { Database } from '../../api/database.ts'
import { callLocal, initLocal, openLocal } from '../../api/local.ts'
import { parseYaml } from '../../infrastructure/formats/yaml/parse-yaml.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

type Step =
  | { readonly do: 'insert' | 'patch' | 'upsert'; readonly key: number; readonly size: number }
  | { readonly do: 'delete'; readonly key: number }
  | { readonly do: 'many'; readonly keys: readonly number[] }
  | { readonly do: 'foreign-commit'; readonly key: number; readonly text: string | undefined }
  | { readonly do: 'amend'; readonly key: number; readonly size: number }
  | { readonly do: 'reset'; readonly back: number }
  | { readonly do: 'branch' | 'switch' | 'merge'; readonly branch: number }
  | { readonly do: 'drop-column' | 'add-column' }
  | { readonly do: 'read' }

const key = fc.nat(4)
const size = fc.nat(20)
const fileText = fc.oneof(
  { weight: 5, arbitrary: size.map((n) => `# by hand\nsize: ${n}\nname: "n${n % 3}"   # note\n`) },
  { weight: 1, arbitrary: fc.constantFrom('size: text\n', '{{{', '', 'other: 1\n', 'size: 1\nsize: 2\n') },
  { weight: 1, arbitrary: fc.constant(undefined) },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('insert' as const, 'patch' as const, 'upsert' as const), key, size }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('many' as const), keys: fc.uniqueArray(fc.integer({ min: 10, max: 30 }), { maxLength: 6 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('foreign-commit' as const), key, text: fileText }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('amend' as const), key, size }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reset' as const), back: fc.nat(4) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('branch' as const, 'switch' as const, 'merge' as const), branch: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('drop-column' as const, 'add-column' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('read' as const) }) },
)

const recordFile = (folder: string, number: number): string => join(folder, 'items', '$records', `k${number}.yaml`)

const write = (file: string, text: string): void => {
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
}

const commitAll = (folder: string, ...options: readonly string[]): void => {
  runGit(folder, 'add', '-A')
  runGit(folder, 'commit', '-q', '--allow-empty', '-m', 'foreign', ...options)
}

const definition = (columns: readonly string[]): string =>
  `record_file:\n    name: '{key}.yaml'\n    format: yaml\n    type: map[string]any\ncolumns:\n${columns
    .map((column) => `    ${column}:\n        type: ${column === 'name' ? 'string' : 'int'}\n`)
    .join('')}`

const takeStep = async (folder: string, call: CallOperation, current: Step): Promise<void> => {
  switch (current.do) {
    case 'insert':
      await call('insertRecords', { table: 'items', records: [{ $id: `k${current.key}`, size: current.size }] })
      break
    case 'patch':
      await call('patchRecord', { table: 'items', id: `k${current.key}`, patch: { size: current.size, name: `n${current.size % 3}` } })
      break
    case 'upsert':
      await call('upsertRecord', { table: 'items', id: `k${current.key}`, record: { size: current.size } })
      break
    case 'delete':
      await call('deleteRecord', { table: 'items', id: `k${current.key}` })
      break
    case 'many':
      await Promise.all(current.keys.map((number) => call('upsertRecord', { table: 'items', id: `k${number}`, record: { size: number } })))
      break
    case 'foreign-commit':
      if (current.text === undefined) rmSync(recordFile(folder, current.key), { force: true })
      else write(recordFile(folder, current.key), current.text)
      commitAll(folder)
      break
    case 'amend':
      write(recordFile(folder, current.key), `size: ${current.size}\n`)
      commitAll(folder, '--amend')
      break
    case 'reset': {
      const line = runGit(folder, 'rev-list', '--first-parent', 'HEAD').split('\n')
      runGit(folder, 'reset', '-q', '--hard', line[Math.min(current.back, line.length - 2)] ?? 'HEAD') // never before the table
      break
    }
    case 'branch':
      runGit(folder, 'branch', '-f', `copy${current.branch}`, 'HEAD')
      break
    case 'switch':
      runGit(folder, 'checkout', '-q', '-B', `side${current.branch}`)
      break
    case 'merge': {
      const branches = runGit(folder, 'for-each-ref', '--format=%(refname:short)', 'refs/heads').split('\n')
      const other = branches[current.branch % branches.length] ?? 'HEAD'
      try {
        runGit(folder, 'merge', '-q', '--no-ff', '-m', 'merge', other)
      } catch {
        runGit(folder, 'checkout', '-q', '--theirs', '.') // a conflict: theirs, as somebody in a hurry would do
        commitAll(folder)
      }
      break
    }
    case 'drop-column':
    case 'add-column':
      write(join(folder, 'items', '.collection', 'definition.yaml'), definition(current.do === 'drop-column' ? ['size'] : ['size', 'name']))
      commitAll(folder)
      break
    case 'read':
      await call('selectRecords', { table: 'items' })
      break
  }
}

const ask = async (call: CallOperation, at: string) => {
  const all = await call('selectRecords', { table: 'items', at })
  const some = await call('selectRecords', { table: 'items', at, filter: { size: { $gt: 5 } }, orderBy: '-size', limit: 3 })
  const history = await call('readHistory', { table: 'items', id: 'k1', at })
  if (!all.ok || !some.ok) throw new Error(JSON.stringify([all, some]))
  return { all: all.value, some: some.value, history } // no history is an answer too: the record never was
}

/** What git itself has: every record file of the commit, parsed and checked as simply as can be. */
const readGit = (folder: string, at: string) => {
  const columns = runGit(folder, 'show', `${at}:items/.collection/definition.yaml`).includes('name:\n        type: string')
    ? ['size', 'name']
    : ['size']
  const files = runGit(folder, 'ls-tree', '-r', '--name-only', at, '--', 'items/$records')
    .split('\n')
    .filter((path) => path !== '')
  const records: Record<string, unknown>[] = []
  for (const path of files.sort()) {
    const parsed = parseYaml(runGit(folder, 'show', `${at}:${path}`))
    if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) continue
    const fields = parsed.value as Record<string, unknown>
    const isValid = Object.entries(fields).every(
      ([name, value]) => columns.includes(name) && (name === 'size' ? Number.isInteger(value) : typeof value === 'string'),
    )
    if (isValid) records.push({ $id: path.slice('items/$records/'.length, -'.yaml'.length), ...fields })
  }
  return records
}

const allCommits = (folder: string): readonly string[] => [...new Set(runGit(folder, 'rev-list', '--all', '--reflog', '--no-walk').split('\n'))]

const checkEverything = async (folder: string, database: Database): Promise<void> => {
  const call = callLocal(database)
  const commits = [...new Set([...runGit(folder, 'rev-list', '--all').split('\n'), ...allCommits(folder)])].filter((oid) => hasTable(folder, oid))
  const before = new Map<string, Awaited<ReturnType<typeof ask>>>()
  for (const oid of commits) {
    const answers = await ask(call, oid)
    before.set(oid, answers)
    expect(answers.all.records.map((record) => JSON.parse((record as { json: string }).json))).toEqual(readGit(folder, oid))
  }
  const rebuilt = await database.rebuild()
  expect(rebuilt.ok).toBe(true)
  for (const oid of commits) expect(await ask(call, oid)).toEqual(before.get(oid))
}

const hasTable = (folder: string, oid: string): boolean => runGit(folder, 'ls-tree', '--name-only', oid, 'items/.collection/definition.yaml') !== ''

test('whatever happens to the repository, answers at every commit equal those of a rebuild and those of git itself', {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      using folder = temporaryFolder()
      const made = await initLocal(join(folder.path, 'db'))
      if (!made.ok) throw new Error(JSON.stringify(made.failure))
      const path = join(folder.path, 'db')
      write(join(path, 'items', '.collection', 'definition.yaml'), definition(['size', 'name']))
      write(join(path, '.ingitdb', 'root-collections.yaml'), 'items: items\n')
      commitAll(path)
      const opened = await openLocal(path)
      if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
      await using database = opened.value
      for (const current of steps) await takeStep(path, callLocal(database), current)
      expect(runGit(path, 'status', '--porcelain')).toBe('')
      await checkEverything(path, database)
      runGit(path, 'fsck', '--strict')
    }),
    { numRuns: Number(process.env.INGITDB_PROPERTY_RUNS ?? 12), endOnFailure: false },
  )
})
