import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkRecordKey, explainRecordKey, joinKey, ownKey, parentKey, parseRecordKey } from '../../../domain/record/record-key.ts'
import { tableOf } from '../../support/given-records.ts'

const files = tableOf('users', { columns: { name: 'string' } })
const rows = tableOf('rows', { columns: { name: 'string' }, recordFile: { name: 'rows.json', format: 'json', type: 'list' } })

describe('a record key is refused when it', () => {
  test.each([
    ['is empty', ''],
    ['is a dot', '.'],
    ['is two dots', '..'],
    ['starts with a dot', '.hidden'],
    ['holds a slash', 'a/b'],
    ['holds a backslash', 'a\\b'],
    ['holds NUL', 'a\u0000b'],
    ['holds a line break', 'a\nb'],
    ['holds DEL', 'a\u007fb'],
    ['holds a C1 control character', 'a\u0085b'],
    ['holds half of a surrogate pair', 'a\ud800b'],
    ['is the records directory', '$records'],
    ['is the records directory in other letters', '$Records'],
    ['ends with a dot', 'a.'],
    ['ends with a space', 'a '],
    ['is __proto__', '__proto__'],
    ['is longer than 255 bytes', 'é'.repeat(128)],
  ])('%s', (_why, key) => {
    expect(parseRecordKey(key)).toBeUndefined()
    expect(checkRecordKey(files, key)).toMatchObject({ rule: 'key', table: 'users', key })
    expect(checkRecordKey(rows, key)).toMatchObject({ rule: 'key', table: 'rows', key })
  })
})

describe('.git is refused as a key in every disguise', () => {
  test.each([
    '.git',
    '.GIT',
    '.Git',
    '.git ',
    '.git.',
    '.git . .',
    '.g\u0131t',
    '.git\u200c',
    '.g\u200dit',
    '\u200c.git',
    '\ufeff.git',
    '.gi\u206at',
    'git~1',
    'GIT~1',
    'git~2',
    'git~1 ',
    'git~1.',
    '.git::$INDEX_ALLOCATION',
    'git~1::$INDEX_ALLOCATION',
    '.git:stream',
    '\uff0egit',
    '.\uff47\uff49\uff54',
  ])('%j', (key) => {
    expect(parseRecordKey(key)).toBeUndefined()
  })
})

describe('a record key is taken when it', () => {
  test.each([
    ['is plain', 'u1'],
    ['is reserved on Windows only', 'CON'],
    ['is a Windows device with a superscript digit', 'LPT\u00b9'],
    ['holds dots inside', 'v1.2.3'],
    ['holds spaces inside', 'New York'],
    ['starts with a dash', '-x'],
    ['is percent encoded', '%2e%2e'],
    ['is an emoji', '😀'],
    ['is Turkish', 'ısparta'],
    ['looks a little like git', 'git'],
    ['is gitignore without the dot', 'gitignore'],
    ['is a member of every object', 'constructor'],
    ['is 250 bytes long', 'a'.repeat(250)],
  ])('%s', (_why, key) => {
    expect(parseRecordKey(key)).toBe(key)
    expect(checkRecordKey(files, key)).toBeUndefined()
  })
})

test('the extension counts when the key names a file, and only then', () => {
  expect(checkRecordKey(files, 'a'.repeat(251))).toMatchObject({ rule: 'key', message: expect.stringContaining('255 bytes') })
  expect(checkRecordKey(rows, 'a'.repeat(255))).toBeUndefined()
})

test('each part of a file name pattern counts by itself', () => {
  const nested = tableOf('nested', { columns: {}, recordFile: { name: '{key}/{key}.yaml', format: 'yaml', type: 'single' } })
  expect(checkRecordKey(nested, 'a'.repeat(200))).toBeUndefined()
})

test('a pattern that would turn a key into .git is noticed', () => {
  const dotted = tableOf('dotted', { columns: {}, recordFile: { name: 'git~{key}', format: 'yaml', type: 'single' } })
  expect(checkRecordKey(dotted, '1')).toMatchObject({ rule: 'key' })
})

test('the parts of a composite key are joined by U+001F, in tables whose records share a file', () => {
  expect(parseRecordKey('a\u001fb')).toBe('a\u001fb')
  expect(checkRecordKey(rows, 'a\u001fb')).toBeUndefined()
  expect(checkRecordKey(files, 'a\u001fb')).toMatchObject({ rule: 'key', message: expect.stringContaining('control character') })
})

test('a table of a single fixed file has a single key', () => {
  const settings = tableOf('settings', { columns: {}, recordFile: { name: 'settings.yaml', format: 'yaml', type: 'single' } })
  expect(checkRecordKey(settings, 'settings')).toBeUndefined()
  expect(checkRecordKey(settings, 'other')).toMatchObject({ message: expect.stringContaining('"settings"') })
})

test('an accepted key survives as a file name: no separators, no control characters, at most 255 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const key = parseRecordKey(text)
      if (key === undefined) return
      expect(key).not.toMatch(/[/\\\u0000-\u001e\u007f]|^\.|[. ]$/)
      expect(Buffer.from(key, 'utf8').toString('utf8')).toBe(text)
      expect(Buffer.byteLength(key)).toBeLessThanOrEqual(255)
    }),
  )
})

describe('a key in a subcollection', () => {
  test('is the key of the record above and its own, joined by a slash', () => {
    expect(parseRecordKey('family/c1', 2)).toBe('family/c1')
    expect([ownKey('family/c1'), parentKey('family/c1'), joinKey('family', 'c1')]).toEqual(['c1', 'family', 'family/c1'])
    expect([ownKey('u1'), parentKey('u1'), joinKey(undefined, 'u1')]).toEqual(['u1', undefined, 'u1'])
  })

  test('has as many parts as there are tables', () => {
    expect(explainRecordKey('c1', 2)).toContain('must have 2 parts')
    expect(explainRecordKey('a/b/c', 2)).toContain('must have 2 parts')
    expect(explainRecordKey('a/', 2)).toContain('is empty')
    expect(explainRecordKey('../c1', 2)).toContain('starts with a dot')
  })
})
