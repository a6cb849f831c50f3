import { expect, test } from 'vitest'
import { parseColumnType } from '../../../domain/table/column-type.ts'

test('a column type is a simple type, a list of one, or a map', () => {
  expect(parseColumnType('datetime')).toEqual({ kind: 'scalar', of: 'datetime' })
  expect(parseColumnType('[]int')).toEqual({ kind: 'list', of: 'int' })
  expect(parseColumnType('map[locale]string')).toEqual({ kind: 'map', key: 'locale', value: 'string' })
  expect(parseColumnType('map[number]whatever')).toEqual({ kind: 'map', key: 'number', value: 'whatever' })
})

test('nothing else is a column type', () => {
  for (const text of ['', 'number', 'String', ' string', '[]', '[][]int', '[]map[string]any', 'map', 'map[', 'map[]x', 'map[float]x', 'map[string'])
    expect(parseColumnType(text), text).toBeUndefined()
})
