import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OperationInput } from '../../api/contract/operations.ts'
import { callLocal, initLocal, openLocal } from '../../api/local.ts'
import { commitForeign } from '../support/commit-foreign.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const single = (name: string) => `record_file: {name: "${name}", format: yaml, type: "map[string]any"}\n`
const list = (name: string) => `record_file: {name: "${name}", format: yaml, type: "[]map[string]any"}\n`
const dictionary = (name: string) => `record_file: {name: "${name}", format: yaml, type: "map[$record_id]map[$field_name]any"}\n`
const columns = 'columns:\n  name: {type: string}\n  place: {type: string}\n  id: {type: string}\n'

/** A database made of the given files, open, with shorthands for what the tests ask. */
const openWith = async (folder: string, files: Readonly<Record<string, string>>) => {
  const path = `${folder}/db`
  expect(await initLocal(path)).toMatchObject({ ok: true })
  commitForeign(path, files)
  runGit(path, 'reset', '-q', '--hard')
  const opened = await openLocal(path)
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
  const call = callLocal(opened.value)
  const commit = (changes: Readonly<Record<string, string | null>>): void => {
    commitForeign(path, changes)
    runGit(path, 'reset', '-q', '--hard')
  }
  const select = async (table: string, more: Partial<OperationInput<'selectRecords'>> = {}): Promise<readonly unknown[]> => {
    const answer = await call('selectRecords', { table, limit: 1000, ...more })
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
    return answer.value.records.map(({ json }) => JSON.parse(json))
  }
  const insert = (table: string, record: Readonly<Record<string, string>>, parent?: string) =>
    call('insertRecords', { table, records: [record], ...(parent !== undefined && { parent }) })
  const unreadable = async () => {
    const status = await call('readStatus', {})
    if (!status.ok) throw new Error(JSON.stringify(status.failure))
    return status.value.unreadable.map(({ file, message }) => `${file}: ${message}`)
  }
  const listFiles = (directory = '.') =>
    runGit(path, 'ls-files', directory)
      .split('\n')
      .filter((name) => name !== '')
  return { path, call, commit, select, insert, unreadable, listFiles, [Symbol.asyncDispose]: () => opened.value[Symbol.asyncDispose]() }
}

const spaces = {
  '.ingitdb/root-collections.yaml': 'spaces: spaces\n',
  'spaces/.collection/definition.yaml': single('{key}.yaml') + columns,
  'spaces/.collection/subcollections/contacts/definition.yaml': single('{key}.yaml') + columns,
}

