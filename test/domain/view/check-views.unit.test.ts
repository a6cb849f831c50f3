import { expect, test } from 'vitest'
import { findViewProblems } from '../../../domain/view/check-views.ts'
import type { View } from '../../../domain/view/view.ts'
import { sampleTable } from '../../infrastructure/formats/sample-tables.ts'

const columns = ['name', 'city'].map((name) => ({ name, type: 'string' }))
const table = sampleTable('yaml', 'single', { columns })

const check = (view: Partial<View>) =>
  findViewProblems([
    {
      table,
      views: [{ table: table.id, name: 'active', isDefault: false, file: 'v.yaml', columns: [], formats: [], ...view }],
      readme: { hideColumns: false, hideSubcollections: false, hideViews: false },
      problems: [],
      lineOf: (_view, path) => path.length,
    },
  ])

test('a view in order has no problems', () => {
  expect(
    check({ name: 'of_{city}', columns: ['$ID', 'name'], where: 'name==Ada and $id>a', orderBy: 'city desc, -name', formats: ['md', 'csv'] }),
  ).toEqual([])
  expect(check({ orderBy: '$last_modified desc' })).toEqual([])
})

test.each<readonly [Partial<View>, string, string]>([
  [{ columns: ['name', 'nmae'] }, 'view-column', 'view "active": its column "nmae" is no column of the table'],
  [{ where: 'age >' }, 'view', 'view "active": its "where" cannot be used: '],
  [{ where: 'nmae==Ada' }, 'view', 'view "active": its "where" cannot be used: there is no column nmae, only $id, name, city'],
  [{ where: 'x'.repeat(100_000) }, 'view', 'too large, the limit is'],
  [{ orderBy: 'name sideways' }, 'view', 'view "active": its "order_by" cannot be used: '],
  [{ orderBy: 'nmae' }, 'view', 'there is no column nmae'],
  [{ orderBy: '$last_modified backwards' }, 'view', 'view "active": its "order_by" cannot be used: '],
  [{ template: 'rows.tmpl' }, 'view-template', 'view "active": its template "rows.tmpl" is a Go text/template'],
  [{ name: 'of_{town}' }, 'view', 'view "of_{town}": {town} in its name is no column of table users'],
  [{ fileName: '../../x' }, 'view', 'view "active": '],
])('%j is a problem with its code and line', (view, rule, message) => {
  expect(check(view)).toEqual([{ rule, file: 'v.yaml', line: expect.any(Number), table: table.id, message: expect.stringContaining(message) }])
})

test('a view that cannot be read keeps the rule that its file breaks', () => {
  const broken = { file: 'v.yaml', line: 3, table: table.id, view: 'active', message: 'bad' }
  const views = { table, views: [], readme: { hideColumns: false, hideSubcollections: false, hideViews: false }, lineOf: () => undefined }
  expect(findViewProblems([{ ...views, problems: [broken, { ...broken, rule: 'parse' }] }])).toEqual([
    { rule: 'view', file: 'v.yaml', line: 3, table: table.id, message: 'view "active": bad' },
    { rule: 'parse', file: 'v.yaml', line: 3, table: table.id, message: 'view "active": bad' },
  ])
})
