import { expect, test } from 'vitest'
import { problems } from '../../../api/contract/problem.ts'
import { readSource } from '../../support/source-tree.ts'

test('the reference of failures gives each kind the exit code and the status it has', () => {
  const rows = [...readSource('docs/reference/failures.md').matchAll(/^\| \[`([a-z-]+)`\]\(#\1\) \| (\d+) \| (\d+) \|$/gm)]
  const documented = Object.fromEntries(rows.map(([, kind = '', exit, status]) => [kind, { exit: Number(exit), status: Number(status) }]))
  expect(documented).toEqual(Object.fromEntries(Object.entries(problems).map(([kind, { exit, status }]) => [kind, { exit, status }])))
})

test('the reference of commands lists each kind under its exit code', () => {
  const rows = [...readSource('docs/reference/cli.md').matchAll(/^\| (\d+) \| .+: (`.+`) \|$/gm)]
  const documented = rows.flatMap(([, exit, kinds = '']) => [...kinds.matchAll(/`([a-z-]+)`/g)].map(([, kind = '']) => [kind, Number(exit)]))
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(Object.entries(problems).map(([kind, { exit }]) => [kind, exit])))
})
