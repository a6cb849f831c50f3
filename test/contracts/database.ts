import { beforeEach, describe, expect, test } from 'vitest'
import type { CallOperation, OperationAnswer } from '../../api/contract/operations.ts'
import type { Database } from '../../api/database.ts'
import { callLocal } from '../../api/local.ts'
import type { Command } from '../../domain/event-sourcing/operation.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { Result } from '../../domain/result.ts'
import { idOf, keyOf } from '../support/given-records.ts'

/** An empty database, gone when disposed. */
export interface OpenedDatabase extends AsyncDisposable {
  readonly database: Database
}

const users = idOf('users')
const insertInto = (table: string, key: string, fields: JsonObject): Command => ({
  type: 'InsertRecords',
  table: idOf(table),
  records: [{ key: keyOf(key), fields }],
})
const patchUser = (key: string, patch: JsonObject): Command => ({ type: 'PatchRecord', table: users, key: keyOf(key), patch })

const take = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}
const failing = (failure: object) => ({ ok: false, failure })

/** What every database does, on disk or in memory; asked through the operation table, where edges ask. */
export const describeDatabase = (name: string, open: () => Promise<OpenedDatabase>): void => {
  describe(name, () => {
    let database: Database
    let call: CallOperation

    /** Tables of users and of orders; Ada (36, London), Bob (20) and Cid (50). */
    beforeEach(async () => {
      const opened = await open()
      database = opened.database
      call = callLocal(database)
      const columns = [
        { name: 'name', type: 'string' },
        { name: 'age', type: 'int' },
        { name: 'address', type: 'any' },
      ]
      for (const table of ['users', 'orders']) take(await call('createTable', { table, columns, recordFormat: 'json' }))
      const records = [
        { $id: 'u1', name: 'Ada', age: 36, address: { city: 'London', zip: 'N1' } },
        { $id: 'u2', name: 'Bob', age: 20 },
        { $id: 'u3', name: 'Cid', age: 50 },
      ]
      take(await call('insertRecords', { table: 'users', records }))
      return () => opened[Symbol.asyncDispose]()
    })

    const read = async (id: string, more: { readonly at?: string; readonly table?: string } = {}) => {
      const answer = await call('getRecord', { table: 'users', id, ...more })
      return answer.ok ? JSON.parse(answer.value.json) : answer.failure.kind
    }
    const revisionOf = async (id: string) => take(await call('getRecord', { table: 'users', id })).revision
    const headOf = async () => take(await database.read({})).commit
    const keysOf = async (input: object) => {
      const answer = await call('selectRecords', { table: 'users', ...input })
      return answer.ok ? answer.value.records.map(({ key }) => key) : answer.failure.kind
    }
    /** Does something that must leave no trace. */
    const unchangedBy = async (work: () => Promise<Result<unknown>>): Promise<Result<unknown>> => {
      const ask = async () => [await headOf(), await call('selectRecords', { table: 'users' }), await call('readLog', {})]
      const before = await ask()
      const result = await work()
      expect(await ask()).toEqual(before)
      return result
    }

    describe('a record', () => {
      test('that is inserted is read back, with the revision and on the commit that the insert answered', async () => {
        const written = take(await call('insertRecords', { table: 'users', records: [{ $id: 'n', name: 'New', age: 1 }] }))
        const { commit, revision, json } = take(await call('getRecord', { table: 'users', id: 'n' }))
        expect(JSON.parse(json)).toEqual({ $id: 'n', name: 'New', age: 1 })
        expect(written).toEqual({
          commit,
          changes: [{ operation: 'insert', table: 'users', id: 'n', rev: revision }],
          repeated: false,
          dryRun: false,
        })
        expect(await headOf()).toBe(commit)
      })

      test('is patched by RFC 7396: what is null goes, objects merge, the rest stays', async () => {
        const patch = { age: null, name: 'Ada L.', address: { zip: null, street: 'King’s Road' } }
        expect(await call('patchRecord', { table: 'users', id: 'u1', patch })).toMatchObject({
          value: { changes: [{ operation: 'update', id: 'u1', rev: expect.any(String) }] },
        })
        expect(await read('u1')).toEqual({ $id: 'u1', name: 'Ada L.', address: { city: 'London', street: 'King’s Road' } })
      })

      test('is replaced as a whole', async () => {
        take(await call('replaceRecord', { table: 'users', id: 'u1', record: { age: 37 } }))
        expect(await read('u1')).toEqual({ $id: 'u1', age: 37 })
      })

      test('is inserted by an upsert, and replaced by the next one', async () => {
        const upsert = (record: JsonObject) => call('upsertRecord', { table: 'users', id: 'n', record })
        expect(await upsert({ age: 1, name: 'New' })).toMatchObject({ value: { changes: [{ operation: 'insert' }] } })
        expect(await upsert({ age: 2 })).toMatchObject({ value: { changes: [{ operation: 'update' }] } })
        expect(await read('n')).toEqual({ $id: 'n', age: 2 })
      })

      test('that is deleted is gone, and its key is free', async () => {
        expect(take(await call('deleteRecord', { table: 'users', id: 'u1' })).changes).toEqual([{ operation: 'delete', table: 'users', id: 'u1' }])
        expect(await read('u1')).toBe('not-found')
        expect(await keysOf({})).toEqual(['u2', 'u3'])
        take(await call('insertRecords', { table: 'users', records: [{ $id: 'u1', age: 1 }] }))
        expect(await read('u1')).toEqual({ $id: 'u1', age: 1 })
      })

      test('that is written as it is makes no commit: the answer is the head', async () => {
        const head = await headOf()
        const same = { name: 'Bob', age: 20 }
        const writes = [
          () => call('patchRecord', { table: 'users', id: 'u2', patch: { name: 'Bob' } }),
          () => call('patchRecord', { table: 'users', id: 'u2', patch: { address: null } }),
          () => call('replaceRecord', { table: 'users', id: 'u2', record: same }),
          () => call('upsertRecord', { table: 'users', id: 'u2', record: { age: 20, name: 'Bob' } }),
        ]
        for (const write of writes)
          expect(await unchangedBy(write)).toEqual({ ok: true, value: { commit: head, changes: [], repeated: false, dryRun: false } })
      })
    })

    describe('a write is refused, and nothing is written,', () => {
      test('when a key is taken: none of the records that came with it is inserted', async () => {
        const records = [{ $id: 'n' }, { $id: 'u2' }]
        expect(await unchangedBy(() => call('insertRecords', { table: 'users', records }))).toEqual(
          failing({ kind: 'already-exists', what: 'record', id: 'users/u2' }),
        )
        const twice: Command = { type: 'InsertRecords', table: users, records: ['n', 'n'].map((key) => ({ key: keyOf(key), fields: {} })) }
        expect(await unchangedBy(() => database.write({ commands: [twice] }))).toEqual(
          failing({ kind: 'already-exists', what: 'record', id: 'users/n' }),
        )
      })

      test('when the record does not exist', async () => {
        const nobody = { table: 'users', id: 'nobody' }
        const failure = failing({ kind: 'not-found', what: 'record', id: 'users/nobody' })
        expect(await call('getRecord', nobody)).toEqual(failure)
        expect(await unchangedBy(() => call('patchRecord', { ...nobody, patch: {} }))).toEqual(failure)
        expect(await unchangedBy(() => call('replaceRecord', { ...nobody, record: {} }))).toEqual(failure)
        expect(await unchangedBy(() => call('deleteRecord', nobody))).toEqual(failure)
      })

      test('when the table does not exist: the failure names those that do', async () => {
        const failure = { kind: 'not-found', what: 'table', id: 'usres', among: ['orders', 'users'] }
        const result = await unchangedBy(() => database.write({ commands: [insertInto('usres', 'x', {})] }))
        expect(result).toEqual(failing(failure))
        expect(await call('selectRecords', { table: 'usres' })).toMatchObject(failing({ kind: 'not-found', what: 'table' }))
      })

      test('when the revision is not the one expected: the failure says both', async () => {
        const expectedRevision = await revisionOf('u1')
        const id = 'u1'
        take(await call('patchRecord', { table: 'users', id, patch: { age: 37 }, expectedRevision }))
        const actual = await revisionOf('u1')
        const failure = failing({ kind: 'version-conflict', what: 'record', id: 'users/u1', expected: expectedRevision, actual })
        expect(await unchangedBy(() => call('patchRecord', { table: 'users', id, patch: { age: 38 }, expectedRevision }))).toEqual(failure)
        expect(await unchangedBy(() => call('replaceRecord', { table: 'users', id, record: {}, expectedRevision }))).toEqual(failure)
        expect(await unchangedBy(() => call('upsertRecord', { table: 'users', id, record: {}, expectedRevision }))).toEqual(failure)
        expect(await unchangedBy(() => call('deleteRecord', { table: 'users', id, expectedRevision }))).toEqual(failure)
        expect(await call('deleteRecord', { table: 'users', id, expectedRevision: actual })).toMatchObject({ ok: true })
      })

      test('when a revision is expected of a record that is not there', async () => {
        const failure = failing({ kind: 'version-conflict', what: 'record', id: 'users/n', expected: 'any', actual: undefined })
        const n = { table: 'users', id: 'n', expectedRevision: 'any' }
        expect(await unchangedBy(() => call('upsertRecord', { ...n, record: {} }))).toEqual(failure)
        expect(await unchangedBy(() => call('deleteRecord', n))).toEqual(failure)
      })
    })

    test('a revision is the record’s own: it changes with the record, and with nothing else', async () => {
      const before = await revisionOf('u1')
      take(await call('patchRecord', { table: 'users', id: 'u2', patch: { age: 21 } }))
      expect(await revisionOf('u1')).toBe(before)
      take(await call('patchRecord', { table: 'users', id: 'u1', patch: { age: 37 } }))
      expect(await revisionOf('u1')).not.toBe(before)
    })

    describe('records are selected', () => {
      test('by a filter, in the order asked for, else by key, and counted by the same filter', async () => {
        expect(await keysOf({})).toEqual(['u1', 'u2', 'u3'])
        expect(await keysOf({ where: ['age>20'], orderBy: '-age' })).toEqual(['u3', 'u1'])
        expect(await keysOf({ filter: { $or: [{ name: 'Bob' }, { 'address.city': 'London' }] }, orderBy: 'age' })).toEqual(['u2', 'u1'])
        expect(await keysOf({ orderBy: 'address.city,-name' })).toEqual(['u3', 'u2', 'u1'])
        expect(await call('countRecords', { table: 'users', where: ['age>20'] })).toEqual({ ok: true, value: { commit: await headOf(), count: 2 } })
        expect(await call('countRecords', { table: 'orders' })).toMatchObject({ value: { count: 0 } })
      })

      test('page by page, with limit and offset or a cursor that stays at its commit', async () => {
        expect(await keysOf({ limit: 2 })).toEqual(['u1', 'u2'])
        expect(await keysOf({ limit: 2, offset: 2 })).toEqual(['u3'])
        expect(await keysOf({ offset: 9 })).toEqual([])
        const first = take(await call('selectRecords', { table: 'users', orderBy: 'age', limit: 2, count: true }))
        expect([first.records.map(({ key }) => key), first.total]).toEqual([['u2', 'u1'], 3])
        take(await call('deleteRecord', { table: 'users', id: 'u3' }))
        const second = take(await call('selectRecords', { table: 'users', orderBy: 'age', limit: 2, cursor: first.next ?? '' }))
        expect([second.records.map(({ key }) => key), second.next, second.commit]).toEqual([['u3'], undefined, first.commit])
      })

      test('as they were at any commit', async () => {
        const then = (await headOf()) ?? ''
        take(await call('patchRecord', { table: 'users', id: 'u1', patch: { age: 1 } }))
        take(await call('deleteRecord', { table: 'users', id: 'u2' }))
        expect(await read('u1', { at: then })).toMatchObject({ age: 36 })
        expect(await keysOf({ where: ['age>=20'], at: then })).toEqual(['u1', 'u2', 'u3'])
        expect(await keysOf({ where: ['age>=20'] })).toEqual(['u3'])
        expect(await call('readHistory', { table: 'users', id: 'u1', at: then })).toMatchObject({ value: { commit: then, entries: [{}] } })
      })

      test('of a moment that never was: not found', async () => {
        expect(await call('selectRecords', { table: 'users', at: 'f'.repeat(40) })).toMatchObject(failing({ kind: 'not-found', what: 'commit' }))
      })
    })

    describe('history', () => {
      test('of a record is what was done to it, newest first, also after it was deleted', async () => {
        const done: readonly OperationAnswer<'runBatch'>[] = [
          take(await call('insertRecords', { table: 'users', records: [{ $id: 'n', name: 'New', age: 1 }] })),
          take(await call('replaceRecord', { table: 'users', id: 'n', record: { name: 'Newer', age: 2 } })),
          take(await call('deleteRecord', { table: 'users', id: 'n' })),
        ]
        const { entries } = take(await call('readHistory', { table: 'users', id: 'n' }))
        const [inserted, updated, deleted] = done.map(({ commit }) => commit)
        expect(entries.map(({ commit, operation, message, fields }) => ({ commit, operation, message, fields }))).toEqual([
          { commit: deleted, operation: 'delete', message: 'delete users/n', fields: ['age', 'name'] },
          { commit: updated, operation: 'update', message: 'update users/n', fields: ['age', 'name'] },
          { commit: inserted, operation: 'insert', message: 'insert users/n', fields: ['age', 'name'] },
        ])
        const page = await call('readHistory', { table: 'users', id: 'n', limit: 1, offset: 1 })
        expect(page).toMatchObject({ value: { entries: [{ commit: updated }] } })
        expect(await call('readHistory', { table: 'users', id: 'nobody' })).toMatchObject(failing({ kind: 'not-found', what: 'record' }))
      })

      test('says who gave each field its value, and who touched each record last', async () => {
        const { commit } = take(await call('replaceRecord', { table: 'users', id: 'u2', record: { name: 'Rob', age: 21 } }))
        const fields = take(await call('readBlame', { table: 'users', id: 'u2' })).entries
        expect(fields.map(({ field, pointer, json, ...entry }) => [field, pointer, json, entry.commit, entry.operation])).toEqual([
          ['name', '/name', '"Rob"', commit, 'update'],
          ['age', '/age', '21', commit, 'update'],
        ])
        const { entries } = take(await call('readLastChanges', { table: 'users', where: ['age<40'], orderBy: '-age' }))
        expect(entries.map(({ id, operation, message }) => [id, operation, message])).toEqual([
          ['u1', 'insert', expect.stringMatching('insert')],
          ['u2', 'update', 'update users/u2'],
        ])
        expect(await call('readBlame', { table: 'users', id: 'nobody' })).toMatchObject(failing({ kind: 'not-found', what: 'record' }))
      })

      test('of the database has one entry a commit, which counts what it did', async () => {
        take(
          await call('runBatch', {
            commands: [
              { type: 'insert', table: 'users', record: { $id: 'n1' } },
              { type: 'insert', table: 'orders', record: { $id: 'n2' } },
              { type: 'patch', table: 'users', id: 'u1', patch: { age: 1 } },
              { type: 'delete', table: 'users', id: 'u2' },
            ],
          }),
        )
        const { entries } = take(await call('readLog', { limit: 2 }))
        expect(entries.map(({ message, inserted, updated, deleted }) => [message, inserted, updated, deleted])).toEqual([
          ['change 4 records in 2 tables', 2, 1, 1],
          ['insert 3 records into users', 3, 0, 0],
        ])
        expect(entries[0]?.commit).toBe(await headOf())
      })

      test('says who did it, when, and in the words that were given', async () => {
        const actor = { name: 'Grace', email: 'grace@example.org' }
        const at = { seconds: 1_700_000_000, offsetMinutes: -210 }
        take(await database.write({ commands: [patchUser('u1', { age: 37 })], actor, at, message: 'a birthday' }))
        const said = { author: actor, time: '2023-11-14T18:43:20-03:30', message: 'a birthday' }
        expect(await call('readHistory', { table: 'users', id: 'u1', limit: 1 })).toMatchObject({ value: { entries: [said] } })
        expect(await call('readLog', { limit: 1 })).toMatchObject({ value: { entries: [said] } })
      })
    })

    describe('a batch', () => {
      test('is one commit across tables, each command seeing what those before it did', async () => {
        const commands = [
          insertInto('users', 'n', { name: 'New', age: 1 }),
          patchUser('n', { age: 2 }),
          insertInto('orders', 'o1', { name: 'first' }),
          { type: 'DeleteRecord', table: users, key: keyOf('u1') } as const,
          insertInto('users', 'u1', { name: 'Another' }),
        ]
        const { commit } = take(await database.write({ commands }))
        expect(await headOf()).toBe(commit)
        expect([await read('n'), await read('u1'), await read('o1', { table: 'orders' })]).toEqual([
          { $id: 'n', name: 'New', age: 2 },
          { $id: 'u1', name: 'Another' },
          { $id: 'o1', name: 'first' },
        ])
        expect(take(await call('readHistory', { table: 'users', id: 'n' })).entries.map((entry) => entry.commit)).toEqual([commit])
      })

      test('may expect a record’s revision from before it, in every command', async () => {
        const expectedRevision = await revisionOf('u1')
        const commands = [
          { ...patchUser('u1', { age: 1 }), expectedRevision },
          { ...patchUser('u1', { name: 'A.' }), expectedRevision },
        ]
        expect(await database.write({ commands })).toMatchObject({ ok: true })
        expect(await read('u1')).toMatchObject({ name: 'A.', age: 1 })
      })

      test('with one command that fails is nothing', async () => {
        const commands = [insertInto('users', 'n', {}), patchUser('u1', { age: 1 }), patchUser('nobody', {}), insertInto('orders', 'o1', {})]
        expect(await unchangedBy(() => database.write({ commands }))).toEqual(failing({ kind: 'not-found', what: 'record', id: 'users/nobody' }))
        expect(await call('countRecords', { table: 'orders' })).toMatchObject({ value: { count: 0 } })
      })
    })

    test('a dry run answers as the write would, on the commit that is there, and writes nothing', async () => {
      const head = await headOf()
      const patch = { table: 'users', id: 'u1', patch: { age: 37 } }
      const tried = await unchangedBy(() => call('patchRecord', { ...patch, dryRun: true }))
      const written = take(await call('patchRecord', patch))
      expect(tried).toEqual({ ok: true, value: { ...written, commit: head, dryRun: true } })
      const taken = { table: 'users', records: [{ $id: 'u1' }], dryRun: true }
      expect(await unchangedBy(() => call('insertRecords', taken))).toMatchObject(failing({ kind: 'already-exists' }))
    })

    test('a table is made once, and dropped with its records', async () => {
      const columns = [{ name: 'name', type: 'string' }]
      expect(await unchangedBy(() => call('createTable', { table: 'users', columns, recordFormat: 'json' }))).toEqual(
        failing({ kind: 'already-exists', what: 'table', id: 'users' }),
      )
      expect(await call('dropTable', { table: 'users' })).toMatchObject({ value: { changes: [{ operation: 'drop-table', table: 'users' }] } })
      expect(await keysOf({})).toBe('not-found')
      expect(await call('dropTable', { table: 'users' })).toMatchObject(failing({ kind: 'not-found', what: 'table' }))
      take(await call('createTable', { table: 'users', columns, recordFormat: 'json' }))
      expect(await keysOf({})).toEqual([])
    })
  })
}
