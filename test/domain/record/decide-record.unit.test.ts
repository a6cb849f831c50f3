import { describe, test } from 'vitest'
import type { Command } from '../../../domain/event-sourcing/operation.ts'
import type { RecordKey } from '../../../domain/ids.ts'
import { ExactNumber, type JsonObject } from '../../../domain/json.ts'
import type { JsonPatchOperation } from '../../../domain/record/json-patch.ts'
import { given, idOf, keyOf, revisionOf, type State, tableOf } from '../../support/given-records.ts'

const users = tableOf('users', {
  columns: { name: { type: 'string', required: true }, age: 'int', tags: '[]string', address: 'any', role: 'string' },
  rules: { defaults: { role: 'reader' } },
})
const state: State = { users: { ada: { name: 'Ada', age: 36, address: { city: 'London', zip: 'W1' }, role: 'admin' } } }

const table = idOf('users')
const ada = keyOf('ada')
const bob = keyOf('bob')
const before = { name: 'Ada', age: 36, address: { city: 'London', zip: 'W1' }, role: 'admin' }

const insert = (...records: readonly (readonly [string, JsonObject])[]): Command => ({
  type: 'InsertRecords',
  table,
  records: records.map(([key, fields]) => ({ key: keyOf(key), fields })),
})

describe('insert', () => {
  test('adds records in the order given', () => {
    given([users], state)
      .when(insert(['bob', { name: 'Bob', role: 'x' }], ['abe', { name: 'Abe', role: 'y' }]))
      .thenChanges(
        { type: 'RecordInserted', table, key: bob, after: { name: 'Bob', role: 'x' } },
        { type: 'RecordInserted', table, key: keyOf('abe'), after: { name: 'Abe', role: 'y' } },
      )
  })
  test('fills absent fields from the defaults, but not null', () => {
    given([users], state)
      .when(insert(['bob', { name: 'Bob' }], ['abe', { name: 'Abe', role: null }]))
      .thenState({ users: { ...state.users, bob: { name: 'Bob', role: 'reader' }, abe: { name: 'Abe', role: null } } })
  })
  test('of nothing changes nothing', () => {
    given([users], state).when(insert()).thenChanges()
  })
  test('of a key that is taken fails', () => {
    given([users], state)
      .when(insert(['ada', { name: 'Other' }]))
      .thenFails({ kind: 'already-exists', what: 'record', id: 'users/ada' })
  })
  test('of a key twice in one command fails', () => {
    given([users], state)
      .when(insert(['bob', { name: 'Bob' }], ['bob', { name: 'Bob' }]))
      .thenFails({ kind: 'already-exists', what: 'record', id: 'users/bob' })
  })
  test('of a key twice in one operation fails', () => {
    given([users], state)
      .when(insert(['bob', { name: 'Bob' }]), insert(['bob', { name: 'Bob' }]))
      .thenFails({ kind: 'already-exists', what: 'record', id: 'users/bob' })
  })
  test('of invalid records reports what is wrong with each of them', () => {
    given([users], state)
      .when(insert(['bob', { age: 'old' }], ['abe', { name: 'Abe', height: 2 }]))
      .thenFailsWith(
        'invalid-input',
        { rule: 'required', table: 'users', key: 'bob', field: '/name' },
        { rule: 'type', table: 'users', key: 'bob', field: '/age', value: 'old' },
        { rule: 'undeclared-field', table: 'users', key: 'abe', field: '/height', value: 2 },
      )
  })
  test('into an unknown table fails and names the tables there are', () => {
    given([users], state)
      .when({ type: 'InsertRecords', table: idOf('people'), records: [] })
      .thenFails({ kind: 'not-found', what: 'table', id: 'people', among: ['users'] })
  })
  test('with a key that its file could not have fails', () => {
    given([users], state)
      .when(insert(['a\u001fb', { name: 'Bob' }]))
      .thenFailsWith('invalid-input', { rule: 'key', table: 'users', key: 'a\u001fb' })
  })
  test('leaves out $id, under which answers carry the key', () => {
    given([users], state)
      .when(insert(['bob', { $id: 'bob', name: 'Bob', role: 'x' }]))
      .thenChanges({ type: 'RecordInserted', table, key: bob, after: { name: 'Bob', role: 'x' } })
  })
  test('with an $id that is not the key fails', () => {
    given([users], state)
      .when(insert(['bob', { $id: 'rob', name: 'Bob' }]))
      .thenFailsWith('invalid-input', { rule: 'key-field', field: '/$id', value: 'rob' })
  })
})

