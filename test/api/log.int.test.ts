import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { OperationInput } from '../../api/contract/operations.ts'
import { callLocal, initLocal } from '../../api/local.ts'
import { openDatabaseAt } from '../support/local-database.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

let path: string
beforeEach(async () => {
  const folder = temporaryFolder()
  path = join(folder.path, 'db')
  await initLocal(path)
  commit('make the tables', {
    '.ingitdb/root-collections.yaml': 'items: items\nnotes: notes\n',
    'items/.collection/definition.yaml': definition('size'),
    'notes/.collection/definition.yaml': definition('text'),
  })
  return () => folder[Symbol.dispose]()
})

const definition = (column: string): string =>
  `record_file:\n    name: '{key}.yaml'\n    format: yaml\n    type: map[string]any\ncolumns:\n    ${column}:\n        type: any\n`
const item = (key: string): string => `items/$records/${key}.yaml`

interface Making {
  readonly who?: string
  readonly seconds?: number
  readonly committed?: number
  readonly branch?: string
  readonly merge?: string
}

/** A commit on top of a branch, made by plain git. @returns its id */
const commit = (message: string, files: Readonly<Record<string, string | null>>, making: Making = {}): string => {
  const { who = 'Ada <ada@example.org>', seconds = 1_700_000_000, committed = seconds, branch = 'main', merge } = making
  const changes = Object.entries(files).map(([name, text]) =>
    text === null ? `D ${name}\n` : `M 100644 inline ${name}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
  )
  const people = `author ${who} ${seconds} +0100\ncommitter Tool <tool@example.org> ${committed} +0000\n`
  const parents = `from refs/heads/${branch}^0\n${merge === undefined ? '' : `merge ${merge}\n`}`
  const head = `commit refs/heads/${branch}\n${people}data ${Buffer.byteLength(message)}\n${message}\n${parents}`
  execFileSync('git', ['-C', path, 'fast-import', '--quiet'], { input: head + changes.join(''), stdio: ['pipe', 'ignore', 'pipe'] })
  return runGit(path, 'rev-parse', branch)
}

const ask = async (input: OperationInput<'readLog'>) => {
  await using database = await openDatabaseAt(path)
  return await callLocal(database)('readLog', input)
}
const log = async (input: OperationInput<'readLog'>): Promise<readonly string[]> => {
  const answer = await ask(input)
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  return answer.value.entries.map((entry) => entry.commit)
}
const gitLog = (...args: readonly string[]): readonly string[] =>
  runGit(path, 'log', '--format=%H', ...args)
    .split('\n')
    .filter((line) => line !== '')
const messages = async (input: OperationInput<'readLog'>): Promise<readonly string[]> => {
  const answer = await ask(input)
  return answer.ok ? answer.value.entries.map(({ message }) => message) : [JSON.stringify(answer.failure)]
}

describe('a log', () => {
  test('of a table has the commits that changed its records or its definition', async () => {
    commit('insert a', { [item('a')]: 'size: 1\n' })
    commit('insert a note', { 'notes/$records/a.yaml': 'text: x\n' })
    commit('both', { [item('a')]: 'size: 2\n', 'notes/$records/a.yaml': 'text: y\n' })
    commit('a page', { 'page.md': 'hello' })
    commit('another column', { 'items/.collection/definition.yaml': definition('weight') })
    expect(await messages({ table: 'items' })).toEqual(['another column', 'both', 'insert a', 'make the tables'])
    expect(await messages({ table: 'notes' })).toEqual(['both', 'insert a note', 'make the tables'])
    expect(await messages({ table: 'items', at: 'HEAD~2' })).toEqual(['both', 'insert a', 'make the tables'])
  })

  test('of a record has the commits that changed it, its deletion included', async () => {
    commit('insert both', { [item('a')]: 'size: 1\n', [item('b')]: 'size: 1\n' })
    commit('change b', { [item('b')]: 'size: 2\n' })
    commit('a comment', { [item('a')]: '# said\nsize: 1\n' })
    commit('delete a', { [item('a')]: null })
    commit('insert a again', { [item('a')]: 'size: 3\n' })
    const [inserted, deleted] = [['insert a again'], ['delete a', 'a comment', 'insert both']]
    expect(await messages({ table: 'items', id: 'a' })).toEqual([...inserted, ...deleted])
    expect(await messages({ table: 'items', id: 'a', limit: 2, offset: 1 })).toEqual(['delete a', 'a comment'])
    expect(await messages({ table: 'items', id: 'nobody' })).toEqual([])
  })

  test('of a table that was dropped is remembered, of one that never was is refused', async () => {
    commit('insert a', { [item('a')]: 'size: 1\n' })
    commit('drop', { 'items/.collection/definition.yaml': null, [item('a')]: null, '.ingitdb/root-collections.yaml': 'notes: notes\n' })
    expect(await messages({ table: 'items' })).toEqual(['drop', 'insert a', 'make the tables'])
    expect(await ask({ table: 'itmes' })).toMatchObject({ ok: false, failure: { kind: 'not-found', what: 'table', id: 'itmes' } })
    expect(await ask({ id: 'a' })).toMatchObject({ ok: false, failure: { kind: 'invalid-input', issues: [{ rule: 'table' }] } })
    expect(await ask({ table: 'items', id: 'a/b' })).toMatchObject({ ok: false, failure: { kind: 'invalid-input', issues: [{ rule: 'key' }] } })
  })

  test('finds authors by part of name or e-mail, as git does', async () => {
    commit('one', { [item('a')]: 'size: 1\n' }, { who: 'Grace Hopper <grace@navy.mil>' })
    commit('two', { [item('a')]: 'size: 2\n' }, { who: 'Zoë <zoe@example.org>' })
    for (const author of ['grace', 'HOPPER <GRACE', 'navy.mil', 'ada@', 'Zoë', 'tool', 'example.org'])
      expect(await log({ author })).toEqual(gitLog('--first-parent', '-i', '--fixed-strings', `--author=${author}`))
    expect(await messages({ author: 'zoë', table: 'items', id: 'a', message: 'TWO' })).toEqual(['two'])
    expect(await messages({ author: '[a-z]*' })).toEqual([])
  })

  test('finds commits by the times that committers said, whatever their order, as git does', async () => {
    const times = [1_600_000_000, 1_800_000_000, 1_500_000_000, 1_700_000_500]
    for (const [index, committed] of times.entries()) commit(`at ${committed}`, { [item('a')]: `size: ${index}\n` }, { seconds: 5, committed })
    const day = '2023-11-14'
    for (const [since, until] of [
      ['2023-11-14T22:21:40Z', undefined],
      [undefined, '2023-11-14T22:21:40Z'],
      ['2020-09-13T12:26:40Z', '2023-11-14T23:13:20+01:00'],
    ]) {
      const limits = [...(since === undefined ? [] : [`--since-as-filter=${since}`]), ...(until === undefined ? [] : [`--until=${until}`])]
      const input = { ...(since !== undefined && { since }), ...(until !== undefined && { until }) }
      expect(await log(input)).toEqual(gitLog('--first-parent', ...limits))
      expect(await log({ ...input, full: true })).toEqual(gitLog('--topo-order', ...limits))
    }
    expect(await messages({ since: day, until: day })).toContain('at 1700000500')
    expect(await messages({ since: day, until: day })).not.toContain('at 1800000000')
    expect(await messages({ since: '2027-01-15T08:00:00.000Z', table: 'items', id: 'a' })).toEqual(['at 1800000000'])
    for (const input of [{ since: 'yesterday' }, { until: '2023-13-01' }])
      expect(await ask(input)).toMatchObject({ ok: false, failure: { kind: 'invalid-input', issues: [{ rule: 'timestamp' }] } })
  })

  test('comes in pages, each of which says where the next one starts', async () => {
    for (const key of ['a', 'b', 'c', 'd', 'e']) commit(key, { [item(key)]: 'size: 1\n' }, key < 'c' ? { who: 'Bob <b@x>' } : {})
    for (const full of [false, true]) {
      expect(await ask({ full, limit: 2, table: 'items', author: 'ada' })).toMatchObject({
        value: { entries: [{ message: 'e' }, { message: 'd' }], next: 2 },
      })
      const last = await ask({ full, limit: 2, offset: 2, table: 'items', author: 'ada' })
      expect(last).toMatchObject({ value: { entries: [{ message: 'c' }, { message: 'make the tables' }] } })
      expect(last).not.toHaveProperty('value.next')
    }
  })
})

describe('a log of everything that led here', () => {
  const mergeSide = (): void => {
    runGit(path, 'branch', 'side', 'main')
    commit('on side 1', { [item('s')]: 'size: 1\n' }, { branch: 'side' })
    commit('on side 2', { 'notes/$records/s.yaml': 'text: s\n' }, { branch: 'side' })
    commit('on main', { [item('m')]: 'size: 1\n' })
    commit('merge side\n\nwith both', { [item('s')]: 'size: 1\n', 'notes/$records/s.yaml': 'text: s\n' }, { merge: 'side' })
    commit('after', { [item('m')]: 'size: 2\n' })
  }

  test('is that of git, merged branches included', async () => {
    mergeSide()
    expect(await log({ full: true })).toEqual(gitLog('--topo-order'))
    expect(await log({})).toEqual(gitLog('--first-parent'))
    expect(await ask({ full: true, limit: 2 })).toMatchObject({
      value: {
        entries: [
          { message: 'after', updated: 1, author: { name: 'Ada', email: 'ada@example.org' }, time: '2023-11-14T23:13:20+01:00' },
          { message: 'merge side\n\nwith both', inserted: 2, parents: [expect.any(String), runGit(path, 'rev-parse', 'side')] },
        ],
        next: 2,
      },
    })
  })

  test('counts what is known, and finds out what is asked for', async () => {
    mergeSide()
    const side = expect.objectContaining({ message: 'on side 1', author: { name: 'Ada', email: 'ada@example.org' } })
    const unknown = await ask({ full: true, message: 'on side' })
    expect(unknown).toMatchObject({ value: { entries: [{ message: 'on side 2' }, side] } })
    expect(unknown).not.toHaveProperty('value.entries.0.inserted')
    expect(await messages({ full: true, table: 'items' })).toEqual([
      'after',
      'merge side\n\nwith both',
      ...gitLog('--topo-order', '--no-merges', '--format=%s', '--', 'items').filter((subject) => subject !== 'after'),
    ])
    expect(await messages({ full: true, table: 'notes', id: 's' })).toEqual(['merge side\n\nwith both', 'on side 2'])
    expect(await ask({ full: true, message: 'on side' })).toMatchObject({ value: { entries: [{ inserted: 1 }, { inserted: 1 }] } })
  })

  test('is refused for files that are no commit', async () => {
    expect(await ask({ full: true, at: 'worktree' })).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
  })
})

describe('the mailmap', () => {
  test('names people in log, history and blame, and is what filters look at', async () => {
    const insert = commit('insert', { [item('a')]: 'size: 1\n', [item('b')]: 'size: 1\n' }, { who: 'al <al@old>' })
    commit('names', { '.mailmap': 'Ada Lovelace <ada@example.org>\nAlan Turing <alan@example.org> <al@old>\n' })
    await using database = await openDatabaseAt(path)
    const call = callLocal(database)
    const author = { name: 'Alan Turing', email: 'alan@example.org' }
    const said = { value: { entries: [{ commit: insert, author }] } }
    expect(await call('readHistory', { table: 'items', id: 'a' })).toMatchObject(said)
    expect(await call('readBlame', { table: 'items', id: 'a' })).toMatchObject(said)
    expect(await call('readLastChanges', { table: 'items' })).toMatchObject({ value: { entries: [{ author }, { author }] } })
    for (const full of [false, true]) {
      expect(await call('readLog', { author: 'turing <alan', full })).toMatchObject(said)
      expect(await call('readLog', { author: 'al@old', full })).toMatchObject({ value: { entries: [] } })
    }
    runGit(path, 'reset', '--quiet', '--hard')
    expect(await log({ author: 'Turing' })).toEqual(gitLog('--first-parent', '--author=Turing'))
  })
})

describe('the history of a field', () => {
  const history = async (input: Partial<OperationInput<'readHistory'>>) => {
    await using database = await openDatabaseAt(path)
    const answer = await callLocal(database)('readHistory', { table: 'items', id: 'a', ...input })
    return answer.ok ? { messages: answer.value.entries.map(({ message }) => message), next: answer.value.next } : answer.failure
  }

  test('has the commits that gave it another value, or took it away', async () => {
    commit('insert', { 'items/.collection/definition.yaml': `${definition('size')}    address:\n        type: any\n`, [item('a')]: 'size: 1\n' })
    commit('an address', { [item('a')]: 'size: 1\naddress: {city: Rome, zip: 1}\n' })
    commit('another zip', { [item('a')]: 'size: 1\naddress: {city: Rome, zip: 2}\n' })
    commit('no size', { [item('a')]: 'address: {city: Rome, zip: 2}\n' })
    commit('delete', { [item('a')]: null })
    commit('insert again', { [item('a')]: 'size: 1\n' })
    expect(await history({ field: 'size' })).toEqual({ messages: ['insert again', 'no size', 'insert'], next: undefined })
    expect(await history({ field: '/address/city' })).toMatchObject({ messages: ['delete', 'an address'] })
    expect(await history({ field: 'address', limit: 2 })).toEqual({ messages: ['delete', 'another zip'], next: 2 })
    expect(await history({ field: 'address', limit: 2, offset: 2 })).toEqual({ messages: ['an address'], next: undefined })
    expect(await history({ limit: 5 })).toMatchObject({ next: 5 })
    expect(await history({ field: '/address/constructor' })).toEqual({ messages: [], next: undefined })
    for (const field of ['__proto__', 'constructor', 'sise'])
      expect(await history({ field })).toMatchObject({ kind: 'invalid-input', issues: [{ rule: 'field', mistyped: { name: field } }] })
  })

  test('of a record that never was is not found, and a field needs a name', async () => {
    expect(await history({ field: 'size', id: 'nobody' })).toMatchObject({ kind: 'not-found', what: 'record' })
    commit('insert', { [item('a')]: 'size: 1\n' })
    for (const field of ['', '/a~2']) expect(await history({ field })).toMatchObject({ kind: 'invalid-input', issues: [{ rule: 'field' }] })
  })
})
