import { describe, expect, test } from 'vitest'
import { describeFailure } from '../../../api/contract/describe-failure.ts'
import { problems } from '../../../api/contract/problem.ts'
import { toProblemDetails } from '../../../api/contract/problem-details.ts'
import type { Failure, Issue } from '../../../api/contract/result.ts'

const issue: Issue = {
  rule: 'type',
  message: 'the field "age" must be an integer',
  table: 'users',
  key: 'u1',
  field: '/age',
  value: 'x',
  file: 'users/u1.yaml',
  line: 3,
}

const examples: { readonly [Kind in Failure['kind']]: Extract<Failure, { readonly kind: Kind }> } = {
  'invalid-input': { kind: 'invalid-input', issues: [issue] },
  'invalid-database': {
    kind: 'invalid-database',
    issues: [{ rule: 'definition', message: 'unknown key "colums"', file: 'a/definition.yaml', line: 2 }],
  },
  'not-found': { kind: 'not-found', what: 'table', id: 'usres', among: ['orders', 'users'] },
  'already-exists': { kind: 'already-exists', what: 'record', id: 'users/u1' },
  'constraint-violation': { kind: 'constraint-violation', issues: [{ rule: 'unique', message: 'email is taken by u2', table: 'users', key: 'u1' }] },
  'version-conflict': { kind: 'version-conflict', what: 'record', id: 'users/u1', expected: 'aaa', actual: undefined },
  'request-reused': { kind: 'request-reused', requestId: 'r1', commit: '0123456789abcdef' },
  'push-rejected': {
    kind: 'push-rejected',
    remote: 'origin',
    refs: [{ ref: 'refs/heads/main', reason: 'diverged', why: 'fetch first', said: [] }],
    pushed: [],
  },
  'uncommitted-changes': { kind: 'uncommitted-changes', paths: ['users/u1.yaml'] },
  protected: { kind: 'protected', branch: 'main', action: 'write', reason: 'changes go through proposals', frozen: false },
  'not-merged': { kind: 'not-merged', branch: 'idea', into: 'main', commit: '0123456789abcdef', ahead: 3 },
  'checked-out': { kind: 'checked-out', branch: 'idea', worktree: 'db-idea' },
  'limit-exceeded': { kind: 'limit-exceeded', what: 'record users/u1', limit: 10, actual: 50, unit: 'bytes' },
  unsupported: { kind: 'unsupported', what: 'the reftable format', why: 'use the files format' },
  unavailable: { kind: 'unavailable', what: 'the branch', why: 'another program holds its lock' },
}

