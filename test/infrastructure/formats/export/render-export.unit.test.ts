import { expect, test } from 'vitest'
import { ExactNumber } from '../../../../domain/json.ts'
import type { ExportFile } from '../../../../domain/view/export-file.ts'
import { renderExport } from '../../../../infrastructure/formats/export/render-export.ts'
import { readIngr } from '../../../../infrastructure/formats/ingr/read-ingr.ts'

const file: ExportFile = {
  path: '$ingitdb/users/users.x',
  format: 'ingr',
  title: 'users/$default_view',
  columns: [
    { name: '$ID', type: 'string' },
    { name: 'name', type: 'string' },
    { name: 'size', type: undefined },
    { name: 'tags', type: '[]string' },
  ],
  rows: [
    { $ID: 'ada', name: 'Ada | <b>\n"x"', size: new ExactNumber('12345678901234567890'), tags: ['a', 'b,c'] },
    { $ID: 'bob', name: 'a\tb\\', other: 1 },
  ],
  isDelimited: true,
  isHashed: false,
}

const render = (rest: Partial<ExportFile>): string => {
  const rendered = renderExport({ ...file, ...rest })
  if (!rendered.ok) throw new Error(JSON.stringify(rendered.failure))
  return Buffer.from(rendered.value).toString()
}

const escapedName = String.raw`"Ada | \u003cb\u003e\n\"x\""`

test.each<[ExportFile['format'], string]>([
  [
    'ingr',
    `# INGR.io | users/$default_view: $ID:string, name:string, size, tags:[]string\n"ada"\n${escapedName}\n12345678901234567890\n["a","b,c"]\n#-\n"bob"\n"a\\tb\\\\"\nnull\nnull\n#-\n# 2 records\n`,
  ],
  ['csv', '$ID,name,size,tags\nada,"Ada | <b>\n""x""",12345678901234567890,"[""a"",""b,c""]"\nbob,a\tb\\,,\n'],
  ['tsv', '$ID\tname\tsize\ttags\nada\tAda | <b>\\n"x"\t12345678901234567890\t["a","b,c"]\nbob\ta\\tb\\\\\t\t\n'],
  [
    'json',
    `[{"$ID":"ada","name":${escapedName},"size":12345678901234567890,"tags":["a","b,c"]},{"$ID":"bob","name":"a\\tb\\\\","size":null,"tags":null}]`,
  ],
  [
    'jsonl',
    `{"$ID":"ada","name":${escapedName},"size":12345678901234567890,"tags":["a","b,c"]}\n{"$ID":"bob","name":"a\\tb\\\\","size":null,"tags":null}\n`,
  ],
  [
    'yaml',
    '- $ID: ada\n  name: |-\n    Ada | <b>\n    "x"\n  size: 12345678901234567890\n  tags:\n    - a\n    - b,c\n- $ID: bob\n  name: "a\\tb\\\\"\n  size: null\n  tags: null\n',
  ],
  [
    'md',
    '| $ID | name | size | tags |\n|---|---|---|---|\n| ada | Ada \\| &lt;b><br>"x" | 12345678901234567890 | ["a","b,c"] |\n| bob | a\tb\\\\ |  |  |\n',
  ],
])('%s has these bytes', (format, expected) => {
  expect(render({ format })).toBe(expected)
})

test.each<[ExportFile['format'], string]>([
  ['ingr', '# INGR.io | users/$default_view: $ID:string, name:string, size, tags:[]string\n# 0 records\n'],
  ['csv', '$ID,name,size,tags\n'],
  ['json', '[]'],
  ['jsonl', ''],
  ['yaml', '[]\n'],
])('without records, %s has these bytes', (format, expected) => {
  expect(render({ format, rows: [] })).toBe(expected)
})

test('an INGR file with a hash says what everything above it hashes to, without a line end, and reads back', () => {
  const text = render({ isHashed: true, isDelimited: false })
  expect(text).toMatch(/\n# 2 records\n# sha256:[0-9a-f]{64}$/)
  expect(readIngr(text).records.map(({ fields, problem }) => [fields.get('$ID'), problem])).toEqual([
    ['ada', undefined],
    ['bob', undefined],
  ])
})

test('a column that cannot be in an INGR header is refused, and can be in JSON', () => {
  const columns = [{ name: 'a,b', type: undefined }]
  expect(renderExport({ ...file, columns })).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
  expect(render({ columns, format: 'jsonl', rows: [{ $ID: 'x', 'a,b': 1 }] })).toBe('{"a,b":1}\n')
})
