import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { OperationInput, OperationName } from '../../api/contract/operations.ts'
import type { Database } from '../../api/database.ts'
import { commitForeign } from '../support/commit-foreign.ts'
import { runGit } from '../support/temporary-repository.ts'
import { callChecked, commitOurs, commitTheirs, type Files, openTwoBranches } from '../support/two-branches.ts'

const definition = (columns: string): string =>
  `record_file:\n    name: '{key}.yaml'\n    format: yaml\n    type: 'map[string]any'\ncolumns:\n${columns}`
const column = (name: string, ...settings: readonly string[]): string =>
  `    ${name}:\n        type: string\n${settings.map((setting) => `        ${setting}\n`).join('')}`

const start = {
  '.ingitdb/root-collections.yaml': 'users: users\nteams: teams\n',
  'users/.collection/definition.yaml': definition(column('name') + column('email') + column('team', 'foreign_key: teams')),
  'users/.collection/rules.yaml': 'unique: [email]\n',
  'teams/.collection/definition.yaml': definition(column('title')),
  'teams/$records/red.yaml': 'title: Red\n',
  'users/$records/ada.yaml': '# the first\nname: Ada\nemail: ada@x\n',
  'users/$records/bob.yaml': 'name: Bob\nemail: bob@x\n',
}

const ada = 'users/$records/ada.yaml'
const bob = 'users/$records/bob.yaml'

let path: string
let database: Database
beforeEach(async () => {
  const branches = await openTwoBranches(start)
  path = branches.path
  database = branches.database
  return () => branches[Symbol.asyncDispose]()
})

const ours = (files: Files) => commitOurs(path, files)
const theirs = (files: Files) => commitTheirs(path, files)

const call = <Name extends OperationName>(name: Name, input: OperationInput<Name>) => callChecked(database, name, input)
const pick = async (input: OperationInput<'cherryPick'>) => {
  const answer = await call('cherryPick', input)
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  return answer.value
}
const revert = async (input: OperationInput<'revertCommits'>) => {
  const answer = await call('revertCommits', input)
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  return answer.value
}
const undo = async () => {
  const answer = await call('undo', {})
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  return answer.value
}
const file = (name: string): string => readFileSync(join(path, name), 'utf8')
const head = (branch = 'main'): string => runGit(path, 'rev-parse', branch)
const refs = (): string => runGit(path, 'for-each-ref', 'refs/heads', 'refs/ingitdb/merges')
const messages = (range: string): readonly string[] => runGit(path, 'log', '--reverse', '--format=%s', range).split('\n')