describe('a failure in words', () => {
  test.each(Object.values(examples))('$kind has one sentence, without a line break', (failure) => {
    const { summary, lines } = describeFailure(failure)
    expect(summary).toMatch(/^\S.*\S$/)
    expect([summary, ...lines].join('')).not.toMatch(/[\u0000-\u001f]/)
  })

  test('a single issue says what, why and where', () => {
    expect(describeFailure(examples['invalid-input'])).toEqual({
      summary: 'users/u1: the field "age" must be an integer',
      lines: ['in users/u1.yaml:3'],
      remedy: 'ingitdb describe users',
    })
  })

  test('many issues get a line each, up to twenty', () => {
    const { summary, lines } = describeFailure({ kind: 'invalid-input', issues: Array.from({ length: 25 }, () => issue) })
    expect(summary).toBe('25 things are not valid')
    expect(lines.length).toBe(21)
    expect(lines[0]).toBe('users/u1.yaml:3: users/u1: the field "age" must be an integer')
    expect(lines[20]).toBe('and 5 more')
  })

  test('a mistyped table is answered with the one that was meant', () => {
    expect(describeFailure(examples['not-found'])).toEqual({
      summary: 'table usres does not exist',
      lines: ['did you mean users?'],
      remedy: 'ingitdb list tables',
    })
  })

  test('a mistyped column is answered with the one that was meant, and with where to look', () => {
    const mistyped = { name: 'agee', among: ['$id', 'name', 'age'] }
    const unknown: Issue = { rule: 'unknown-column', message: 'there is no column agee', table: 'users', mistyped }
    expect(describeFailure({ kind: 'invalid-input', issues: [unknown] })).toEqual({
      summary: 'users: there is no column agee',
      lines: ['did you mean age?'],
      remedy: 'ingitdb describe users',
    })
    expect(describeFailure({ kind: 'invalid-input', issues: [unknown, issue] }).lines[0]).toBe('users: there is no column agee; did you mean age?')
    expect(toProblemDetails({ kind: 'invalid-input', issues: [unknown] })).toMatchObject({
      detail: 'users: there is no column agee: did you mean age?',
      errors: [{ detail: 'there is no column agee' }],
    })
  })

  test.each([
    ['XOF', false, "'currency==XOF'"],
    ['12', true, "'currency~12'"],
    ['a b', false, `'currency=="a b"'`],
    ['null', false, `'currency=="null"'`],
    [`it's "x"`, false, `'currency=="it'\\''s ""x"""'`],
  ])('a record %s that others refer to: the next command shows those', (key, isList, where) => {
    const referrers = { table: 'countries', column: 'currency', isList }
    const issues = [{ rule: 'referenced', message: 'cannot be deleted', table: 'currencies', key, referrers }]
    expect(describeFailure({ kind: 'constraint-violation', issues }).remedy).toBe(`ingitdb select --from countries --where ${where}`)
  })

  test('more that is known about what is missing is said instead', () => {
    const failure: Failure = { kind: 'not-found', what: 'commit', id: '2001-01-01', why: 'there was no commit as early as 2001-01-01' }
    expect(describeFailure(failure)).toEqual({ summary: 'there was no commit as early as 2001-01-01', lines: [], remedy: 'ingitdb log' })
  })

  test.each<[Failure, string, string | undefined]>([
    [{ kind: 'not-found', what: 'database', id: '/a' }, 'database /a does not exist', 'ingitdb init DIR'],
    [{ kind: 'not-found', what: 'folder', id: '/a' }, 'folder /a does not exist', 'ingitdb init /a'],
    [{ kind: 'already-exists', what: 'database', id: '/a' }, 'there is a database in /a already', 'ingitdb status --path /a'],
    [{ kind: 'already-exists', what: 'folder', id: '/a' }, 'folder /a is not empty', 'ingitdb init /a/db'],
    [{ kind: 'already-exists', what: 'file', id: '/a' }, 'file /a exists already', undefined],
  ])('%j', (failure, summary, remedy) => {
    expect(describeFailure(failure)).toMatchObject({ summary, remedy })
  })

  test('control characters of a name do not reach the terminal', () => {
    const { summary } = describeFailure({ kind: 'not-found', what: 'table', id: 'a\u001b[31mb\nc' })
    expect(summary).toBe('table a\\u001b[31mb\\u000ac does not exist')
  })

  test('a remedy is one safe shell command', () => {
    expect(describeFailure({ kind: 'not-found', what: 'record', id: 'spaces/fam/contacts/c1' }).remedy).toBe(
      "ingitdb select --from spaces/fam/contacts --fields '$id'",
    )
    expect(describeFailure({ kind: 'already-exists', what: 'table', id: "a'; rm -rf ~" }).remedy).toBe("ingitdb describe 'a'\\''; rm -rf ~'")
  })
})

describe('problem details', () => {
  test.each(Object.values(examples))('$kind has the five members of RFC 9457 and its kind', (failure) => {
    const details = toProblemDetails(failure)
    expect(details).toMatchObject({ kind: failure.kind, status: problems[failure.kind].status, title: problems[failure.kind].title })
    expect(details.type).toBe(`/docs/reference/failures#${failure.kind}`)
    expect(details.detail).not.toBe('')
  })

  test('issues carry JSON pointers and places, not the values of records', () => {
    expect(toProblemDetails(examples['invalid-input']).errors).toEqual([
      { detail: 'the field "age" must be an integer', rule: 'type', pointer: '/age', table: 'users', key: 'u1', file: 'users/u1.yaml', line: 3 },
    ])
  })

  test("a failure's own members come along", () => {
    expect(toProblemDetails(examples['limit-exceeded'])).toMatchObject({ limit: 10, actual: 50, unit: 'bytes' })
  })
})
