import { expect, test } from 'vitest'
import { findingCodes } from '../../domain/validation/finding-codes.ts'
import { listSources, readSource } from '../support/source-tree.ts'

test('every code of a finding is documented with its severity and an example, and every documented one is real', () => {
  const rows = [...readSource('docs/reference/validation.md').matchAll(/^\| `([a-z-]+)` \| (error|warning) \| (.+) \| (.+) \|$/gm)]
  expect(rows.map(([, code, severity]) => [code, severity])).toEqual(Object.entries(findingCodes))
  expect(rows.filter(([, , , meaning = '', example = '']) => meaning.trim() === '' || example.trim() === '')).toEqual([])
})

test('every rule that a definition or a record can break is the code of a finding', () => {
  const sources = listSources('.ts').filter((path) =>
    /^domain\/(table\/validate-|record\/(column-check|json-structure|constraint-issues))/.test(path),
  )
  const rules = sources.flatMap((path) =>
    [...readSource(path).matchAll(/(?:rule: |definitionError\([^'\n]*\], |about\(.*?\)\()'([a-z-]+)'/g)].map(([, rule]) => rule),
  )
  expect(new Set(rules).size).toBeGreaterThan(10)
  expect([...new Set(rules)].filter((rule) => rule !== undefined && !Object.hasOwn(findingCodes, rule))).toEqual([])
})
