import { describe, expect, test } from 'vitest'
import { decodeKeys } from '../../../client/cli/keys.ts'
import { drawConflicts } from '../../../client/cli/output/draw-conflicts.ts'
import { type Conflict, formatConflicts } from '../../../client/cli/output/format-conflicts.ts'
import { countColumns, cutMiddle } from '../../../client/cli/output/text-width.ts'

const by = { commit: 'a'.repeat(40), author: { name: 'Ada', email: 'a@x' }, time: '2026-01-02T03:04:05Z' }
const field = (pointer: string, more: Partial<Conflict> = {}): Conflict => ({
  ...{ type: 'field', table: 'users', id: 'u1', pointer, base: '1', ours: '2', theirs: '3', message: 'both sides changed it' },
  ...more,
})

describe('conflicts for people', () => {
  test('are grouped by record, with fields, sides, and who made them', () => {
    expect(formatConflicts([field('/age', { oursBy: by }), field('/address/city')], { color: false })).toBe(
      [
        'users/u1',
        '  age: both sides changed it',
        '    base    1',
        '    ours    2  Ada, 2026-01-02 03:04, aaaaaaaa',
        '    theirs  3',
        '  /address/city: both sides changed it',
        '    base    1',
        '    ours    2',
        '    theirs  3',
        '',
      ].join('\n'),
    )
  })

  test('of a broken rule name the records that can be changed', () => {
    const rule: Conflict = {
      type: 'constraint',
      table: 'users',
      id: 'u1',
      rule: 'foreign-key',
      message: 'there is no teams/red',
      involved: [{ table: 'teams', id: 'red', oursBy: by }],
    }
    expect(formatConflicts([rule], { color: false })).toBe(
      'users/u1\n  there is no teams/red\n    teams/red  ours: Ada, 2026-01-02 03:04, aaaaaaaa\n',
    )
  })

  test('are cut to the terminal in the middle of long values, and beyond fifty', () => {
    const long = field('/bio', { ours: `"${'x'.repeat(200)}end"`, oursBy: by })
    const text = formatConflicts(
      Array.from({ length: 60 }, () => long),
      { color: false, width: 60 },
    )
    for (const line of text.split('\n')) expect(countColumns(line)).toBeLessThanOrEqual(60)
    expect(text).toContain('xend"\n')
    expect(text).toContain('and 10 more: --format json lists all')
  })

  test('never send control characters to the terminal', () => {
    const text = formatConflicts([field('/a', { ours: '"\u001b[31m\u202e"', message: 'x\u0007' })], { color: false })
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
  })
})

test('a value is cut in its middle, by the columns that it takes', () => {
  expect(cutMiddle('abcdefghij', 5)).toBe('ab…ij')
  expect(countColumns(cutMiddle('漢字漢字漢字漢字', 7))).toBeLessThanOrEqual(7)
})

describe('the screen', () => {
  const items = Array.from({ length: 30 }, (_, index) => ({
    id: `${index}`,
    conflict: field(`/f${index}`, { ours: `"${'長'.repeat(90)}"`, oursBy: by, theirsBy: by }),
    settled: index === 0 ? 'ours' : undefined,
  }))
  const screen = { title: 'merge 12345678: proposal (theirs) into main (ours)', items, at: 20, record: 0, notice: '' }

  test.each([
    [80, 24],
    [40, 24],
    [24, 12],
    [200, 60],
  ])('fits %i columns and %i rows, and shows the conflict under the cursor', (columns, rows) => {
    const lines = drawConflicts(screen, { columns, rows }, false)
    expect(lines.length).toBeLessThanOrEqual(rows)
    for (const line of lines) expect(countColumns(line)).toBeLessThanOrEqual(columns)
    expect(lines.join('\n')).toContain('› ○ users/u1 f20')
  })

  test('says so when nothing is in conflict', () => {
    expect(drawConflicts({ ...screen, items: [], at: 0 }, { columns: 80, rows: 24 }, false).join('\n')).toContain('all settled')
  })
})

test('keys are told apart, also several that arrive at once', () => {
  expect(decodeKeys('ot\u001b[A\u001bOB\u001b[1;5C\u0003é\u001b')).toEqual(['o', 't', 'up', 'down', '\u001b[1;5C', 'ctrl-c', 'é', 'escape'])
})