describe('replace', () => {
  const replace = (key: RecordKey, fields: JsonObject, expectedRevision?: string): Command => ({
    type: 'ReplaceRecord',
    table,
    key,
    fields,
    ...(expectedRevision === undefined ? {} : { expectedRevision }),
  })

  test('puts other fields in place of all of them, with defaults', () => {
    given([users], state)
      .when(replace(ada, { name: 'Ada L.' }))
      .thenChanges({ type: 'RecordUpdated', table, key: ada, before, after: { name: 'Ada L.', role: 'reader' } })
  })
  test('by the same fields in another order changes nothing', () => {
    given([users], state)
      .when(replace(ada, { role: 'admin', address: { zip: 'W1', city: 'London' }, age: 36, name: 'Ada' }))
      .thenChanges()
  })
  test('of a number by the same number written otherwise is a change', () => {
    given([users], state)
      .when(replace(ada, { ...before, age: new ExactNumber('36.0') }))
      .thenChanges({ type: 'RecordUpdated', table, key: ada, before, after: { ...before, age: new ExactNumber('36.0') } })
  })
  test('of a record that is not there fails', () => {
    given([users], state)
      .when(replace(bob, { name: 'Bob' }))
      .thenFails({ kind: 'not-found', what: 'record', id: 'users/bob' })
  })
  test('of the revision that was read succeeds', () => {
    given([users], state)
      .when(replace(ada, { name: 'A', role: 'x' }, revisionOf('users', 'ada')))
      .thenState({ users: { ada: { name: 'A', role: 'x' } } })
  })
  test('of another revision fails and names both', () => {
    given([users], state)
      .when(replace(ada, { name: 'A' }, 'stale'))
      .thenFails({ kind: 'version-conflict', what: 'record', id: 'users/ada', expected: 'stale', actual: revisionOf('users', 'ada') })
  })
  test('of a revision that is gone fails', () => {
    given([users], state)
      .when(replace(bob, { name: 'B' }, 'stale'))
      .thenFails({ kind: 'version-conflict', what: 'record', id: 'users/bob', expected: 'stale', actual: undefined })
  })
  test('twice in one operation may expect the revision from before it', () => {
    const revision = revisionOf('users', 'ada')
    given([users], state)
      .when(replace(ada, { name: 'A', role: 'x' }, revision), replace(ada, { name: 'B', role: 'x' }, revision))
      .thenChanges({ type: 'RecordUpdated', table, key: ada, before, after: { name: 'B', role: 'x' } })
  })
  test('by an invalid record fails', () => {
    given([users], state).when(replace(ada, {})).thenFailsWith('invalid-input', { rule: 'required', field: '/name' })
  })
})

describe('patch', () => {
  const patch = (key: RecordKey, fields: JsonObject): Command => ({ type: 'PatchRecord', table, key, patch: fields })

  test('changes, adds and removes fields and leaves the others alone', () => {
    given([users], state)
      .when(patch(ada, { age: 37, tags: ['x'], role: null, address: { zip: null } }))
      .thenState({ users: { ada: { name: 'Ada', age: 37, tags: ['x'], address: { city: 'London' } } } })
  })
  test('that changes nothing gives no change', () => {
    given([users], state)
      .when(patch(ada, { age: 36, tags: null }))
      .thenChanges()
  })
  test('of a record that is not there fails', () => {
    given([users], state).when(patch(bob, {})).thenFails({ kind: 'not-found', what: 'record', id: 'users/bob' })
  })
  test('that takes a required field away fails', () => {
    given([users], state)
      .when(patch(ada, { name: null }))
      .thenFailsWith('invalid-input', { rule: 'required', field: '/name' })
  })
  test('fills in no defaults', () => {
    given([users], { users: { ada: { name: 'Ada' } } })
      .when(patch(ada, { age: 1 }))
      .thenState({ users: { ada: { name: 'Ada', age: 1 } } })
  })
  test('with __proto__ in it fails, even where it would remove it', () => {
    given([users], state)
      .when(patch(ada, JSON.parse('{"address":{"__proto__":null}}')))
      .thenFailsWith('invalid-input', { rule: 'forbidden-name' })
  })
})

