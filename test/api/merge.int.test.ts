import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { OperationInput, OperationName } from '../../api/contract/operations.ts'
import type { Database } from '../../api/database.ts'
import { commitForeign } from '../support/commit-foreign.ts'
import { runGit } from '../support/temporary-repository.ts'
import { callChecked, commitOurs, commitTheirs, type Files, openTwoBranches } from '../support/two-branches.ts'

const definition = (columns: string, more = ''): string =>
  `record_file:\n    name: '{key}.yaml'\n    format: yaml\n    type: 'map[string]any'\ncolumns:\n${columns}${more}`
const column = (name: string, ...settings: readonly string[]): string =>
  `    ${name}:\n        type: string\n${settings.map((setting) => `        ${setting}\n`).join('')}`

const userColumns = column('name') + column('email') + column('team', 'foreign_key: teams')
const start = {
  '.ingitdb/root-collections.yaml': 'users: users\nteams: teams\n',
  'users/.collection/definition.yaml': definition(userColumns),
  'users/.collection/rules.yaml': 'unique: [email]\n',
  'teams/.collection/definition.yaml': definition(column('title')),
  'teams/$records/red.yaml': 'title: Red\n',
  'users/$records/ada.yaml': '# the first\nname: Ada\nemail: ada@x\n',
  'users/$records/bob.yaml': 'name: Bob\nemail: bob@x\n',
}

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
const merge = async (input: Partial<OperationInput<'mergeBranch'>> = {}) => {
  const answer = await call('mergeBranch', { source: 'proposal', ...input })
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  return answer.value
}
const file = (name: string): string => readFileSync(join(path, name), 'utf8')
const inCommit = (name: string): string => runGit(path, 'show', `main:${name}`)
const head = (): string => runGit(path, 'rev-parse', 'main')

