import { describe, expect, test } from 'vitest'
import { checkNewName, parseNewName } from '../../../domain/version-control/check-new-name.ts'

const check = (name: string, ...among: readonly string[]) => checkNewName({ what: 'branch', name, among })

describe('the name of a new branch or tag', () => {
  test.each(['proposal', 'team/ada/proposal', 'v1.0', 'Zürich', 'a-b_c', '#12'])('can be %s', (name) => {
    expect(parseNewName('branch', name)).toEqual({ ok: true, value: name })
  })

  test.each(['', '-x', 'a..b', 'a b', '@', 'HEAD', 'a.lock', 'a/', '/a', 'a//b', 'a/.b', 'a~1', 'a:b', 'a\n', '\u0000', '@{u}', 'x'.repeat(201)])(
    'cannot be %j, which git refuses',
    (name) => {
      expect(parseNewName('tag', name)).toMatchObject({
        ok: false,
        failure: { kind: 'invalid-input', issues: [{ rule: 'tag-name', field: '/name' }] },
      })
    },
  )

  test.each([
    ['refs/heads/x', /leave out/],
    ['0123456789abcdef0123456789abcdef01234567', /taken for a commit/],
    ['é'.repeat(130), /too long/],
  ])('cannot be %s, and says why', (name, why) => {
    const parsed = parseNewName('branch', name)
    expect(parsed).toMatchObject({ ok: false, failure: { issues: [{ message: expect.stringMatching(why) }] } })
  })

  test('is taken when there is one', () => {
    expect(check('a', 'b', 'a')).toEqual({ kind: 'already-exists', what: 'branch', id: 'a' })
  })

  test.each([
    ['a', 'a/b'],
    ['a/b', 'a'],
    ['a/b/c', 'a/b'],
  ])('%s cannot be beside %s: git keeps one as a folder', (name, other) => {
    expect(check(name, other)).toMatchObject({ kind: 'already-exists', id: other, why: expect.stringMatching(/folder/) })
  })

  test.each([
    ['Main', 'main'],
    ['Team/x', 'team/y'],
    ['TEAM', 'team/y'],
    ['ZÜRICH', 'zürich'],
    ['u\u0308ber', '\u00fcber'],
  ])('%s cannot be beside %s: they differ only in case or in how it is written', (name, other) => {
    expect(check(name, other)).toMatchObject({ kind: 'already-exists', id: other, why: expect.stringMatching(/case/) })
  })

  test.each([
    ['a/b', 'a/c'],
    ['ab', 'a'],
    ['__proto__', 'constructor'],
  ])('%s can be beside %s', (name, other) => {
    expect(check(name, other)).toBeUndefined()
  })
})
