import { beforeEach, expect, test } from 'vitest'
import type { Database } from '../../api/database.ts'
import { callLocal } from '../../api/local.ts'
import { commitForeign } from '../support/commit-foreign.ts'
import { runGit } from '../support/temporary-repository.ts'
import { commitOurs, commitTheirs, type Files, openTwoBranches } from '../support/two-branches.ts'

const definition = (columns: readonly string[], file: string): string =>
  `record_file:\n${file}columns_order: [${columns.join(', ')}]\ncolumns:\n${columns.map((name) => `    ${name}:\n        type: string\n`).join('')}`
const yamlFile = "    name: '{key}.yaml'\n    format: yaml\n    type: 'map[string]any'\n"
const csvFile = "    name: prices.csv\n    format: csv\n    type: '[]map[string]any'\n"
const users = (...columns: readonly string[]) => ({ 'users/.collection/definition.yaml': definition(columns, yamlFile) })
const prices = (...columns: readonly string[]) => ({ 'prices/.collection/definition.yaml': definition(columns, csvFile) })

const start = {
  '.ingitdb/root-collections.yaml': 'users: users\nprices: prices\n',
  ...users('name', 'email'),
  ...prices('id', 'amount'),
  'users/$records/ada.yaml': 'name: Ada # first\nemail: ada@x\n',
  'users/$records/bob.yaml': 'name: Bob\nemail: bob@x\n',
  'prices/prices.csv': 'id,amount\ntea,1\ncoffee,2\n',
}

let path: string
let database: Database
beforeEach(async () => {
  const branches = await openTwoBranches(start)
  path = branches.path
  database = branches.database
  return () => branches[Symbol.asyncDispose]()
})

/** Merges one branch into the other both ways; the files must not depend on the direction. */
const mergeBothWays = async (one: Files, other: Files, wanted: Files): Promise<void> => {
  commitForeign(path, one)
  commitForeign(path, other, 'proposal')
  runGit(path, 'reset', '--quiet', '--hard')
  runGit(path, 'branch', 'reverse', 'proposal')
  const call = callLocal(database)
  for (const [source, into] of [
    ['proposal', 'main'],
    ['main^1', 'reverse'],
  ] as const) {
    const answer = await call('mergeBranch', { source, into })
    expect(answer).toMatchObject({ ok: true, value: { status: 'merged', conflicts: [] } })
    for (const [file, text] of Object.entries(wanted)) expect(`${runGit(path, 'show', `${into}:${file}`)}\n`).toBe(text)
    const report = await call('validateDatabase', { branch: into })
    expect(report.ok && report.value.findings).toEqual([])
  }
}

test('a column that one side renamed is renamed in what the other side wrote meanwhile', () =>
  mergeBothWays(
    {
      'users/$records/ada.yaml': 'name: Ada L. # first\nemail: ada@x\n',
      'users/$records/cy.yaml': 'name: Cy # new\nemail: cy@x\n',
    },
    {
      ...users('full_name', 'email'),
      'users/$records/ada.yaml': 'full_name: Ada # first\nemail: ada@x\n',
      'users/$records/bob.yaml': 'full_name: Bob\nemail: bob@x\n',
    },
    {
      'users/$records/ada.yaml': 'full_name: Ada L. # first\nemail: ada@x\n',
      'users/$records/bob.yaml': 'full_name: Bob\nemail: bob@x\n',
      'users/$records/cy.yaml': 'full_name: Cy # new\nemail: cy@x\n',
    },
  ))

test('a column that one side added to a CSV file gets the rows that the other side changed, and the other way round', () =>
  mergeBothWays(
    { 'prices/prices.csv': 'id,amount\ntea,1.5\ncoffee,2\nmilk,3\n' },
    { ...prices('id', 'amount', 'unit'), 'prices/prices.csv': 'id,amount,unit\ntea,1,cup\ncoffee,2,\n' },
    { 'prices/prices.csv': 'id,amount,unit\ntea,1.5,cup\ncoffee,2,\nmilk,3,\n' },
  ))

test('a column of a CSV file that one side renamed is renamed in the rows of the other', () =>
  mergeBothWays(
    { 'prices/prices.csv': 'id,amount\ntea,1.5\ncoffee,2\nmilk,3\n' },
    { ...prices('id', 'price'), 'prices/prices.csv': 'id,price\ntea,1\ncoffee,2\n' },
    { 'prices/prices.csv': 'id,price\ntea,1.5\ncoffee,2\nmilk,3\n' },
  ))

test('what cannot be written by the merged definition is a conflict of its file', async () => {
  commitForeign(path, { 'prices/prices.csv': 'id,amount\ntea,1.5\ncoffee,2\n' })
  commitForeign(path, { ...prices('id', 'price'), 'prices/prices.csv': 'id,price\ntea,7\ncoffee,8\n' }, 'proposal')
  const answer = await callLocal(database)('mergeBranch', { source: 'proposal', into: 'main' })
  expect(answer.ok && answer.value.conflicts.map(({ type, file, id }) => [type, file ?? id])).toEqual([
    ['field', 'tea'],
    ['file', 'prices/prices.csv'],
  ])
})

test('columns that both sides added are both there', () =>
  mergeBothWays(
    { ...users('name', 'email', 'city'), 'users/$records/ada.yaml': 'name: Ada # first\nemail: ada@x\ncity: Rome\n' },
    { ...users('name', 'email', 'phone'), 'users/$records/ada.yaml': 'name: Ada # first\nemail: ada@x\nphone: "1"\n' },
    {},
  ))

test('a csv file to which both sides add a column keeps the rows that either inserted', async () => {
  const tea = (first: string, second: string): string => `tea,1,${first},${second}\ncoffee,2,${first},${second}\n`
  commitForeign(path, { ...prices('id', 'amount', 'a'), 'prices/prices.csv': 'id,amount,a\ntea,1,x\ncoffee,2,x\n' })
  commitForeign(path, { ...prices('id', 'amount', 'b'), 'prices/prices.csv': 'id,amount,b\ntea,1,y\ncoffee,2,y\nmilk,3,y\n' }, 'proposal')
  runGit(path, 'reset', '--quiet', '--hard')
  expect(await callLocal(database)('mergeBranch', { source: 'proposal' })).toMatchObject({ ok: true, value: { status: 'merged' } })
  expect(runGit(path, 'show', 'main:prices/prices.csv')).toBe(`id,amount,a,b\n${tea('x', 'y')}milk,3,,y`)
})

test('a column that one side renamed to one that the other added keeps what each side has there', async () => {
  commitOurs(path, { ...users('name', 'email', 'full_name'), 'users/$records/ada.yaml': 'name: Ada # first\nemail: ada@x\nfull_name: Countess\n' })
  commitTheirs(path, {
    ...users('full_name', 'email'),
    'users/$records/ada.yaml': 'full_name: Ada # first\nemail: ada@x\n',
    'users/$records/bob.yaml': 'full_name: Bob\nemail: bob@x\n',
  })
  const answer = await callLocal(database)('mergeBranch', { source: 'proposal', into: 'main' })
  const conflict = { type: 'field', id: 'ada', pointer: '/full_name', ours: '"Countess"', theirs: '"Ada"' }
  expect(answer).toMatchObject({ ok: true, value: { status: 'conflicts', conflicts: [conflict] } })
})