describe('a merge', () => {
  test('takes different fields of the same record from both sides, comments included', async () => {
    ours({ 'users/$records/ada.yaml': '# the first\nname: Ada L. # ours\nemail: ada@x\n' })
    theirs({ 'users/$records/ada.yaml': '# the first, theirs\nname: Ada\nemail: ada@y\n' })
    const answer = await merge()
    expect(answer).toMatchObject({ status: 'merged', changes: [{ table: 'users', id: 'ada', change: 'updated' }], conflicts: [] })
    expect(runGit(path, 'rev-list', '--parents', '-1', 'main').split(' ')).toHaveLength(3)
    expect(file('users/$records/ada.yaml')).toContain('email: ada@y')
    expect(file('users/$records/ada.yaml')).toContain('name: Ada L. # ours')
    expect(runGit(path, 'status', '--porcelain')).toBe('')
  })

  test('keeps the comments of both sides where their lines do not touch', async () => {
    const lines = ['name: Ada', 'email: ada@x', ...Array.from({ length: 6 }, (_, index) => `# ${index}`), 'team: red']
    ours({ 'users/$records/ada.yaml': `${lines.join('\n')}\n` })
    runGit(path, 'branch', '--force', 'proposal', 'main')
    ours({ 'users/$records/ada.yaml': `${lines.join('\n').replace('Ada', 'Ada L. # ours')}\n` })
    theirs({ 'users/$records/ada.yaml': `${lines.join('\n').replace('team: red', 'team: red # theirs\n')}\n` })
    await merge()
    expect(file('users/$records/ada.yaml')).toContain('# ours')
    expect(file('users/$records/ada.yaml')).toContain('# theirs')
  })

  test('takes a column that one side added and the records that the other changed', async () => {
    ours({ 'users/$records/ada.yaml': 'name: Ada\nemail: ada@z\n' })
    theirs({
      'users/.collection/definition.yaml': definition(userColumns + column('city')),
      'users/$records/bob.yaml': 'name: Bob\nemail: bob@x\ncity: Paris\n',
    })
    expect(await merge()).toMatchObject({ status: 'merged' })
    const answer = await call('getRecord', { table: 'users', id: 'bob' })
    expect(answer.ok && answer.value.json).toBe('{"$id":"bob","city":"Paris","email":"bob@x","name":"Bob"}')
    const report = await call('validateDatabase', {})
    expect(report.ok && report.value.findings).toEqual([])
  })

  test('merges a definition that both sides changed, with the comments of ours', async () => {
    ours({ 'users/.collection/definition.yaml': `# ours\n${definition(userColumns + column('city'))}` })
    theirs({ 'users/.collection/definition.yaml': definition(userColumns + column('phone', 'max_length: 20')) })
    expect(await merge()).toMatchObject({ status: 'merged' })
    const text = file('users/.collection/definition.yaml')
    expect(text).toContain('# ours')
    expect(text).toContain('city:')
    expect(text).toContain('max_length: 20')
  })

  test('moves a branch that has nothing of its own, unless a commit is wanted', async () => {
    const tip = theirs({ 'users/$records/bob.yaml': 'name: Robert\nemail: bob@x\n' })
    expect(await merge({ dryRun: true })).toMatchObject({ status: 'fast-forwarded', dryRun: true, changes: [{ id: 'bob' }] })
    expect(head()).not.toBe(tip)
    expect(await merge()).toMatchObject({ status: 'fast-forwarded', commit: tip })
    expect(head()).toBe(tip)
    expect(file('users/$records/bob.yaml')).toContain('Robert')
    expect(runGit(path, 'status', '--porcelain')).toBe('')
    expect(await merge()).toMatchObject({ status: 'up-to-date', commit: tip })
  })

  test('can be asked for a commit, for no commit, and for a single parent', async () => {
    const tip = theirs({ 'users/$records/bob.yaml': 'name: Robert\nemail: bob@x\n' })
    const forced = await merge({ fastForward: 'never', message: 'joined' })
    expect(forced.status).toBe('merged')
    expect(runGit(path, 'log', '-1', '--format=%s %P', 'main')).toMatch(new RegExp(`^joined [0-9a-f]{40} ${tip}$`))
    ours({ 'users/$records/ada.yaml': 'name: Ada\n' })
    theirs({ 'users/$records/bob.yaml': 'name: Rob\nemail: bob@x\n' })
    expect(await call('mergeBranch', { source: 'proposal', fastForward: 'only' })).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
    expect((await merge({ squash: true })).status).toBe('merged')
    expect(runGit(path, 'rev-list', '--parents', '-1', 'main').split(' ')).toHaveLength(2)
    expect(file('users/$records/bob.yaml')).toContain('Rob\n')
  })

  test('writes nothing when it is only tried, and says which records it would change', async () => {
    ours({ 'users/$records/ada.yaml': 'name: Ada\nemail: ada@z\n' })
    theirs({ 'users/$records/bob.yaml': null, 'users/$records/cy.yaml': 'name: Cy\n' })
    const before = runGit(path, 'for-each-ref')
    expect(await merge({ dryRun: true })).toMatchObject({
      status: 'merged',
      dryRun: true,
      changes: [
        { id: 'bob', change: 'deleted' },
        { id: 'cy', change: 'added' },
      ],
    })
    expect(runGit(path, 'for-each-ref', 'refs/heads', 'refs/ingitdb/merges')).toBe(
      before
        .split('\n')
        .filter((line) => /refs\/(heads|ingitdb\/merges)/.test(line))
        .join('\n'),
    )
  })

  test('keeps files that the user has edited out of its way, and files that are none of ours', async () => {
    ours({ 'notes.txt': 'a\nb\nc\nd\ne\n' })
    runGit(path, 'branch', '--force', 'proposal', 'main')
    ours({ 'notes.txt': 'A\nb\nc\nd\ne\n' })
    theirs({ 'notes.txt': 'a\nb\nc\nd\nE\n', 'users/$records/bob.yaml': 'name: Robert\n' })
    writeFileSync(join(path, 'users/$records/bob.yaml'), 'name: mine\n')
    expect(await call('mergeBranch', { source: 'proposal' })).toMatchObject({
      ok: false,
      failure: { kind: 'uncommitted-changes', paths: ['users/$records/bob.yaml'] },
    })
    runGit(path, 'checkout', '--', '.')
    expect((await merge()).status).toBe('merged')
    expect(file('notes.txt')).toBe('A\nb\nc\nd\nE\n')
  })

  test('of histories with nothing in common takes what both have', async () => {
    runGit(path, 'checkout', '--quiet', '--orphan', 'other')
    runGit(path, 'rm', '-r', '--quiet', '--cached', '.')
    runGit(path, 'clean', '-fdxq')
    runGit(path, 'commit', '--quiet', '--allow-empty', '--message', 'root')
    runGit(path, 'checkout', '--quiet', 'main')
    commitForeign(path, { 'teams/$records/blue.yaml': 'title: Blue\n', 'README.md': 'other\n' }, 'other')
    const answer = await merge({ source: 'other' })
    expect(answer.conflicts).toMatchObject([{ type: 'file', file: 'README.md' }])
    expect((await call('resolveConflicts', { resolutions: [{ file: 'README.md', take: 'ours' }] })).ok).toBe(true)
    expect(await call('continueMerge', {})).toMatchObject({ ok: true, value: { status: 'merged', changes: [{ id: 'blue' }] } })
  })

  test.each([
    [{ source: 'nothing' }, { kind: 'not-found', what: 'commit' }],
    [{ source: '--all' }, { kind: 'not-found', what: 'commit' }],
    [
      { source: 'proposal', into: 'nowhere' },
      { kind: 'not-found', what: 'branch' },
    ],
    [{ source: 'proposal', into: 'a..b' }, { kind: 'invalid-input' }],
    [{ source: 'proposal', squash: true, fastForward: 'only' }, { kind: 'invalid-input' }],
  ] as const)('of %j is refused', async (input, failure) => {
    expect(await call('mergeBranch', input)).toMatchObject({ ok: false, failure })
  })
})