describe('a cherry-pick', () => {
  test('makes the change of a commit once more, by its author, and says where it is from', async () => {
    ours({ [ada]: '# the first\nname: Ada\nemail: ada@y\n' })
    theirs({ [bob]: 'name: Rob\nemail: bob@x\n' })
    runGit(path, 'switch', '--quiet', 'proposal')
    writeFileSync(join(path, ada), '# the first\nname: Ada L.\nemail: ada@x\n')
    const request = '\n\nIngitdb-Request: 1 abc'
    const person = ['-c', 'user.name=Eve', '-c', 'user.email=eve@x']
    runGit(path, ...person, 'commit', '--quiet', '--all', '--date=1700000000 +0200', '--message', `rename ada\n\nwhy${request}`)
    runGit(path, 'switch', '--quiet', 'main')
    const source = head('proposal')
    expect(await pick({ revisions: ['proposal'] })).toMatchObject({
      status: 'changed',
      commit: head(),
      done: [{ of: source, subject: 'rename ada', commit: head(), unchanged: false, changes: [{ table: 'users', id: 'ada', change: 'updated' }] }],
      remaining: [],
    })
    expect(file(ada)).toBe('# the first\nname: Ada L.\nemail: ada@y\n')
    expect(file(bob)).toContain('name: Bob')
    expect(runGit(path, 'log', '-1', '--date=raw', '--format=%an %ae %ad %P', 'main')).toBe(`Eve eve@x 1700000000 +0200 ${head('main~1')}`)
    expect(runGit(path, 'log', '-1', '--format=%B', 'main').trim()).toBe(`rename ada\n\nwhy\n\n(cherry picked from commit ${source})`)
    expect(runGit(path, 'status', '--porcelain')).toBe('')
  })

  test('of a range takes what the one has and the other has not, oldest first, each its own commit', async () => {
    theirs({ [bob]: 'name: Rob\nemail: bob@x\n' })
    theirs({ [bob]: 'name: Robert\nemail: bob@x\n', 'users/$records/cy.yaml': 'name: Cy\n' })
    theirs({ 'users/$records/cy.yaml': 'name: Cyd\n' })
    ours({ [ada]: 'name: Ada\n' })
    const before = head()
    const tried = await pick({ revisions: ['main..proposal'], dryRun: true })
    expect(tried).toMatchObject({ status: 'changed', dryRun: true, done: [{}, {}, { changes: [{ id: 'cy', change: 'updated' }] }] })
    expect(head()).toBe(before)
    expect((await pick({ revisions: ['..proposal'] })).done.map(({ changes }) => changes.map(({ id }) => id))).toEqual([
      ['bob'],
      ['bob', 'cy'],
      ['cy'],
    ])
    expect(messages(`${before}..main`)).toHaveLength(3)
    expect(file(bob)).toContain('Robert')
    expect(file('users/$records/cy.yaml')).toBe('name: Cyd\n')
    const answer = await call('getRecord', { table: 'users', id: 'cy' })
    expect(answer.ok && answer.value.json).toBe('{"$id":"cy","name":"Cyd"}')
    const report = await call('validateDatabase', {})
    expect(report.ok && report.value.findings).toEqual([])
  })

  test('that changes nothing makes no commit', async () => {
    theirs({ [bob]: 'name: Rob\nemail: bob@x\n' })
    ours({ [bob]: 'name: Rob\nemail: bob@x\n' })
    const before = head()
    expect(await pick({ revisions: ['proposal'] })).toMatchObject({ status: 'unchanged', commit: before, done: [{ unchanged: true, changes: [] }] })
    expect(head()).toBe(before)
  })

  test('of the first commit, which has nothing before it, adds what it has', async () => {
    runGit(path, 'checkout', '--quiet', '--orphan', 'other')
    runGit(path, 'rm', '-r', '--quiet', '--cached', '.')
    runGit(path, 'clean', '-fdxq')
    runGit(path, 'commit', '--quiet', '--allow-empty', '--message', 'empty')
    runGit(path, 'checkout', '--quiet', 'main')
    const tree = runGit(path, 'rev-parse', `${commitForeign(path, { 'users/$records/cy.yaml': 'name: Cy\n' }, 'other')}^{tree}`)
    const root = runGit(path, 'commit-tree', '-m', 'root', tree)
    expect(await pick({ revisions: [root] })).toMatchObject({ status: 'changed', done: [{ changes: [{ id: 'cy', change: 'added' }] }] })
    expect(file(ada)).toContain('Ada')
  })

  test('of a merge needs to know which side counts', async () => {
    theirs({ [bob]: 'name: Rob\nemail: bob@x\n' })
    runGit(path, 'branch', 'side', 'main')
    commitForeign(path, { [ada]: 'name: A\n' }, 'side')
    const merged = await call('mergeBranch', { source: 'proposal', into: 'side' })
    expect(merged.ok && merged.value.status).toBe('merged')
    expect(await call('cherryPick', { revisions: ['side'] })).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-input', issues: [{ rule: 'mainline' }] },
    })
    expect(await call('cherryPick', { revisions: ['side'], mainline: 3 })).toMatchObject({ ok: false, failure: { kind: 'invalid-input' } })
    expect((await pick({ revisions: ['side'], mainline: 1 })).done).toMatchObject([{ changes: [{ id: 'bob' }] }])
    expect(file(ada)).toContain('name: Ada')
  })

  test('in conflict waits like a merge; what came before it stays, what comes after it is named', async () => {
    ours({ [ada]: 'name: A\nemail: ada@x\n' })
    theirs({ [bob]: 'name: Rob\nemail: bob@x\n' })
    const second = theirs({ [ada]: 'name: B\nemail: ada@x\n' })
    const third = theirs({ 'users/$records/cy.yaml': 'name: Cy\n' })
    const answer = await pick({ revisions: ['main..proposal'] })
    expect(answer).toMatchObject({
      status: 'conflicts',
      done: [{ changes: [{ id: 'bob' }] }],
      stopped: { of: second },
      remaining: [third],
      conflicts: [{ type: 'field', id: 'ada', pointer: '/name', ours: '"A"', theirs: '"B"' }],
    })
    expect(file(bob)).toContain('Rob')
    expect(answer.commit).toBe(head())
    expect(runGit(path, 'status', '--porcelain')).toBe('')
    await call('resolveConflicts', { all: 'theirs' })
    expect(await call('continueMerge', { merge: answer.merge })).toMatchObject({ ok: true, value: { status: 'merged' } })
    expect(file(ada)).toContain('name: B')
    expect(runGit(path, 'log', '-1', '--format=%B', 'main')).toContain(`(cherry picked from commit ${second})`)
    expect(runGit(path, 'rev-list', '--parents', '-1', 'main').split(' ')).toHaveLength(2)
    expect((await pick({ revisions: [third] })).status).toBe('changed')
  })

  test('of a record that refers to one which is not here is in conflict, and moves nothing', async () => {
    theirs({ 'teams/$records/blue.yaml': 'title: Blue\n' })
    theirs({ 'users/$records/cy.yaml': 'name: Cy\nteam: blue\n' })
    const before = head()
    expect(await pick({ revisions: ['proposal'] })).toMatchObject({
      status: 'conflicts',
      conflicts: [{ type: 'constraint', rule: 'foreign-key', id: 'cy' }],
    })
    expect(head()).toBe(before)
    expect((await pick({ revisions: ['main..proposal'] })).status).toBe('changed')
    const report = await call('validateDatabase', {})
    expect(report.ok && report.value.findings).toEqual([])
  })

  test('can be decided by a strategy', async () => {
    ours({ [ada]: 'name: A\nemail: ada@x\n' })
    theirs({ [ada]: 'name: B\nemail: ada@x\n' })
    expect((await pick({ revisions: ['proposal'], strategy: 'theirs' })).status).toBe('changed')
    expect(file(ada)).toContain('name: B')
  })

  test('onto a branch that is not checked out leaves the files alone', async () => {
    const commit = ours({ [bob]: 'name: Rob\nemail: bob@x\n' })
    expect(await pick({ revisions: [commit], branch: 'proposal' })).toMatchObject({ status: 'changed', branch: 'proposal', commit: head('proposal') })
    expect(head()).toBe(commit)
    expect(runGit(path, 'show', `proposal:${bob}`)).toContain('Rob')
    expect(runGit(path, 'status', '--porcelain')).toBe('')
  })

  test('keeps out of the way of files that the user has edited', async () => {
    theirs({ [bob]: 'name: Rob\nemail: bob@x\n' })
    writeFileSync(join(path, bob), 'name: mine\n')
    const before = head()
    expect(await call('cherryPick', { revisions: ['proposal'] })).toMatchObject({ ok: false, failure: { kind: 'uncommitted-changes', paths: [bob] } })
    expect(head()).toBe(before)
  })

  test('onto a protected branch is refused, and can be tried', async () => {
    theirs({ [bob]: 'name: Rob\nemail: bob@x\n' })
    await call('protectBranch', { name: 'main', reason: 'reviewed' })
    expect(await call('cherryPick', { revisions: ['proposal'] })).toMatchObject({ ok: false, failure: { kind: 'protected', action: 'write' } })
    expect(await call('cherryPick', { revisions: ['proposal'], dryRun: true })).toMatchObject({ ok: true })
  })

  test.each([
    [{ revisions: [] }, { kind: 'invalid-input' }],
    [{ revisions: ['nothing'] }, { kind: 'not-found', what: 'commit' }],
    [{ revisions: ['--all'] }, { kind: 'not-found', what: 'commit' }],
    [{ revisions: ['main..nothing'] }, { kind: 'not-found', what: 'commit' }],
    [{ revisions: ['main...proposal'] }, { kind: 'invalid-input' }],
    [{ revisions: ['a..b..c'] }, { kind: 'invalid-input' }],
    [{ revisions: ['worktree'] }, { kind: 'unsupported' }],
    [{ revisions: ['proposal'], mainline: 2 }, { kind: 'invalid-input' }],
    [
      { revisions: ['proposal'], branch: 'nowhere' },
      { kind: 'not-found', what: 'branch' },
    ],
    [{ revisions: ['proposal'], branch: 'a..b' }, { kind: 'invalid-input' }],
  ] as const)('of %j is refused', async (input, failure) => {
    const before = refs()
    expect(await call('cherryPick', input)).toMatchObject({ ok: false, failure })
    expect(refs()).toBe(before)
  })
})