describe('records of a subcollection', () => {
  const both = {
    ...spaces,
    'spaces/$records/a.yaml': 'name: A\n',
    'spaces/$records/b.yaml': 'name: B\n',
    'spaces/$records/a/contacts/$records/c1.yaml': 'name: inside\n',
    'spaces/b/contacts/$records/c1.yaml': 'name: outside\n',
  }

  test('are read in both places, and changed where they are', async () => {
    using folder = temporaryFolder()
    await using db = await openWith(folder.path, both)
    expect(await db.select('spaces/contacts')).toEqual([
      { $id: 'c1', $parent: 'a', name: 'inside' },
      { $id: 'c1', $parent: 'b', name: 'outside' },
    ])
    expect(await db.select('spaces/contacts', { parent: 'b' })).toEqual([{ $id: 'c1', $parent: 'b', name: 'outside' }])
    for (const id of ['a/c1', 'b/c1'])
      expect(await db.call('patchRecord', { table: 'spaces/contacts', id, patch: { place: 'x' } })).toMatchObject({ ok: true })
    expect(runGit(db.path, 'show', 'HEAD:spaces/$records/a/contacts/$records/c1.yaml')).toBe('name: inside\nplace: x')
    expect(runGit(db.path, 'show', 'HEAD:spaces/b/contacts/$records/c1.yaml')).toBe('name: outside\nplace: x')
  })

  test('are added where those below the same record are, else where those below others are', async () => {
    using folder = temporaryFolder()
    await using db = await openWith(folder.path, both)
    expect(await db.insert('spaces/contacts', { $id: 'c2' }, 'a')).toMatchObject({ ok: true })
    expect(await db.insert('spaces/contacts', { $id: 'c2' }, 'b')).toMatchObject({ ok: true })
    expect(db.listFiles('spaces').filter((file) => file.includes('c2'))).toEqual([
      'spaces/$records/a/contacts/$records/c2.yaml',
      'spaces/b/contacts/$records/c2.yaml',
    ])
    db.commit({ 'spaces/b/contacts/$records/c1.yaml': null, 'spaces/b/contacts/$records/c2.yaml': null })
    expect(await db.insert('spaces/contacts', { $id: 'c3' }, 'b')).toMatchObject({ ok: true })
    expect(db.listFiles('spaces')).toContain('spaces/$records/b/contacts/$records/c3.yaml')
  })

  test('of a new database lie outside of $records', async () => {
    using folder = temporaryFolder()
    await using db = await openWith(folder.path, {})
    const table = { columns: [{ name: 'name', type: 'string' }] }
    for (const id of ['spaces', 'spaces/contacts', 'spaces/contacts/phones'])
      expect(await db.call('createTable', { table: id, ...table })).toMatchObject({ ok: true })
    expect(await db.insert('spaces', { $id: 'a' })).toMatchObject({ ok: true })
    expect(await db.insert('spaces/contacts', { $id: 'c', $parent: 'a' })).toMatchObject({ ok: true })
    expect(await db.insert('spaces/contacts/phones', { $id: 'p' }, 'a/c')).toMatchObject({ ok: true })
    expect(db.listFiles('spaces')).toEqual([
      'spaces/$records/a.yaml',
      'spaces/.collection/definition.yaml',
      'spaces/.collection/subcollections/contacts/definition.yaml',
      'spaces/.collection/subcollections/contacts/subcollections/phones/definition.yaml',
      'spaces/a/contacts/$records/c.yaml',
      'spaces/a/contacts/c/phones/$records/p.yaml',
    ])
    expect(await db.select('spaces/contacts/phones', { parent: '*/c' })).toEqual([{ $id: 'p', $parent: 'a/c' }])
    expect(await db.select('spaces/contacts/phones', { parent: 'a/*', where: ["$id=='p'"], orderBy: '-$parent' })).toHaveLength(1)
    expect(await db.select('spaces/contacts/phones', { filter: { $parent: { $ne: 'a/c' } } })).toEqual([])
  })

  test('lead up and down by $parent, however deep they lie and in whichever place', async () => {
    using folder = temporaryFolder()
    const phones = { 'spaces/.collection/subcollections/contacts/subcollections/phones/definition.yaml': single('{key}.yaml') + columns }
    const records = {
      'spaces/$records/a/contacts/$records/c1/phones/$records/p1.yaml': 'name: first\n',
      'spaces/b/contacts/c1/phones/$records/p1.yaml': 'name: second\n',
    }
    await using db = await openWith(folder.path, { ...both, ...phones, ...records })
    const expanded = ({ space, contact }: { readonly space: string; readonly contact: string }) => ({
      $parent: {
        $id: 'c1',
        $parent: space.toLowerCase(),
        name: contact,
        $expand: { $parent: { $id: space.toLowerCase(), name: space } },
      },
    })
    expect(await db.select('spaces/contacts/phones', { expand: ['$parent.$parent'] })).toEqual([
      { $id: 'p1', $parent: 'a/c1', name: 'first', $expand: expanded({ space: 'A', contact: 'inside' }) },
      { $id: 'p1', $parent: 'b/c1', name: 'second', $expand: expanded({ space: 'B', contact: 'outside' }) },
    ])
    expect(await db.select('spaces', { expand: ['contacts().phones()'], where: ["$id=='b'"] })).toMatchObject([
      { $expand: { 'spaces/contacts($parent)': [{ name: 'outside', $expand: { 'spaces/contacts/phones($parent)': [{ name: 'second' }] } }] } },
    ])
  })

  test('that are in both places are served from the one where new ones go, and the other is listed', async () => {
    using folder = temporaryFolder()
    await using db = await openWith(folder.path, both)
    await db.select('spaces/contacts')
    db.commit({ 'spaces/a/contacts/$records/c1.yaml': 'name: other\n' })
    const served = [
      { $id: 'c1', $parent: 'a', name: 'other' },
      { $id: 'c1', $parent: 'b', name: 'outside' },
    ]
    const listed = ['spaces/$records/a/contacts/$records/c1.yaml: the same key is in spaces/a/contacts/$records/c1.yaml']
    expect([await db.select('spaces/contacts'), await db.unreadable()]).toEqual([served, listed])
    await db.call('rebuild', {})
    expect([await db.select('spaces/contacts'), await db.unreadable()]).toEqual([served, listed])
    db.commit({ 'spaces/a/contacts/$records/c1.yaml': null })
    expect(await db.select('spaces/contacts', { parent: 'a' })).toEqual([{ $id: 'c1', $parent: 'a', name: 'inside' }])
    expect(await db.unreadable()).toEqual([])
  })

  test('need the record above, which cannot be deleted while they are there', async () => {
    using folder = temporaryFolder()
    await using db = await openWith(folder.path, both)
    expect(await db.insert('spaces/contacts', { $id: 'c1' }, 'nowhere')).toMatchObject({
      failure: { kind: 'constraint-violation', issues: [{ rule: 'parent', key: 'nowhere/c1' }] },
    })
    expect(await db.call('deleteRecord', { table: 'spaces', id: 'a' })).toMatchObject({
      failure: { kind: 'constraint-violation', issues: [{ rule: 'referenced', referrers: { table: 'spaces/contacts', column: '$parent' } }] },
    })
    expect(await db.insert('spaces/contacts', { $id: 'c9', $parent: 'b' }, 'a')).toMatchObject({ failure: { issues: [{ rule: 'parent' }] } })
    const message = 'record 1 does not say which record it lies below: insert into spaces/KEY/contacts, or name its keys in "$parent"'
    expect(await db.insert('spaces/contacts', { $id: 'c9' })).toMatchObject({ failure: { issues: [{ rule: 'parent', message }] } })
    expect(await db.insert('spaces/contacts', { $id: 'b/c9' })).toMatchObject({ ok: true })
    expect(await db.insert('spaces', { $id: 'c9' }, 'a')).toMatchObject({ failure: { issues: [{ message: 'table spaces is no subcollection' }] } })
  })

  test('go with the record above where rules.yaml says so, and are unique below it', async () => {
    using folder = temporaryFolder()
    const rules = 'on_delete: {$parent: cascade}\nunique: [[$parent, name]]\n'
    await using db = await openWith(folder.path, { ...both, 'spaces/.collection/subcollections/contacts/rules.yaml': rules })
    expect(await db.insert('spaces/contacts', { $id: 'c2', name: 'inside' }, 'a')).toMatchObject({ failure: { issues: [{ rule: 'unique' }] } })
    expect(await db.insert('spaces/contacts', { $id: 'c2', name: 'inside' }, 'b')).toMatchObject({ ok: true })
    expect(await db.call('deleteRecord', { table: 'spaces', id: 'a' })).toMatchObject({ ok: true })
    expect(await db.select('spaces/contacts')).toMatchObject([{ $parent: 'b' }, { $parent: 'b' }])
    expect(db.listFiles('spaces').filter((file) => file.includes('/a'))).toEqual([])
  })

  test('whose record above is gone are served, and found by validation, as are mixed places', async () => {
    using folder = temporaryFolder()
    await using db = await openWith(folder.path, both)
    db.commit({ 'spaces/$records/b.yaml': null })
    expect(await db.select('spaces/contacts', { parent: 'b' })).toEqual([{ $id: 'c1', $parent: 'b', name: 'outside' }])
    expect(await db.call('validateDatabase', {})).toMatchObject({
      value: {
        findings: [
          { code: 'mixed-layout', table: 'spaces/contacts', severity: 'warning' },
          { code: 'parent', key: 'b/c1', file: 'spaces/b/contacts/$records/c1.yaml', severity: 'error' },
        ],
      },
    })
  })

  test('may lie below records of a shared file, and share files themselves', async () => {
    using folder = temporaryFolder()
    await using db = await openWith(folder.path, {
      '.ingitdb/root-collections.yaml': 'books: books\n',
      'books/.collection/definition.yaml': dictionary('books.yaml') + columns,
      'books/.collection/subcollections/pages/definition.yaml': dictionary('pages.yaml') + columns,
      'books/.collection/subcollections/notes/definition.yaml': list('notes.yaml') + columns,
      'books/books.yaml': 'b1: {name: One}\nb2: {name: Two}\n',
      'books/b1/pages/pages.yaml': 'p1: {name: first} # kept\n',
      'books/b1/notes/notes.yaml': '- {id: n1, name: x}\n',
    })
    expect(await db.select('books/pages')).toEqual([{ $id: 'p1', $parent: 'b1', name: 'first' }])
    expect(await db.select('books/notes')).toEqual([{ $id: 'n1', $parent: 'b1', name: 'x', id: 'n1' }])
    expect(await db.insert('books/pages', { $id: 'p2', name: 'second' }, 'b1')).toMatchObject({ ok: true })
    expect(await db.insert('books/pages', { $id: 'p1', name: 'other' }, 'b2')).toMatchObject({ ok: true })
    expect(runGit(db.path, 'show', 'HEAD:books/b1/pages/pages.yaml')).toContain('# kept')
    expect(await db.call('deleteRecord', { table: 'books/pages', id: 'b2/p1' })).toMatchObject({ ok: true })
    expect(db.listFiles('books')).not.toContain('books/b2/pages/pages.yaml')
    db.commit({ 'books/b1/pages/pages.yaml': 'p2: {name: second}\np3: {name: third}\n' })
    expect(await db.select('books/pages')).toMatchObject([{ $id: 'p2' }, { $id: 'p3' }])
  })

  test('can be dropped with their table, and their parent after that', async () => {
    using folder = temporaryFolder()
    await using db = await openWith(folder.path, both)
    expect(await db.call('dropTable', { table: 'spaces' })).toMatchObject({ failure: { kind: 'constraint-violation' } })
    expect(await db.call('dropTable', { table: 'spaces/contacts' })).toMatchObject({ ok: true })
    expect(db.listFiles('spaces')).toEqual(['spaces/$records/a.yaml', 'spaces/$records/b.yaml', 'spaces/.collection/definition.yaml'])
    expect(await db.call('dropTable', { table: 'spaces' })).toMatchObject({ ok: true })
    expect(db.listFiles('spaces')).toEqual([])
  })
})