describe('a conflict', () => {
  test('of a field moves nothing, waits, and is settled by a side or a value', async () => {
    ours({ 'users/$records/ada.yaml': '# the first\nname: A\nemail: a@x\n' })
    theirs({ 'users/$records/ada.yaml': '# the first\nname: B\nemail: b@x\n' })
    const before = head()
    const answer = await merge()
    expect(answer).toMatchObject({
      status: 'conflicts',
      conflicts: [
        { type: 'field', table: 'users', id: 'ada', pointer: '/name', base: '"Ada"', ours: '"A"', theirs: '"B"' },
        { type: 'field', table: 'users', id: 'ada', pointer: '/email', base: '"ada@x"', ours: '"a@x"', theirs: '"b@x"' },
      ],
    })
    expect(head()).toBe(before)
    expect(await call('continueMerge', {})).toMatchObject({ ok: true, value: { status: 'conflicts' } })
    expect(await call('resolveConflicts', { resolutions: [{ table: 'users', id: 'ada', pointer: '/name', take: 'theirs' }] })).toMatchObject({
      ok: true,
      value: { conflicts: [{ pointer: '/email' }] },
    })
    expect(await call('resolveConflicts', { resolutions: [{ table: 'users', id: 'ada', pointer: '/email', value: 'c@x' }] })).toMatchObject({
      ok: true,
      value: { status: 'merged', conflicts: [] },
    })
    expect(head()).toBe(before)
    expect(await call('continueMerge', {})).toMatchObject({ ok: true, value: { status: 'merged' } })
    expect(inCommit('users/$records/ada.yaml')).toBe('# the first\nname: B\nemail: c@x')
    expect(runGit(path, 'log', '-1', '--format=%b', 'main')).toBe(
      'Ingitdb-Resolved: users/ada /name theirs\nIngitdb-Resolved: users/ada /email edited',
    )
    expect(await call('listMerges', {})).toMatchObject({ ok: true, value: { merges: [] } })
  })

  test('that was settled is open again when a side has changed', async () => {
    ours({ 'users/$records/ada.yaml': 'name: A\nemail: ada@x\n' })
    theirs({ 'users/$records/ada.yaml': 'name: B\nemail: ada@x\n' })
    await merge()
    await call('resolveConflicts', { all: 'theirs' })
    ours({ 'users/$records/ada.yaml': 'name: AA\nemail: ada@x\n' })
    expect(await call('continueMerge', {})).toMatchObject({ ok: true, value: { status: 'conflicts', conflicts: [{ ours: '"AA"' }] } })
  })

  test('of a record that one side deleted is settled as a whole', async () => {
    ours({ 'users/$records/ada.yaml': null })
    theirs({ 'users/$records/ada.yaml': 'name: Ada\nemail: new@x\n' })
    expect((await merge()).conflicts).toMatchObject([{ type: 'record', id: 'ada', message: 'ours deleted it, theirs changed it' }])
    await call('resolveConflicts', { resolutions: [{ table: 'users', id: 'ada', take: 'theirs' }] })
    expect(await call('continueMerge', {})).toMatchObject({ ok: true, value: { status: 'merged' } })
    expect(inCommit('users/$records/ada.yaml')).toContain('new@x')
  })

  test('of a parent that one side deleted and a child that the other inserted is found before anything moves', async () => {
    ours({ 'teams/$records/red.yaml': null })
    theirs({ 'users/$records/cy.yaml': 'name: Cy\nteam: red\n' })
    const answer = await merge()
    expect(answer).toMatchObject({
      status: 'conflicts',
      conflicts: [{ type: 'constraint', rule: 'foreign-key', table: 'users', id: 'cy', involved: [{ id: 'cy' }, { table: 'teams', id: 'red' }] }],
    })
    expect(await call('resolveConflicts', { resolutions: [{ table: 'teams', id: 'red', take: 'base' }] })).toMatchObject({
      ok: true,
      value: { status: 'merged' },
    })
    expect(await call('continueMerge', {})).toMatchObject({ ok: true, value: { status: 'merged' } })
    expect(inCommit('teams/$records/red.yaml')).toBe('title: Red')
  })

  test.each(['main', 'proposal'])(
    'sees a further broken reference, or value that is not unique, beside one that a side had already: into %s',
    async (into) => {
      ours({ 'users/$records/cy.yaml': 'name: Cy\nteam: red\n', 'users/$records/dee.yaml': 'name: Dee\nemail: new@x\n' })
      theirs({
        'teams/$records/red.yaml': null,
        'users/$records/ada.yaml': 'name: Ada\nemail: ada@x\nteam: red\n',
        ...Object.fromEntries(['eve', 'fay'].map((id) => [`users/$records/${id}.yaml`, 'name: Two\nemail: new@x\n'])),
      })
      const { status, conflicts } = await merge({ into, source: into === 'main' ? 'proposal' : 'main' })
      expect(status).toBe('conflicts')
      expect(new Set(conflicts.map((each) => ('rule' in each ? each.rule : '')))).toEqual(new Set(['foreign-key', 'unique']))
      expect(conflicts.map((each) => ('id' in each ? each.id : ''))).toEqual(expect.arrayContaining(['cy', 'dee']))
    },
  )

  test.each(['main', 'proposal'])('is not made of what one side had broken already when the other changed the same record: into %s', async (into) => {
    ours({ 'users/$records/ada.yaml': '# the first\nname: Ada\nemail: ada@x\nteam: nowhere\n' })
    theirs({ 'users/$records/ada.yaml': '# the first\nname: Ada L.\nemail: ada@x\n' })
    expect(await merge({ into, source: into === 'main' ? 'proposal' : 'main' })).toMatchObject({ status: 'merged', conflicts: [] })
  })

  test('the other way round is found too, and is settled by deleting the child', async () => {
    ours({ 'users/$records/cy.yaml': 'name: Cy\nteam: red\n' })
    theirs({ 'teams/$records/red.yaml': null })
    expect((await merge()).conflicts).toMatchObject([
      {
        rule: 'referenced',
        table: 'teams',
        id: 'red',
        involved: [
          { table: 'teams', id: 'red' },
          { table: 'users', id: 'cy' },
        ],
      },
    ])
    await call('resolveConflicts', { resolutions: [{ table: 'users', id: 'cy', delete: true }] })
    expect(await call('continueMerge', {})).toMatchObject({ ok: true, value: { status: 'merged' } })
    expect(runGit(path, 'ls-tree', '-r', '--name-only', 'main', 'users/$records', 'teams/$records')).toBe(
      'users/$records/ada.yaml\nusers/$records/bob.yaml',
    )
  })

  test.each<[string, { readonly mine: Files; readonly others: Files }, object]>([
    [
      'a unique value that both sides inserted',
      { mine: { 'users/$records/x.yaml': 'name: X\nemail: same@x\n' }, others: { 'users/$records/y.yaml': 'name: Y\nemail: same@x\n' } },
      { rule: 'unique', involved: [{ id: 'y' }, { id: 'x' }] },
    ],
    [
      'a column that became required while the other side inserted without it',
      {
        mine: { 'users/$records/x.yaml': 'name: X\n' },
        others: {
          'users/.collection/definition.yaml': definition(
            userColumns.replace('email:\n        type: string', 'email:\n        type: string\n        required: true'),
          ),
        },
      },
      { rule: 'required', table: 'users', id: 'x' },
    ],
    [
      'a column that was dropped while the other side wrote it',
      {
        mine: { 'users/$records/x.yaml': 'name: X\nteam: red\n' },
        others: { 'users/.collection/definition.yaml': definition(column('name') + column('email')) },
      },
      { rule: 'undeclared-field', table: 'users', id: 'x' },
    ],
    [
      'a foreign key that was declared while the other side wrote what leads nowhere',
      {
        mine: { 'users/$records/x.yaml': 'name: nobody\n' },
        others: {
          'users/.collection/definition.yaml': definition(
            userColumns.replace('name:\n        type: string', 'name:\n        type: string\n        foreign_key: teams'),
          ),
          'users/$records/ada.yaml': null,
          'users/$records/bob.yaml': null,
        },
      },
      { rule: 'foreign-key', table: 'users', id: 'x' },
    ],
    [
      'a record in a table that the other side dropped',
      {
        mine: { 'teams/$records/blue.yaml': 'title: Blue\n' },
        others: {
          '.ingitdb/root-collections.yaml': 'users: users\n',
          'teams/.collection/definition.yaml': null,
          'teams/$records/red.yaml': null,
          'users/.collection/definition.yaml': definition(column('name') + column('email')),
        },
      },
      { rule: 'lost-record', table: 'teams', id: 'blue' },
    ],
  ])('is %s', async (_, { mine, others }, conflict) => {
    ours(mine)
    theirs(others)
    const before = head()
    expect((await merge()).conflicts).toMatchObject([{ type: 'constraint', ...conflict }])
    expect(head()).toBe(before)
  })

  test('is nothing that one side had alone', async () => {
    ours({ 'users/$records/ada.yaml': 'name: Ada\nemail: ada@x\nteam: nowhere\n', 'teams/$records/blue.yaml': 'title: Blue\n' })
    theirs({ 'users/$records/bob.yaml': 'name: Bob\nteam: elsewhere\nwrong: 1\n' })
    expect((await merge()).status).toBe('merged')
  })

  test('of a place in a definition names the place, and is settled there', async () => {
    ours({ 'teams/.collection/definition.yaml': definition(column('title', 'max_length: 10')) })
    theirs({ 'teams/.collection/definition.yaml': definition(column('title', 'max_length: 20')) })
    expect((await merge()).conflicts).toMatchObject([
      { type: 'definition', file: 'teams/.collection/definition.yaml', pointer: '/columns/title/max_length', ours: '10', theirs: '20' },
    ])
    await call('resolveConflicts', { resolutions: [{ file: 'teams/.collection/definition.yaml', take: 'theirs' }] })
    expect(await call('continueMerge', {})).toMatchObject({ ok: true, value: { status: 'merged' } })
    expect(inCommit('teams/.collection/definition.yaml')).toContain('max_length: 20')
  })

  test('of a file and a directory in one place is one', async () => {
    ours({ 'docs/a.txt': 'x\n' })
    theirs({ docs: 'y\n' })
    expect((await merge()).conflicts).toMatchObject([{ type: 'file', file: 'docs' }])
    await call('resolveConflicts', { resolutions: [{ file: 'docs', take: 'theirs' }] })
    expect(await call('continueMerge', {})).toMatchObject({ ok: true, value: { status: 'merged' } })
    expect(inCommit('docs')).toBe('y')
  })

  test('is decided by the strategy that is asked for, else by that of the table', async () => {
    ours({ 'users/$records/ada.yaml': 'name: A\nemail: ada@x\n', 'users/.collection/rules.yaml': 'unique: [email]\nmerge: { strategy: max }\n' })
    theirs({ 'users/$records/ada.yaml': 'name: B\nemail: ada@x\n' })
    expect((await merge({ strategy: 'strict' })).conflicts).toMatchObject([{ type: 'record' }])
    expect((await merge({ strategies: { users: 'ours' }, dryRun: true })).changes).toEqual([])
    expect(await call('mergeBranch', { source: 'proposal', strategies: { users: 'ours', user: 'theirs' } })).toEqual({
      ok: false,
      failure: { kind: 'not-found', what: 'table', id: 'user', among: ['teams', 'users'] },
    })
    expect((await merge()).status).toBe('merged')
    expect(inCommit('users/$records/ada.yaml')).toContain('name: B')
  })

  test('is given up without a trace', async () => {
    ours({ 'users/$records/ada.yaml': 'name: A\n' })
    theirs({ 'users/$records/ada.yaml': 'name: B\n' })
    const { merge: id } = await merge()
    expect(await call('abortMerge', {})).toMatchObject({ ok: true, value: { merge: id, branch: 'main', source: 'proposal' } })
    expect(runGit(path, 'for-each-ref', 'refs/ingitdb/merges')).toBe('')
    expect(await call('abortMerge', {})).toMatchObject({ ok: false, failure: { kind: 'not-found', what: 'merge' } })
  })

  test.each([
    [{ table: 'users', id: 'ada' }],
    [{ table: 'users', id: 'ada', take: 'ours', delete: true }],
    [{ table: 'users', id: 'bob', take: 'ours' }],
    [{ table: 'users', id: 'ada', pointer: '/email', take: 'ours' }],
    [{ file: 'nothing', take: 'ours' }],
  ] as const)('is not settled by %j', async (resolution) => {
    ours({ 'users/$records/ada.yaml': 'name: A\nemail: ada@x\n' })
    theirs({ 'users/$records/ada.yaml': 'name: B\nemail: ada@x\n' })
    await merge()
    expect(await call('resolveConflicts', { resolutions: [resolution] })).toMatchObject({ ok: false, failure: { kind: 'invalid-input' } })
  })
})

