import { describe, expect, test } from 'vitest'
import { toStoredForm } from '../../../domain/record/stored-form.ts'
import { tableOf } from '../../support/given-records.ts'

const stored = (format: 'yaml' | 'csv' | 'ingr' | 'markdown', fields: Parameters<typeof toStoredForm>[1]) =>
  toStoredForm({ ...tableOf('t', { columns: { a: 'any' } }), recordFile: { name: 'x', format, type: 'list' } }, fields)

describe('the stored form of a record', () => {
  test.each(['csv', 'ingr'] as const)('has no null fields in %s', (format) => {
    expect(stored(format, { a: null, b: 1, c: { d: null } })).toEqual({ b: 1, c: { d: null } })
  })
  test('has null fields where the format knows them', () => {
    expect(stored('yaml', { a: null })).toEqual({ a: null })
  })
  test('always has the content of a Markdown record', () => {
    expect(stored('markdown', { a: 1 })).toEqual({ a: 1, $content: '' })
    expect(stored('markdown', { a: null, $content: null })).toEqual({ a: null, $content: '' })
    expect(stored('markdown', { $content: 'x' })).toEqual({ $content: 'x' })
  })
})