describe('tables with several files of many records', () => {
  const cities = {
    '.ingitdb/root-collections.yaml': 'cities: cities\n',
    'cities/.collection/definition.yaml': list('{place}.yaml') + columns,
    'cities/no.yaml': '- {id: oslo, place: "no"} # kept\n- {id: bergen, place: "no"}\n',
    'cities/se.yaml': '- {id: lund, place: se}\n',
  }

  test('are read from all of them, and a record moves to the file that its column names', async () => {
    using folder = temporaryFolder()
    await using db = await openWith(folder.path, cities)
    expect(await db.select('cities')).toMatchObject([{ $id: 'bergen' }, { $id: 'lund' }, { $id: 'oslo' }])
    expect(await db.call('patchRecord', { table: 'cities', id: 'bergen', patch: { place: 'se' } })).toMatchObject({ ok: true })
    expect(runGit(db.path, 'show', 'HEAD:cities/no.yaml')).toBe('- {id: oslo, place: "no"} # kept')
    expect(runGit(db.path, 'show', 'HEAD:cities/se.yaml')).toContain('bergen')
    expect(await db.insert('cities', { $id: 'rome', place: 'it' })).toMatchObject({ ok: true })
    expect(db.listFiles('cities')).toContain('cities/it.yaml')
    expect(await db.call('deleteRecord', { table: 'cities', id: 'rome' })).toMatchObject({ ok: true })
    expect(db.listFiles('cities')).not.toContain('cities/it.yaml')
  })

  test('need the column that names the file, with a text that can be a file name', async () => {
    using folder = temporaryFolder()
    await using db = await openWith(folder.path, cities)
    expect(await db.insert('cities', { $id: 'x' })).toMatchObject({
      failure: { kind: 'invalid-input', issues: [{ rule: 'file-name', field: '/place' }] },
    })
    for (const place of ['../x', 'a/b', '.x', 'a\\b', ''])
      expect(await db.insert('cities', { $id: 'x', place })).toMatchObject({ failure: { kind: 'invalid-input', issues: [{ rule: 'file-name' }] } })
  })

  test('serve a key that is in two files once', async () => {
    using folder = temporaryFolder()
    await using db = await openWith(folder.path, cities)
    await db.select('cities')
    db.commit({ 'cities/aa.yaml': '- {id: lund, place: aa}\n- {id: x, place: aa}\n' })
    const expected = ['bergen', 'lund', 'oslo', 'x']
    expect((await db.select('cities')).map((record) => Object(record).$id)).toEqual(expected)
    expect(await db.unreadable()).toEqual(['cities/se.yaml: the same key is in cities/aa.yaml'])
    db.commit({ 'cities/aa.yaml': '- {id: x, place: aa}\n' })
    expect(await db.select('cities', { where: ["$id=='lund'"] })).toEqual([{ $id: 'lund', place: 'se', id: 'lund' }])
    expect(await db.unreadable()).toEqual([])
  })

  test('of one record each move with their text', async () => {
    using folder = temporaryFolder()
    await using db = await openWith(folder.path, {
      '.ingitdb/root-collections.yaml': 'cities: cities\n',
      'cities/.collection/definition.yaml': single('{place}/{key}.yaml') + columns,
      'cities/$records/no/oslo.yaml': '# hand-made\nplace: "no"\n',
    })
    expect(await db.call('patchRecord', { table: 'cities', id: 'oslo', patch: { place: 'se' } })).toMatchObject({ ok: true })
    expect(db.listFiles('cities/$records')).toEqual(['cities/$records/se/oslo.yaml'])
    expect(runGit(db.path, 'show', 'HEAD:cities/$records/se/oslo.yaml')).toBe('# hand-made\nplace: "se"')
  })
})