describe('of histories that crossed', () => {
  /** Each branch merges what the other was, and decides for itself. */
  const cross = (mine: Files, others: Files): void => {
    const files = (text: string): Files => ({ 'users/$records/ada.yaml': text })
    ours(files('name: A\nemail: ada@x\n'))
    theirs(files('name: B\nemail: ada@x\n'))
    const [a, b] = ['main', 'proposal'].map((branch) => runGit(path, 'rev-parse', branch))
    for (const [branch, parents, changes] of [
      ['main', [a, b], mine],
      ['proposal', [b, a], others],
    ] as const) {
      commitForeign(path, changes, branch)
      const tree = runGit(path, 'rev-parse', `${branch}^{tree}`)
      const merged = runGit(path, 'commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent ?? '']), '-m', 'crossed')
      runGit(path, 'update-ref', `refs/heads/${branch}`, merged)
    }
    runGit(path, 'reset', '--quiet', '--hard')
  }

  test('keeps both decisions about what the common ancestors did not agree about, as a conflict', async () => {
    cross({ 'users/$records/ada.yaml': 'name: A\nemail: ada@x\n' }, { 'users/$records/ada.yaml': 'name: B\nemail: ada@x\n' })
    expect((await merge()).conflicts).toMatchObject([{ type: 'field', pointer: '/name', base: '"Ada"', ours: '"A"', theirs: '"B"' }])
    expect((await merge({ source: 'main', into: 'proposal' })).conflicts).toMatchObject([{ ours: '"B"', theirs: '"A"' }])
  })

  test('takes what one side changed after it had merged', async () => {
    cross({ 'users/$records/ada.yaml': 'name: A\nemail: new@x\n' }, { 'users/$records/ada.yaml': 'name: A\nemail: ada@x\n' })
    expect(await merge()).toMatchObject({ status: 'merged', changes: [] })
    expect(inCommit('users/$records/ada.yaml')).toBe('name: A\nemail: new@x')
  })
})
