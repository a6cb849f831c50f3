import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Json } from '../../../domain/json.ts'
import { toStarlark } from '../../../domain/starlark/convert-json.ts'
import { evaluateExpression, isBuiltin, parseExpression } from '../../../domain/starlark/expression.ts'
import { showValue } from '../../../domain/starlark/show-value.ts'
import { Thread } from '../../../domain/starlark/thread.ts'
import { fromByteText } from '../../../domain/starlark/utf8.ts'
import { typeName, type Value } from '../../../domain/starlark/value.ts'

/** Expression, kind of outcome, type and repr: what go.starlark.net said (test/golden/starlark/main.go.txt). */
type Case = readonly [expression: string, kind: string, type?: string, repr?: string]

/** Refused before a record is seen, or while it is evaluated: which of the two is part of the file format, the rest of the sentence is not. */
const phases: ReadonlyMap<string, string> = new Map([
  ['syntax', 'refused'],
  ['unknown-name', 'refused'],
  ['evaluation', 'failed'],
  ['limit', 'failed'],
])

const outcomeOf = (expression: string, names: ReadonlyMap<string, Value>): readonly string[] => {
  const parsed = parseExpression(expression)
  if (!parsed.ok || parsed.value.freeNames.some(({ name }) => !names.has(name) && !isBuiltin(name))) return ['refused']
  const result = evaluateExpression(parsed.value, names)
  if (!result.ok) return [phases.get(result.failure.kind) ?? result.failure.kind]
  return ['value', typeName(result.value), fromByteText(showValue(result.value, new Thread())) ?? 'no UTF-8']
}

test.each([
  ['expressions written for every rule of the language', 'written.json', 900],
  ['expressions made at random', 'random.json', 1900],
])('%s mean what they mean in the Go implementation', (_, file, countMin) => {
  const golden: { readonly names: Readonly<Record<string, Json>>; readonly cases: readonly Case[] } = JSON.parse(
    readFileSync(new URL(`../../golden/starlark/${file}`, import.meta.url), 'utf8'),
  )
  const names = new Map(Object.entries(golden.names).map(([name, value]) => [name, toStarlark(value)]))
  const different = golden.cases.flatMap(([expression, kind, ...value]) => {
    const wanted = [phases.get(kind) ?? kind, ...value]
    const found = outcomeOf(expression, names)
    return JSON.stringify(found) === JSON.stringify(wanted) ? [] : [{ expression, wanted, found }]
  })
  expect(different).toEqual([])
  expect(golden.cases.length).toBeGreaterThanOrEqual(countMin)
})