describe('a revert', () => {
  test('takes back what a commit changed, and leaves what came after it', async () => {
    const commit = ours({ [ada]: '# the first\nname: A\nemail: ada@x\n', 'users/$records/cy.yaml': 'name: Cy\n' })
    ours({ [ada]: '# the first\nname: A\nemail: ada@y\n' })
    expect(await revert({ revisions: [commit] })).toMatchObject({
      status: 'changed',
      done: [{ of: commit, changes: [{ id: 'ada' }, { id: 'cy', change: 'deleted' }] }],
    })
    expect(file(ada)).toBe('# the first\nname: Ada\nemail: ada@y\n')
    const subject = runGit(path, 'log', '-1', '--format=%s', commit)
    expect(runGit(path, 'log', '-1', '--format=%B', 'main').trim()).toBe(`revert "${subject}"\n\nThis reverts commit ${commit}.`)
    expect(runGit(path, 'status', '--porcelain')).toBe('')
  })

  test('of a range begins with the newest', async () => {
    const before = head()
    ours({ [ada]: 'name: A\n' })
    ours({ [ada]: 'name: B\n' })
    const answer = await revert({ revisions: [`${before}..`] })
    expect(answer.done).toHaveLength(2)
    expect(file(ada)).toBe('# the first\nname: Ada\nemail: ada@x\n')
    expect(runGit(path, 'diff', before, 'main')).toBe('')
  })

  test('of a merge takes back what it brought', async () => {
    ours({ [ada]: 'name: A\nemail: ada@x\n' })
    theirs({ [bob]: 'name: Rob\nemail: bob@x\n' })
    await call('mergeBranch', { source: 'proposal' })
    expect(await call('revertCommits', { revisions: ['HEAD'] })).toMatchObject({ ok: false, failure: { issues: [{ rule: 'mainline' }] } })
    expect((await revert({ revisions: ['HEAD'], mainline: 1 })).done).toMatchObject([{ changes: [{ id: 'bob' }] }])
    expect(runGit(path, 'diff', 'HEAD~2', 'HEAD')).toBe('')
    expect(runGit(path, 'log', '-1', '--format=%b', 'main')).toContain('reversing\nchanges made to')
  })

  test('of a record that others refer to by now is in conflict', async () => {
    const commit = ours({ 'teams/$records/blue.yaml': 'title: Blue\n' })
    ours({ 'users/$records/cy.yaml': 'name: Cy\nteam: blue\n' })
    const answer = await revert({ revisions: [commit] })
    expect(answer).toMatchObject({ status: 'conflicts', conflicts: [{ rule: 'referenced', table: 'teams', id: 'blue' }] })
    expect(await call('abortMerge', { merge: answer.merge })).toMatchObject({ ok: true })
    expect(runGit(path, 'for-each-ref', 'refs/ingitdb/merges')).toBe('')
  })

  test('of the first commit is refused', async () => {
    const root = runGit(path, 'rev-list', '--max-parents=0', 'main')
    expect(await call('revertCommits', { revisions: [root] })).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
  })
})

