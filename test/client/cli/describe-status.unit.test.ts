import { expect, test } from 'vitest'
import { describeStatus } from '../../../client/cli/output/describe-status.ts'

const status = {
  directory: '/db',
  bare: false,
  branch: 'main',
  commit: 'a'.repeat(40),
  readModel: { file: 'x.sqlite', sizeBytes: 2048, commits: 3 },
  uncommitted: [],
  workTreeBehind: false,
  unreadable: [],
  merges: [],
}

test('a status for people says one fact a line', () => {
  expect(describeStatus(status)).toBe(
    'database     /db\nbranch       main at aaaaaaaaaaaa\nread model   3 commits, 2 KiB\nuncommitted  nothing\nunreadable   nothing\n',
  )
})

test('what is not committed and what cannot be read is counted and listed, and long lists are cut', () => {
  const unreadable = [
    { table: 'users', file: 'users/$records/u1.yaml', line: 2, key: 'u1', message: 'is odd' },
    { file: 'a.yaml', message: 'is \u001b[31mred' },
  ]
  const text = describeStatus({ ...status, uncommitted: Array.from({ length: 22 }, (_, index) => `f${index}`), unreadable })
  expect(text).toContain('uncommitted  22\n  f0\n')
  expect(text).toContain('  f19\n  and 2 more: --format json lists all\n')
  expect(text).toContain('unreadable   2\n  users/$records/u1.yaml:2: users/u1: is odd\n  a.yaml: is \\u001b[31mred\n')
})

test('merges that wait are listed with what to do', () => {
  const merges = [{ merge: '12345678', branch: 'main', source: 'proposal', open: 2 }]
  expect(describeStatus({ ...status, merges })).toContain(
    'merges       1 waits\n  12345678  proposal into main, 2 open at its start: ingitdb resolve --merge 12345678\n',
  )
})