describe('records that lie elsewhere', () => {
  test('are read and written in the directory that layout.yaml names', async () => {
    using folder = temporaryFolder()
    await using db = await openWith(folder.path, {
      '.ingitdb/root-collections.yaml': 'people: people\nall: .\n',
      'people/definition.yaml': single('{key}.yaml') + columns,
      'people/layout.yaml': 'records_directory: .\n',
      'people/ada.yaml': 'name: Ada\n',
      'people/notes/x.yaml': 'name: X\n',
      '.collection/definition.yaml': single('{key}.yaml') + columns,
      '$records/r.yaml': 'name: R\n',
    })
    expect(await db.select('people')).toEqual([{ $id: 'ada', name: 'Ada' }])
    expect(await db.select('all')).toEqual([{ $id: 'r', name: 'R' }])
    expect(await db.insert('people', { $id: 'bob' })).toMatchObject({ ok: true })
    expect(await db.insert('people', { $id: 'rules' })).toMatchObject({ failure: { issues: [{ rule: 'key' }] } })
    expect(await db.insert('all', { $id: 's' })).toMatchObject({ ok: true })
    expect(db.listFiles()).toEqual(expect.arrayContaining(['people/bob.yaml', '$records/s.yaml']))
    expect(await db.call('dropTable', { table: 'people' })).toMatchObject({ ok: true })
    expect(db.listFiles('people')).toEqual(['people/notes/x.yaml'])
  })

  test('one record may have one file without a place for a key', async () => {
    using folder = temporaryFolder()
    await using db = await openWith(folder.path, {
      '.ingitdb/root-collections.yaml': 'config: config\n',
      'config/.collection/definition.yaml': single('site.yaml') + columns,
      'config/site.yaml': 'name: Site\n',
    })
    expect(await db.select('config')).toEqual([{ $id: 'site', name: 'Site' }])
    expect(await db.insert('config', { $id: 'other' })).toMatchObject({ failure: { issues: [{ rule: 'key' }] } })
    expect(await db.call('patchRecord', { table: 'config', id: 'site', patch: { name: 'New' } })).toMatchObject({ ok: true })
    expect(runGit(db.path, 'show', 'HEAD:config/site.yaml')).toBe('name: New')
  })
})