describe('undo', () => {
  test('takes back the last commit, whoever made it, and undone again does it again', async () => {
    ours({ [ada]: '# the first\nname: A\nemail: ada@x\n' })
    const [commit, subject] = [head(), runGit(path, 'log', '-1', '--format=%s', 'main')]
    expect(await undo()).toMatchObject({ status: 'changed', done: [{ of: commit, subject, changes: [{ id: 'ada' }] }] })
    expect(file(ada)).toContain('name: Ada')
    await undo()
    expect(file(ada)).toContain('name: A\n')
    await undo()
    expect(file(ada)).toContain('name: Ada')
    expect(messages(`${commit}..main`)).toEqual([`revert "${subject}"`, `reapply "${subject}"`, `revert "${subject}"`])
  })

  test('of a write through the database takes back all of its records', async () => {
    await call('insertRecords', {
      table: 'users',
      records: [
        { $id: 'x', name: 'X' },
        { $id: 'y', name: 'Y' },
      ],
    })
    expect((await undo()).done).toMatchObject([
      {
        changes: [
          { id: 'x', change: 'deleted' },
          { id: 'y', change: 'deleted' },
        ],
      },
    ])
    const answer = await call('getRecord', { table: 'users', id: 'x' })
    expect(answer.ok).toBe(false)
  })

  test('of a merge takes back what the merge brought', async () => {
    ours({ [ada]: 'name: A\nemail: ada@x\n' })
    theirs({ [bob]: 'name: Rob\nemail: bob@x\n' })
    await call('mergeBranch', { source: 'proposal' })
    expect((await undo()).done).toMatchObject([{ changes: [{ id: 'bob' }] }])
    expect(file(ada)).toContain('name: A\n')
  })

  test('has nothing to take back on the first commit', async () => {
    const root = runGit(path, 'rev-list', '--max-parents=0', 'main')
    runGit(path, 'branch', 'young', root)
    expect(await call('undo', { branch: 'young' })).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
  })
})