describe('JSON patch', () => {
  const patch = (...operations: readonly JsonPatchOperation[]): Command => ({ type: 'JsonPatchRecord', table, key: ada, operations })

  test('changes the record and leaves the other fields alone', () => {
    given([users], state)
      .when(
        patch(
          { op: 'test', path: ['$id'], value: 'ada' },
          { op: 'replace', path: ['address', 'city'], value: 'Paris' },
          { op: 'remove', path: ['age'] },
        ),
      )
      .thenState({ users: { ada: { name: 'Ada', address: { city: 'Paris', zip: 'W1' }, role: 'admin' } } })
  })
  test('that changes nothing gives no change', () => {
    given([users], state)
      .when(patch({ op: 'test', path: ['age'], value: 36 }))
      .thenChanges()
  })
  test('whose test fails breaks a rule, and names what is there', () => {
    given([users], state)
      .when(patch({ op: 'replace', path: ['name'], value: 'X' }, { op: 'test', path: ['age'], value: 37 }))
      .thenFailsWith('constraint-violation', { rule: 'json-patch-test', table: 'users', key: 'ada', field: '/age', value: 36 })
  })
  test('of a value that is not there is invalid', () => {
    given([users], state)
      .when(patch({ op: 'remove', path: ['tags'] }))
      .thenFailsWith('invalid-input', { rule: 'json-patch', table: 'users', key: 'ada', field: '/tags' })
  })
  test('cannot change the key, and cannot leave anything but an object', () => {
    given([users], state)
      .when(patch({ op: 'replace', path: ['$id'], value: 'bob' }))
      .thenFailsWith('invalid-input', { rule: 'key-field' })
    given([users], state)
      .when(patch({ op: 'replace', path: [], value: [] }))
      .thenFailsWith('invalid-input', { rule: 'json-patch', message: 'the patch leaves no object' })
  })
  test('that leaves an invalid record fails', () => {
    given([users], state)
      .when(patch({ op: 'remove', path: ['name'] }))
      .thenFailsWith('invalid-input', { rule: 'required', field: '/name' })
    given([users], state)
      .when(patch({ op: 'add', path: ['address', '__proto__'], value: 1 }))
      .thenFailsWith('invalid-input', { rule: 'forbidden-name' })
  })
  test('of a record that is not there fails', () => {
    given([users], {}).when(patch()).thenFails({ kind: 'not-found', what: 'record', id: 'users/ada' })
  })
})

describe('upsert', () => {
  const upsert = (key: RecordKey, fields: JsonObject, expectedRevision?: string): Command => ({
    type: 'UpsertRecord',
    table,
    key,
    fields,
    ...(expectedRevision === undefined ? {} : { expectedRevision }),
  })

  test('inserts what is not there', () => {
    given([users], state)
      .when(upsert(bob, { name: 'Bob' }))
      .thenChanges({ type: 'RecordInserted', table, key: bob, after: { name: 'Bob', role: 'reader' } })
  })
  test('replaces what is there', () => {
    given([users], state)
      .when(upsert(ada, { name: 'Bob' }))
      .thenChanges({ type: 'RecordUpdated', table, key: ada, before, after: { name: 'Bob', role: 'reader' } })
  })
  test('of a revision of a record that is gone fails instead of inserting it again', () => {
    given([users], state)
      .when(upsert(bob, { name: 'Bob' }, 'stale'))
      .thenFails({ kind: 'version-conflict', what: 'record', id: 'users/bob', expected: 'stale', actual: undefined })
  })
})

