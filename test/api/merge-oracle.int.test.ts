import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../api/database.ts'
import { callLocal, initLocal } from '../../api/local.ts'
import { openDatabaseAt } from '../support/local-database.ts'
import { commitAll } from '../support/merge-repository.ts'
import { applyEdits, type Edit, type RandomMerge, randomMerge, startFiles } from '../support/random-merge.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-repository.ts'

/** Raised by hand while something is looked for; the seed of a failure is printed. */
const numRuns = Number(process.env.MERGE_RUNS ?? 25)

let folder: TemporaryFolder
let path: string
let database: Database
beforeAll(async () => {
  folder = temporaryFolder()
  path = join(folder.path, 'db')
  await initLocal(path)
  database = await openDatabaseAt(path)
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

type Fields = Readonly<Record<string, unknown>>

/** Every record at a commit by table and key; lists that are sets in one order. */
const readRecords = async (at: string): Promise<ReadonlyMap<string, Fields>> => {
  const call = callLocal(database)
  const tables = await call('listTables', { at })
  if (!tables.ok) throw new Error(JSON.stringify(tables.failure))
  const records = new Map<string, Fields>()
  for (const { id } of tables.value.tables) {
    const answer = await call('selectRecords', { table: id, at })
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
    for (const { key, json } of answer.value.records) {
      const fields: Record<string, unknown> = JSON.parse(json)
      if (Array.isArray(fields.tags)) fields.tags = [...fields.tags].sort()
      records.set(`${id}/${key}`, fields)
    }
  }
  return records
}

const readFindings = async (toCommit: string): Promise<ReadonlySet<string>> => {
  const report = await callLocal(database)('validateDatabase', { toCommit })
  if (!report.ok) throw new Error(JSON.stringify(report.failure))
  const errors = report.value.findings.filter(({ severity }) => severity === 'error')
  return new Set(errors.map(({ code, table, key, field }) => JSON.stringify([code, table, key, field])))
}

const merge = async (into: string, source: string) => {
  const answer = await callLocal(database)('mergeBranch', { into, source, fastForward: 'never' })
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  return answer.value
}

let runs = 0
const makeBranches = ({ base, ours, theirs }: RandomMerge) => {
  const name = (side: string) => `${side}${runs}`
  runs++
  const start = applyEdits(startFiles, base)
  const root = commitAll(path, name('base'), { files: start, parents: [] })
  const commitEdits = (side: string, edits: readonly Edit[]) => commitAll(path, name(side), { files: applyEdits(start, edits), parents: [root] })
  return {
    root,
    ours: commitEdits('ours', ours),
    theirs: commitEdits('theirs', theirs),
    sequential: commitEdits('sequential', [...ours, ...theirs]),
    branches: { ours: name('ours'), theirs: name('theirs') },
  }
}

const touches = (edits: readonly Edit[]): ReadonlySet<string> => new Set(edits.map((edit) => ('key' in edit ? `${edit.table}/${edit.key}` : edit.do)))

/** Fields are edited by their number among the columns: a new column makes the same edit one of another field. */
const areApart = ({ ours, theirs }: RandomMerge): boolean => {
  const [a, b] = [touches(ours), touches(theirs)]
  return !a.has('column') && !b.has('column') && [...a].every((touched) => !b.has(touched))
}

/** Of records, or of fields of one record: where only one side changed something, that is what the merge has. */
const expectNothingLost = (
  { base, ours, theirs }: Readonly<Record<'base' | 'ours' | 'theirs', (name: string) => unknown>>,
  merged: (name: string) => unknown,
  names: Iterable<string>,
): readonly string[] => {
  const both: string[] = []
  for (const name of names) {
    const [b, o, t] = [base(name), ours(name), theirs(name)].map((value) => JSON.stringify(value))
    if (b === o) expect(merged(name), name).toEqual(theirs(name))
    else if (b === t || o === t) expect(merged(name), name).toEqual(ours(name))
    else both.push(name)
  }
  return both
}

test('a merge is the same both ways, loses nothing that one side did, and breaks nothing that both sides kept', async () => {
  const merges: [commit: string, records: ReadonlyMap<string, Fields>][] = []
  await fc.assert(
    fc.asyncProperty(randomMerge, async (histories) => {
      const { root, ours, theirs, sequential, branches } = makeBranches(histories)
      const [one, other] = [await merge(branches.ours, theirs), await merge(branches.theirs, ours)]
      expect(one.conflicts.length === 0).toBe(other.conflicts.length === 0)
      const { commit } = one
      if (commit === undefined || other.commit === undefined) return
      const merged = await readRecords(commit)
      expect(merged).toEqual(await readRecords(other.commit))
      const sides = { base: await readRecords(root), ours: await readRecords(ours), theirs: await readRecords(theirs) }
      const of = (records: ReadonlyMap<string, Fields>) => (name: string) => records.get(name)
      const names = new Set([...sides.base.keys(), ...sides.ours.keys(), ...sides.theirs.keys(), ...merged.keys()])
      const both = expectNothingLost({ base: of(sides.base), ours: of(sides.ours), theirs: of(sides.theirs) }, of(merged), names)
      for (const name of both) {
        const fieldsOf = (records: ReadonlyMap<string, Fields>) => (field: string) => records.get(name)?.[field]
        const fields = new Set([merged, ...Object.values(sides)].flatMap((records) => Object.keys(records.get(name) ?? {})))
        expectNothingLost({ base: fieldsOf(sides.base), ours: fieldsOf(sides.ours), theirs: fieldsOf(sides.theirs) }, fieldsOf(merged), fields)
      }
      if (areApart(histories)) expect(merged).toEqual(await readRecords(sequential))
      const known = new Set([...(await readFindings(ours)), ...(await readFindings(theirs))])
      expect([...(await readFindings(commit))].filter((finding) => !known.has(finding))).toEqual([])
      merges.push([commit, merged])
    }),
    { numRuns },
  )
  const rebuilt = await database.rebuild()
  expect(rebuilt.ok).toBe(true)
  for (const [commit, records] of merges.slice(-10)) expect(await readRecords(commit)).toEqual(records)
}, 3_600_000)
