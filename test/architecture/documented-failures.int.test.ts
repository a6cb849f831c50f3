import { expect, test } from 'vitest'
import { problems } from '../../api/contract/problem.ts'
import { parseHeadings } from '../support/markdown.ts'
import { readSource } from '../support/source-tree.ts'

const kindsOfTheUnion = [...readSource('domain/failure.ts').matchAll(/readonly kind: '([a-z-]+)'/g)].map((match) => match[1]).sort()
const documentedKinds = parseHeadings(readSource('docs/reference/failures.md'))
  .filter(({ level }) => level === 2)
  .map(({ text }) => text.replaceAll('`', ''))

test('every kind of failure has a row in the problem table, and every row is a kind', () => {
  expect(kindsOfTheUnion.length).toBeGreaterThan(5)
  expect(Object.keys(problems).sort()).toEqual(kindsOfTheUnion)
})

test('every kind of failure is documented, and every documented one is real', () => {
  expect(documentedKinds.toSorted()).toEqual(kindsOfTheUnion)
})

test('the documented exit codes and statuses are the real ones', () => {
  const rows = readSource('docs/reference/failures.md').matchAll(/^\| \[`([a-z-]+)`\]\(#\1\) \| (\d+) \| (\d+) \|$/gm)
  const documented = [...rows].map(([, kind = '', exit, status]) => [kind, { exit: Number(exit), status: Number(status) }])
  expect(Object.fromEntries(documented)).toEqual(
    Object.fromEntries(Object.entries(problems).map(([kind, { exit, status }]) => [kind, { exit, status }])),
  )
})

test('the reference of commands lists each kind under its exit code', () => {
  const rows = [...readSource('docs/reference/cli.md').matchAll(/^\| (\d+) \| .+: (`.+`) \|$/gm)]
  const documented = rows.flatMap(([, exit, kinds = '']) => [...kinds.matchAll(/`([a-z-]+)`/g)].map(([, kind = '']) => [kind, Number(exit)]))
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(Object.entries(problems).map(([kind, { exit }]) => [kind, exit])))
})
