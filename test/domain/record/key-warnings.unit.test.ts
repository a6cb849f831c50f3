import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findKeyWarnings } from '../../../domain/record/key-warnings.ts'
import { parseRecordKey } from '../../../domain/record/record-key.ts'

describe('a key that Windows cannot hold', () => {
  test.each(['CON', 'con', 'Nul', 'PRN', 'aux', 'COM1', 'lpt9', 'LPT¹', 'com³', 'CONIN$', 'con.backup', 'nul .x'])(
    'is allowed, with a warning: %s',
    (key) => {
      expect(parseRecordKey(key)).toBe(key)
      expect(findKeyWarnings(key)).toEqual(['is a name that Windows reserves for a device'])
    },
  )

  test('may have a character that Windows forbids', () => {
    expect(findKeyWarnings('a:b')).toEqual(['contains :, which no file name on Windows can'])
    expect(findKeyWarnings('nul.*')).toHaveLength(2)
  })

  test.each(['CONS', 'com', 'COM0', 'com10', 'xnul', 'auxiliary', 'a.con', '漢', 'a b'])('is not one that only looks like it: %s', (key) => {
    expect(findKeyWarnings(key)).toEqual([])
  })

  test('is none of letters and digits that are longer than the reserved names', () => {
    fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{7,40}$/), (key) => findKeyWarnings(key).length === 0))
  })
})