describe('a rebase', () => {
  test('makes the commits of a branch once more on top of another, with their authors and messages', async () => {
    ours({ [ada]: '# the first\nname: Ada\nemail: ada@y\n' })
    theirs({ [ada]: '# the first\nname: A\nemail: ada@x\n' })
    theirs({ 'users/$records/cy.yaml': 'name: Cy\n' })
    const [before, authors] = [head('proposal'), runGit(path, 'log', '-2', '--format=%an %at %s', 'proposal')]
    const answer = await call('rebaseBranch', { upstream: 'main', branch: 'proposal' })
    expect(answer).toMatchObject({
      ok: true,
      value: { status: 'changed', commit: head('proposal'), done: [{ changes: [{ id: 'ada' }] }, { changes: [{ id: 'cy' }] }] },
    })
    expect(runGit(path, 'log', '-2', '--format=%an %at %s', 'proposal')).toBe(authors)
    expect(runGit(path, 'rev-parse', 'proposal~2')).toBe(head())
    expect(runGit(path, 'show', `proposal:${ada}`)).toBe('# the first\nname: A\nemail: ada@y')
    expect(runGit(path, 'status', '--porcelain')).toBe('')
    const record = await call('getRecord', { branch: 'proposal', table: 'users', id: 'ada' })
    expect(record.ok && record.value.json).toBe('{"$id":"ada","email":"ada@y","name":"A"}')
    const old = await call('getRecord', { at: before, table: 'users', id: 'ada' })
    expect(old.ok && old.value.json).toBe('{"$id":"ada","email":"ada@x","name":"A"}')
    expect(await call('rebaseBranch', { upstream: 'main', branch: 'proposal' })).toMatchObject({ ok: true, value: { status: 'unchanged', done: [] } })
  })

  test('of the branch that is checked out takes its files along, and drops what is there already', async () => {
    theirs({ [bob]: 'name: Rob\nemail: bob@x\n' })
    ours({ 'teams/$records/blue.yaml': 'title: Blue\n' })
    ours({ [bob]: 'name: Rob\nemail: bob@x\n' })
    ours({ [ada]: 'name: A\n' })
    expect(await call('rebaseBranch', { upstream: 'proposal' })).toMatchObject({
      ok: true,
      value: { done: [{ unchanged: false }, { unchanged: true }, { unchanged: false }] },
    })
    expect(runGit(path, 'rev-parse', 'main~2')).toBe(head('proposal'))
    expect(file(ada)).toBe('name: A\n')
    expect(runGit(path, 'status', '--porcelain')).toBe('')
  })

  test('of a branch without commits of its own just moves it', async () => {
    const tip = theirs({ [bob]: 'name: Rob\nemail: bob@x\n' })
    expect(await call('rebaseBranch', { upstream: 'proposal' })).toMatchObject({ ok: true, value: { status: 'changed', commit: tip, done: [] } })
    expect(file(bob)).toContain('Rob')
  })

  test('in conflict moves nothing, and says which commit it is', async () => {
    ours({ [ada]: 'name: A\nemail: ada@x\n' })
    theirs({ [bob]: 'name: Rob\nemail: bob@x\n' })
    const second = theirs({ [ada]: 'name: B\nemail: ada@x\n' })
    const before = refs()
    const answer = await call('rebaseBranch', { upstream: 'main', branch: 'proposal' })
    expect(answer).toMatchObject({
      ok: true,
      value: { status: 'conflicts', stopped: { of: second }, conflicts: [{ id: 'ada', ours: '"A"', theirs: '"B"' }] },
    })
    expect(refs()).toBe(before)
    const record = await call('getRecord', { branch: 'proposal', table: 'users', id: 'bob' })
    expect(record.ok && record.value.json).toContain('Rob')
    expect(await call('rebaseBranch', { upstream: 'main', branch: 'proposal', strategy: 'theirs' })).toMatchObject({
      ok: true,
      value: { status: 'changed' },
    })
  })

  test('only tried moves nothing', async () => {
    ours({ [ada]: 'name: A\n' })
    theirs({ [bob]: 'name: Rob\nemail: bob@x\n' })
    const before = refs()
    expect(await call('rebaseBranch', { upstream: 'main', branch: 'proposal', dryRun: true })).toMatchObject({
      ok: true,
      value: { status: 'changed', dryRun: true },
    })
    expect(refs()).toBe(before)
  })

  test('of a branch that is protected, or stands elsewhere than expected, is refused', async () => {
    ours({ [ada]: 'name: A\n' })
    theirs({ [bob]: 'name: Rob\nemail: bob@x\n' })
    const stale = { upstream: 'main', branch: 'proposal', expected: head() }
    expect(await call('rebaseBranch', stale)).toMatchObject({ ok: false, failure: { kind: 'version-conflict', what: 'branch' } })
    await call('protectBranch', { name: 'proposal', reason: 'published' })
    expect(await call('rebaseBranch', { upstream: 'main', branch: 'proposal' })).toMatchObject({
      ok: false,
      failure: { kind: 'protected', action: 'rewind' },
    })
    expect(await call('rebaseBranch', { upstream: 'nothing' })).toMatchObject({ ok: false, failure: { kind: 'not-found', what: 'commit' } })
  })
})