test('a changed base re-reads the tables that inherit from it', async () => {
  using folder = temporaryFolder()
  await using db = await openWith(folder.path, {
    '.ingitdb/root-collections.yaml': 'users: users\n',
    'users/.collection/definition.yaml': 'inherits: ../../shared/base.yaml\n',
    'shared/base.yaml': single('{key}.yaml') + columns,
    'users/$records/ada.yaml': 'name: Ada\n',
  })
  expect(await db.select('users')).toEqual([{ $id: 'ada', name: 'Ada' }])
  db.commit({ 'shared/base.yaml': `${single('{key}.yaml')}columns: {name: {type: int}}\n` })
  expect(await db.select('users')).toEqual([])
  expect(await db.unreadable()).toHaveLength(1)
  db.commit({ 'shared/base.yaml': null })
  expect(await db.unreadable()).toEqual([expect.stringContaining('there is no shared/base.yaml')])
  db.commit({ 'shared/base.yaml': single('{key}.yaml') + columns })
  expect(await db.select('users')).toEqual([{ $id: 'ada', name: 'Ada' }])
})

test('whatever files come and go, what is read commit by commit is what a rebuild reads', { timeout: 60_000 }, async () => {
  const files = [
    ...['a', 'b'].flatMap((parent) =>
      ['c1', 'c2'].flatMap((key) => [`spaces/${parent}/contacts/$records/${key}.yaml`, `spaces/$records/${parent}/contacts/$records/${key}.yaml`]),
    ),
    ...['a', 'b'].flatMap((parent) => [`spaces/${parent}/notes/notes.yaml`, `spaces/$records/${parent}/notes/notes.yaml`]),
    ...['no', 'se'].map((place) => `cities/${place}.yaml`),
  ]
  const rows = fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 })
  const text = (path: string, keys: readonly string[], name: string): string => {
    if (path.includes('contacts')) return keys.length === 0 ? '{{{' : `name: ${name}\n`
    return keys.length === 0 ? '[]\n' : keys.map((key) => `- {id: ${key}, name: ${name}}\n`).join('')
  }
  const change = fc
    .tuple(fc.constantFrom(...files), rows, fc.constantFrom('p', 'q'), fc.boolean())
    .map(([path, keys, name, isGone]) => [path, isGone ? null : text(path, keys, name)] as const)
  const commits = fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(commits, async (history) => {
      using folder = temporaryFolder()
      await using db = await openWith(folder.path, {
        ...spaces,
        '.ingitdb/root-collections.yaml': 'spaces: spaces\ncities: cities\n',
        'spaces/.collection/subcollections/notes/definition.yaml': list('notes.yaml') + columns,
        'cities/.collection/definition.yaml': list('{place}.yaml') + columns,
      })
      const readAll = async () => [
        await db.select('spaces/contacts'),
        await db.select('spaces/notes'),
        await db.select('cities'),
        await db.unreadable(),
      ]
      const known = new Set<string>()
      for (const step of history) {
        const changes = new Map(step.filter(([path, content]) => content !== null || known.has(path)))
        for (const [path, content] of changes) {
          if (content === null) known.delete(path)
          else known.add(path)
        }
        if (changes.size > 0) commitForeign(db.path, Object.fromEntries(changes))
        await db.select('cities')
      }
      const before = await readAll()
      await db.call('rebuild', {})
      expect(await readAll()).toEqual(before)
    }),
    { numRuns: 12 },
  )
})
