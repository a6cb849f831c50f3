import { expect, test } from 'vitest'
import { decideOperation } from '../../../domain/event-sourcing/decide-operation.ts'
import type { Facts } from '../../../domain/event-sourcing/decision.ts'
import { ok } from '../../../domain/result.ts'
import { sampleTable } from '../../infrastructure/formats/sample-tables.ts'
import { tableId } from '../../infrastructure/git/test-codecs.ts'

const facts: Facts = {
  catalogue: () => ({ tables: [sampleTable('yaml', 'single')], problems: [] }),
  record: () => undefined,
  keysWith: () => [],
  allRecords: () => [],
  count: () => 0,
}
const drop = (table: string, view: string) =>
  decideOperation({ commands: [{ type: 'DropView', table: tableId(table), view }] }, facts, { validateSchema: () => ok(() => []) })

test('a view is dropped from a table that there is', () => {
  expect(drop('users', 'active')).toEqual({ ok: true, value: [{ type: 'ViewDropped', table: 'users', view: 'active' }] })
  expect(drop('orders', 'active')).toMatchObject({ ok: false, failure: { kind: 'not-found', what: 'table', id: 'orders', among: ['users'] } })
})

test.each(['', '.', '..', '../x', 'a/b', 'a\\b', 'a\u0000b', 'x'.repeat(201)])('%j cannot be the name of a view', (view) => {
  expect(drop('users', view)).toMatchObject({ ok: false, failure: { kind: 'invalid-input', issues: [{ rule: 'view-name' }] } })
})