describe('a restore', () => {
  const restore = async (input: OperationInput<'restore'>) => {
    const answer = await call('restore', input)
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
    return answer.value
  }

  test('of a record gives its file the bytes that it had, and leaves everything else', async () => {
    const then = head()
    ours({ [ada]: 'name: A\n', [bob]: 'name: Rob\n' })
    const tried = await restore({ table: 'users', id: 'ada', to: then, dryRun: true })
    expect(tried).toMatchObject({ status: 'restored', changes: [{ table: 'users', id: 'ada', change: 'updated' }] })
    expect(file(ada)).toBe('name: A\n')
    expect(await restore({ table: 'users', id: 'ada', to: then })).toMatchObject({ status: 'restored', to: then, commit: head() })
    expect(file(ada)).toBe(start[ada])
    expect(file(bob)).toBe('name: Rob\n')
    expect(runGit(path, 'log', '-1', '--format=%B', 'main').trim()).toBe(`restore users/ada to ${then.slice(0, 12)}`)
    expect(await restore({ table: 'users', id: 'ada', to: then })).toMatchObject({ status: 'unchanged', changes: [] })
  })

  test('of a record that was deleted brings it back, and of one that was not there then deletes it', async () => {
    const then = head()
    ours({ [ada]: null, 'users/$records/cy.yaml': 'name: Cy\n' })
    expect((await restore({ table: 'users', id: 'ada', to: then })).changes).toMatchObject([{ id: 'ada', change: 'added' }])
    expect((await restore({ table: 'users', id: 'cy', to: then })).changes).toMatchObject([{ id: 'cy', change: 'deleted' }])
    expect(runGit(path, 'diff', then, 'main')).toBe('')
  })

  test('of a record in a file of several edits the file in place', async () => {
    const shared = definition(column('title')).replace("'{key}.yaml'", 'tags.yaml').replace('map[string]any', 'map[$record_id]map[$field_name]any')
    const then = ours({
      '.ingitdb/root-collections.yaml': 'users: users\nteams: teams\ntags: tags\n',
      'tags/.collection/definition.yaml': shared,
      'tags/tags.yaml': 'a:\n  title: A\nb:\n  title: B\n',
    })
    ours({ 'tags/tags.yaml': 'a:\n  title: AA # now\nb:\n  title: BB # now\n' })
    expect((await restore({ table: 'tags', id: 'a', to: then })).changes).toMatchObject([{ id: 'a', change: 'updated' }])
    expect(file('tags/tags.yaml')).toContain('title: A ')
    expect(file('tags/tags.yaml')).toContain('title: BB # now')
  })

  test('of a record that would break a rule of today is refused, and moves nothing', async () => {
    const then = ours({ [ada]: 'name: Ada\nteam: red\nemail: ada@x\n', 'users/$records/cy.yaml': 'name: Cy\nteam: red\n' })
    ours({ [ada]: 'name: Ada\n', [bob]: 'name: Bob\nemail: ada@x\n', 'users/$records/cy.yaml': 'name: Cy\n', 'teams/$records/red.yaml': null })
    const before = head()
    const answer = await call('restore', { table: 'users', id: 'ada', to: then })
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'constraint-violation' } })
    if (answer.ok || answer.failure.kind !== 'constraint-violation') throw new Error('not refused')
    expect(answer.failure.issues.map(({ rule }) => rule).toSorted()).toEqual(['foreign-key', 'unique'])
    ours({ 'users/.collection/definition.yaml': definition(column('name', 'max_length: 2')), 'users/.collection/rules.yaml': null })
    expect(await call('restore', { table: 'users', id: 'cy', to: then })).toMatchObject({
      ok: false,
      failure: { issues: [{ rule: 'undeclared-field' }] },
    })
    expect(head()).not.toBe(before)
    ours({ 'users/$records/cy.yaml': null })
    const tip = head()
    expect(await call('restore', { table: 'users', id: 'cy', to: then })).toMatchObject({ ok: false, failure: { kind: 'constraint-violation' } })
    expect(head()).toBe(tip)
  })

  test('of a record to before others referred to it is refused', async () => {
    const then = head()
    ours({ 'teams/$records/blue.yaml': 'title: Blue\n', [ada]: 'name: Ada\nteam: blue\n' })
    expect(await call('restore', { table: 'teams', id: 'blue', to: then })).toMatchObject({
      ok: false,
      failure: { issues: [{ rule: 'referenced' }] },
    })
  })

  test('of a table takes its definition and records, and nothing else', async () => {
    const then = head()
    ours({
      'users/.collection/definition.yaml': definition(column('name') + column('city')),
      'users/.collection/rules.yaml': null,
      [ada]: 'name: Ada\ncity: Paris\n',
      [bob]: null,
      'users/$records/cy.yaml': 'name: Cy\n',
      'teams/$records/red.yaml': 'title: Crimson\n',
      'users/notes.txt': 'mine\n',
    })
    const answer = await restore({ table: 'users', to: then })
    expect(answer.changes).toMatchObject([
      { id: 'ada', change: 'updated' },
      { id: 'bob', change: 'added' },
      { id: 'cy', change: 'deleted' },
    ])
    expect(runGit(path, 'diff', '--name-only', then, 'main').split('\n')).toEqual(['teams/$records/red.yaml', 'users/notes.txt'])
    const report = await call('validateDatabase', {})
    expect(report.ok && report.value.findings).toEqual([])
  })

  test('of a table whose foreign keys lead nowhere by now is refused', async () => {
    const then = ours({ [ada]: 'name: Ada\nteam: red\n' })
    ours({ 'users/.collection/definition.yaml': definition(column('name') + column('email') + column('team')) })
    ours({ 'teams/$records/red.yaml': null })
    expect(await call('restore', { table: 'users', to: then })).toMatchObject({
      ok: false,
      failure: { issues: [{ rule: 'foreign-key', key: 'ada' }] },
    })
  })

  test.each([
    [
      { table: 'users', id: 'nobody', to: 'main' },
      { kind: 'not-found', what: 'record' },
    ],
    [
      { table: 'nothing', to: 'main' },
      { kind: 'not-found', what: 'table' },
    ],
    [
      { table: 'users', id: 'ada', to: 'nothing' },
      { kind: 'not-found', what: 'commit' },
    ],
    [{ table: 'users', id: '../ada', to: 'main' }, { kind: 'invalid-input' }],
    [{ table: 'users', id: 'ada', to: 'worktree' }, { kind: 'unsupported' }],
  ] as const)('of %j is refused', async (input, failure) => {
    const before = refs()
    expect(await call('restore', input)).toMatchObject({ ok: false, failure })
    expect(refs()).toBe(before)
  })
})
