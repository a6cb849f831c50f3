import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { adoptLocal, callLocal, openLocal } from '../../api/local.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

/** Files of a folder by path; a link says where it leads. */
type Folder = Readonly<Record<string, string | { readonly link: string }>>

const write = (directory: string, files: Folder): void => {
  for (const [path, content] of Object.entries(files)) {
    const target = join(directory, path)
    mkdirSync(dirname(target), { recursive: true })
    if (typeof content === 'string') writeFileSync(target, content)
    else symlinkSync(content.link, target)
  }
}

/** Adopts what can be of files that are all committed, and says what is wrong then, with how many records were promised and are there. */
const adoptAll = async (files: Folder) => {
  using folder = temporaryFolder()
  write(folder.path, files)
  runGit(folder.path, 'init', '--quiet', '--initial-branch=main')
  runGit(folder.path, 'add', '--all')
  runGit(folder.path, 'commit', '--quiet', '--allow-empty', '--message', 'files')
  const adoption = await adoptLocal(folder.path)
  if (!adoption.ok) return { errors: [], promised: {}, found: {} }
  const applied = await adoption.value.apply()
  if (!applied.ok) throw new Error(JSON.stringify(applied.failure))
  const database = await openLocal(folder.path)
  if (!database.ok) throw new Error(JSON.stringify(database.failure))
  await using opened = database.value
  const call = callLocal(opened)
  const report = await call('validateDatabase', {})
  if (!report.ok) throw new Error(JSON.stringify(report.failure))
  const found: Record<string, number> = {}
  const promised: Record<string, number> = {}
  for (const { table, records } of adoption.value.proposal.tables) {
    promised[table.id] = records
    const answer = await call('countRecords', { table: table.id })
    found[table.id] = answer.ok ? answer.value.count : -1
  }
  return { errors: report.value.findings.filter(({ severity }) => severity === 'error'), promised, found }
}

const name = fc.constantFrom('a', 'b', 'c', 'Ä', 'x y', '-z', 'con', '1', 'README', '{key}', 'a.b', 'A')
const cell = fc.constantFrom('1', '2', '07', 'x', '', 'true', '1.5', '2024-01-31', 'ä', ' x', '1e3', 'null', '~')
const column = fc.constantFrom('id', '$ID', '$id', 'n', 'name', 'team', 'x y', '$x', '__proto__')
const value = fc.oneof(cell, fc.constantFrom('[1, 2]', '[a, b]', '{en: x}', '{a: {b: 1}}', '12345678901234567890', '"q"', '!!binary aGk='))
const yamlMap = fc
  .uniqueArray(fc.tuple(column, value), { selector: ([key]) => key, maxLength: 4 })
  .map((members) => members.map(([key, member]) => `${JSON.stringify(key)}: ${member}\n`).join(''))
const csv = fc
  .tuple(fc.array(column, { minLength: 1, maxLength: 4 }), fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { maxLength: 4 }))
  .map(([header, rows]) => [header, ...rows.map((row) => row.slice(0, header.length))].map((cells) => `${cells.join(',')}\n`).join(''))
const jsonList = fc
  .array(
    fc.dictionary(column, fc.oneof(fc.integer(), fc.constantFrom('a', 'b', ''), fc.boolean(), fc.constant(null)), {
      noNullPrototype: true,
      maxKeys: 4,
    }),
    { maxLength: 4 },
  )
  .map((rows) => JSON.stringify(rows))
const file = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(name, yamlMap).map(([stem, text]) => [`${stem}.yaml`, text] as const) },
  { weight: 2, arbitrary: fc.tuple(name, csv).map(([stem, text]) => [`${stem}.csv`, text] as const) },
  { weight: 2, arbitrary: fc.tuple(name, jsonList).map(([stem, text]) => [`${stem}.json`, text] as const) },
  { weight: 1, arbitrary: fc.tuple(name, yamlMap).map(([stem, text]) => [`${stem}/data.yaml`, text] as const) },
  { weight: 1, arbitrary: fc.tuple(name, yamlMap).map(([stem, text]) => [`${stem}.md`, `---\n${text}---\nText\n`] as const) },
  fc.tuple(name, fc.constantFrom('# Text\n', 'a: [\n', '')).map(([stem, text]) => [`${stem}.md`, text] as const),
  name.map((stem) => [`${stem}.yaml`, { link: 'elsewhere.yaml' }] as const),
)
const anyFolder = fc
  .array(fc.tuple(fc.constantFrom('', 'p/', 'q/'), file), { minLength: 1, maxLength: 12 })
  .map((files) => new Map(files.map(([directory, [path, content]]) => [directory + path, content])))
  .filter((files) => [...files.keys()].every((path) => ![...files.keys()].some((other) => other.startsWith(`${path}/`))))
  .map((files): Folder => Object.fromEntries(files))

test('whatever is in a folder, what is adopted of it is valid, and every record that was promised is there', async () => {
  await fc.assert(
    fc.asyncProperty(anyFolder, async (files) => {
      const { errors, promised, found } = await adoptAll(files)
      expect({ errors, found }).toEqual({ errors: [], found: promised })
    }),
    { numRuns: 25 },
  )
})

test.each<[string, Folder]>([
  ['a link among records', { 'p/a.yaml': 'n: 1\n', 'p/b.yaml': 'n: 2\n', 'p/link.yaml': { link: 'a.yaml' } }],
  ['a column $ID of numbers', { 't.csv': 'id,$ID\n1,2\n3,4\n' }],
])('%s leaves the table valid', async (_, files) => {
  const { errors, promised, found } = await adoptAll(files)
  expect(errors).toEqual([])
  expect(Object.values(promised)).toEqual([2])
  expect(found).toEqual(promised)
})
