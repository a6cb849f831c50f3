import { describe, expect, test } from 'vitest'
import { parseBranchName } from '../../../domain/ids.ts'
import { checkProtection, inForce, type Protection } from '../../../domain/version-control/protection.ts'
import { formatProtections, parseProtections } from '../../../domain/version-control/protection-file.ts'

const protect = (name: string, more: Partial<Protection> = {}): Protection => {
  const branch = parseBranchName(name)
  if (branch === undefined) throw new Error(`no branch name: ${name}`)
  const by = { name: 'Ada', email: 'ada@example.org' }
  return { branch, reason: 'published', frozen: false, by, since: '2026-11-01T00:00:00Z', ...more }
}

describe('a protected branch', () => {
  test.each(['write', 'rewind', 'delete', 'rename'] as const)('refuses to %s, with reason and end', (action) => {
    const until = '2026-12-31T23:59:59Z'
    expect(checkProtection(protect('main', { until }), action)).toEqual({
      ok: false,
      failure: { kind: 'protected', branch: 'main', action, reason: 'published', frozen: false, until },
    })
  })

  test('takes merges, unless it is frozen', () => {
    expect(checkProtection(protect('main'), 'merge').ok).toBe(true)
    expect(checkProtection(protect('main', { frozen: true }), 'merge')).toMatchObject({
      failure: { kind: 'protected', action: 'merge', frozen: true },
    })
  })

  test('is one no longer when its time has come', () => {
    const [ended, lasting] = [protect('a', { until: '2026-01-01T00:00:00Z' }), protect('b')]
    const end = Date.parse('2026-01-01T00:00:00Z') / 1000
    expect(inForce([ended, lasting], end - 1)).toEqual([ended, lasting])
    expect(inForce([ended, lasting], end)).toEqual([lasting])
  })

  test('a branch without protection refuses nothing', () => {
    expect(checkProtection(undefined, 'rewind').ok).toBe(true)
  })
})

describe('the list of protected branches', () => {
  test('is read as it was written, in an order of its own', () => {
    const [main, proto] = [protect('main', { frozen: true, until: '2027-01-01T00:00:00Z' }), protect('__proto__')]
    expect(parseProtections(formatProtections([main, proto]), 'x')).toEqual({ ok: true, value: [proto, main] })
    expect(formatProtections([main, proto])).toBe(formatProtections([proto, main]))
  })

  const entry = { ...protect('main') }
  test.each([
    ['no JSON', '{'],
    ['no list', '{"version":1}'],
    ['a list alone', '[]'],
    ['of another version', '{"version":2,"protections":[]}'],
    ['with a branch that cannot be', JSON.stringify({ version: 1, protections: [{ ...entry, branch: '-x' }] })],
    ['with an end that is no time', JSON.stringify({ version: 1, protections: [{ ...entry, until: 'soon' }] })],
    ['with an entry by nobody', JSON.stringify({ version: 1, protections: [{ ...entry, by: null }] })],
  ])('is refused as a whole when it is %s: what is not understood protects', (_what, text) => {
    expect(parseProtections(text, 'refs/x')).toMatchObject({ ok: false, failure: { kind: 'invalid-database', issues: [{ file: 'refs/x' }] } })
  })
})
