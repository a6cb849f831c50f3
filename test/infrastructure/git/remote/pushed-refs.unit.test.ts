import { expect, test } from 'vitest'
import { parsePushedRefs, toRejection } from '../../../../infrastructure/git/remote/pushed-refs.ts'

const rejection = (summary: string, stderr = '') =>
  parsePushedRefs(`To ../db.git\n!\trefs/heads/main:refs/heads/main\t${summary}\nDone`).map((pushed) => toRejection(pushed, stderr))

test.each([
  ['[rejected] (fetch first)', 'diverged'],
  ['[rejected] (non-fast-forward)', 'diverged'],
  ['[rejected] (remote ref updated since checkout)', 'diverged'],
  ['[rejected] (stale info)', 'stale'],
  ['[rejected] (already exists)', 'tag-exists'],
  ['[remote rejected] (branch is currently checked out)', 'checked-out'],
  ['[remote rejected] (failed to update ref)', 'raced'],
  ['[remote rejected] (cannot lock ref)', 'raced'],
  ['[remote rejected] (pre-receive hook declined)', 'declined'],
  ['[remote rejected] (protected branch hook declined)', 'declined'],
  ['[remote failure] (remote failed to report status)', 'other'],
])('git’s %j is %s', (summary, reason) => {
  expect(rejection(summary)).toMatchObject([{ ref: 'refs/heads/main', reason, said: [] }])
})

test('what hooks say is passed on, what git says about itself is not', () => {
  const stderr = 'Enumerating objects: 3, done.\nremote: Total 3 (delta 0)\nremote: \nremote: GH006: Protected branch update failed.\nTo x'
  expect(rejection('[remote rejected] (protected branch hook declined)', stderr)).toMatchObject([
    { said: ['GH006: Protected branch update failed.'] },
  ])
})