describe('the field that repeats the key', () => {
  const coded = tableOf('users', { columns: { code: 'string', name: 'string' }, rules: { keyField: 'code' } })

  test('is filled in when absent', () => {
    given([coded])
      .when(insert(['bob', { name: 'Bob' }]))
      .thenState({ users: { bob: { name: 'Bob', code: 'bob' } } })
  })
  test('is kept when it says the key', () => {
    given([coded])
      .when(insert(['bob', { code: 'bob', name: 'Bob' }]))
      .thenState({ users: { bob: { code: 'bob', name: 'Bob' } } })
  })
  test('is refused when it says another key', () => {
    given([coded])
      .when(insert(['bob', { code: 'rob' }]))
      .thenFailsWith('invalid-input', { rule: 'key-field', field: '/code', value: 'rob' })
  })
  test('cannot be patched away', () => {
    given([coded], { users: { bob: { code: 'bob' } } })
      .when({ type: 'PatchRecord', table, key: bob, patch: { code: null } })
      .thenChanges()
  })
  test('is a number where its column is', () => {
    const numbered = tableOf('users', { columns: { code: 'int' }, rules: { keyField: 'code' } })
    given([numbered])
      .when(insert(['42', {}]))
      .thenState({ users: { 42: { code: 42 } } })
    given([numbered])
      .when(insert(['42', { code: new ExactNumber('42.0') }]))
      .thenState({ users: { 42: { code: new ExactNumber('42.0') } } })
    given([numbered])
      .when(insert(['forty', {}]))
      .thenFailsWith('invalid-input', { rule: 'type', field: '/code' })
  })
  test('is id in a list file that names no primary key', () => {
    const listed = tableOf('users', { columns: { id: 'string' }, recordFile: { name: 'users.json', format: 'json', type: 'list' } })
    given([listed])
      .when(insert(['bob', {}]))
      .thenState({ users: { bob: { id: 'bob' } } })
  })
  test('is every primary key column in a list file', () => {
    const listed = tableOf('users', {
      columns: { country: 'string', number: 'int' },
      primaryKey: ['country', 'number'],
      recordFile: { name: 'users.json', format: 'json', type: 'list' },
    })
    given([listed])
      .when(insert(['de\u001f7', {}]))
      .thenState({ users: { 'de\u001f7': { country: 'de', number: 7 } } })
    given([listed])
      .when(insert(['de\u001f7', { number: 8 }]))
      .thenFailsWith('invalid-input', { rule: 'key-field', field: '/number' })
    given([listed])
      .when(insert(['de', {}]))
      .thenFailsWith('invalid-input', {})
  })
})

describe('a record with front matter', () => {
  const markdown = (schema?: JsonObject) => ({
    ...tableOf('posts', { columns: { title: 'string' } }),
    recordFile: { name: '{key}.md', format: 'markdown', type: 'single' } as const,
    ...(schema && { schema }),
  })
  const hello = { title: 'Hello', draft: true, $content: 'Text' }
  const patch = (fields: JsonObject): Command => ({ type: 'PatchRecord', table: idOf('posts'), key: keyOf('hello'), patch: fields })

  test('keeps keys that are no columns, and may change them and take them away', () => {
    const posts = given([markdown()], { posts: { hello } })
    posts.when(patch({ title: 'Hi' })).thenState({ posts: { hello: { ...hello, title: 'Hi' } } })
    posts.when(patch({ draft: false })).thenState({ posts: { hello: { ...hello, draft: false } } })
    posts.when(patch({ draft: null })).thenState({ posts: { hello: { title: 'Hello', $content: 'Text' } } })
  })
  test('gets no more of them, unless its schema allows any', () => {
    given([markdown()], { posts: { hello } })
      .when(patch({ titel: 'Hi' }))
      .thenFailsWith('invalid-input', { rule: 'undeclared-field', field: '/titel' })
    given([markdown({ additionalProperties: true })], { posts: { hello } })
      .when(patch({ titel: 'Hi' }))
      .thenState({ posts: { hello: { ...hello, titel: 'Hi' } } })
  })
  test('has its content even when it was given none', () => {
    given([markdown()], {})
      .when({ type: 'InsertRecords', table: idOf('posts'), records: [{ key: keyOf('hello'), fields: { title: 'A' } }] })
      .thenState({ posts: { hello: { title: 'A', $content: '' } } })
  })
})
