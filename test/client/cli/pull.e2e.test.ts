import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

let prepared: CliFolder
let folder: CliFolder
const run = (args: readonly string[], cwd = 'db') => folder.run(args, { cwd: join(folder.path, cwd) })
const head = (place: string, ref = 'main') => folder.git(place, 'rev-parse', ref).trim()
/** A write of somebody else, pushed. */
const pushFromElsewhere = async (...args: readonly string[]) => {
  expect(await run(args, 'other')).toMatchObject({ status: 0 })
  folder.git('other', 'push', '--quiet', 'origin', 'main')
}
const insert = (key: string) => ['insert', '--into', 'users', '--key', key, '--data', '{name: Bob}']

/** Two clones, `db` and `other`, of a bare repository. */
beforeAll(async () => {
  prepared = await openCliFolder()
  const made = await prepared.shell(`set -e; ingitdb init db; cd db; ingitdb create table users --columns 'name:string!,age:int,city:string'
    ingitdb insert --into users --key u1 --data '{name: Ada, age: 36}'; cd ..; git clone --quiet --bare db shared.git
    cd db; git remote add origin ../shared.git; git fetch --quiet; git branch --quiet --set-upstream-to origin/main; cd ..; cp -r db other`)
  expect(made).toMatchObject({ status: 0 })
})
afterAll(() => prepared[Symbol.asyncDispose]())
beforeEach(async () => {
  folder = await openCliFolder()
  for (const name of ['db', 'other', 'shared.git']) await cp(join(prepared.path, name), join(folder.path, name), { recursive: true })
})
afterEach(() => folder[Symbol.asyncDispose]())

describe('pull', () => {
  test('moves a branch that has nothing of its own, with its files', async () => {
    await pushFromElsewhere(...insert('u2'))
    const { status, stderr } = await run(['pull'])
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^fetched from origin .*\n {2}origin\/main .*\n(.*\n)?moved main to origin\/main/)])
    expect([head('db'), folder.git('db', 'status', '--porcelain')]).toEqual([head('shared.git'), ''])
    expect((await run(['count', '--from', 'users'])).stdout).toBe('2\n')
    expect(await run(['pull'])).toMatchObject({ status: 0, stderr: expect.stringContaining('main has everything of origin/main already') })
  })

  test('merges field by field what both sides have, after which a push is taken', async () => {
    await pushFromElsewhere('update', '--id', 'users/u1', '--set', 'age=37')
    await run(['update', '--id', 'users/u1', '--set', 'city=London'])
    expect(await run(['push'])).toMatchObject({ status: 75, stderr: expect.stringContaining('try: ingitdb pull origin') })
    expect(JSON.parse((await run(['pull', '--json'])).stdout)).toMatchObject({ remote: 'origin', merge: { status: 'merged', source: 'origin/main' } })
    expect((await run(['select', '--id', 'users/u1'])).stdout).toBe('{"$id":"u1","name":"Ada","age":37,"city":"London"}\n')
    expect(folder.git('db', 'log', '-1', '--format=%s')).toBe('merge origin/main into main\n')
    expect(await run(['push'])).toMatchObject({ status: 0 })
    expect(head('shared.git')).toBe(head('db'))
  })

  test('lets a merge wait when both sides changed the same field, and takes a side when it is told to', async () => {
    await pushFromElsewhere('update', '--id', 'users/u1', '--set', 'age=37')
    await run(['update', '--id', 'users/u1', '--set', 'age=40'])
    const before = head('db')
    expect(await run(['pull', '--dry-run'])).toMatchObject({ status: 1 })
    const { status, stdout, stderr } = await run(['pull'])
    expect([status, stdout, stderr]).toEqual([1, expect.stringContaining('users/u1'), expect.stringContaining('ingitdb resolve')])
    expect(head('db')).toBe(before)
    expect(await run(['pull', '--strategy', 'theirs'])).toMatchObject({ status: 0 })
    expect((await run(['select', '--id', 'users/u1', '--fields', 'age'])).stdout).toContain('"age":37')
  })

  test('moves nothing with --ff-only when there is something to merge, and says what it does not do', async () => {
    await pushFromElsewhere(...insert('u2'))
    await run(insert('u3'))
    const before = head('db')
    expect((await run(['pull', '--ff-only'])).status).not.toBe(0)
    expect(await run(['pull', '--rebase'])).toMatchObject({ status: 65, stderr: expect.stringContaining('git pull --rebase') })
    expect(head('db')).toBe(before)
  })

  test('pulls what the branch follows, whatever its name, and says when there is no such branch', async () => {
    folder.git('db', 'checkout', '--quiet', '-b', 'mine', '--track', 'origin/main')
    await pushFromElsewhere(...insert('u2'))
    expect(await run(['pull'])).toMatchObject({ status: 0 })
    expect(head('db', 'mine')).toBe(head('shared.git'))
    folder.git('db', 'checkout', '--quiet', '-b', 'alone', '--no-track')
    expect(await run(['pull'])).toMatchObject({ status: 66, stderr: expect.stringContaining('origin/alone does not exist') })
    folder.git('db', 'checkout', '--quiet', '--detach')
    expect(await run(['pull'])).toMatchObject({ status: 65 })
  })
})

describe('push --retry', () => {
  test('merges what came meanwhile, and pushes again', async () => {
    await pushFromElsewhere(...insert('u2'))
    await run(insert('u3'))
    expect(JSON.parse((await run(['push', '--retry', '2', '--json'])).stdout)).toMatchObject({ attempts: 2, moved: [{ ref: 'refs/heads/main' }] })
    expect(head('shared.git')).toBe(head('db'))
    expect((await run(['count', '--from', 'users'])).stdout).toBe('3\n')
  })

  test('gives up when there is something for people to settle, and merges nothing', async () => {
    await pushFromElsewhere('update', '--id', 'users/u1', '--set', 'age=37')
    await run(['update', '--id', 'users/u1', '--set', 'age=40'])
    const before = head('db')
    expect(await run(['push', '--retry', '5'])).toMatchObject({ status: 75, stderr: expect.stringContaining('try: ingitdb pull origin') })
    expect(head('db')).toBe(before)
    expect(folder.git('db', 'for-each-ref', 'refs/ingitdb/merges')).toBe('')
  })

  test('writers who all push at once lose nothing', async () => {
    for (const name of ['a', 'b', 'c']) await cp(join(folder.path, 'db'), join(folder.path, name), { recursive: true })
    const push = async (name: string) => {
      await run(insert(name), name)
      return run(['push', '--retry', '10'], name)
    }
    for (const done of await Promise.all(['a', 'b', 'c'].map(push))) expect(done).toMatchObject({ status: 0 })
    await run(['pull'])
    expect((await run(['count', '--from', 'users'])).stdout).toBe('4\n')
  })

  test('is not for forced pushes', async () => {
    expect(await run(['push', '--force-with-lease', '--retry', '1'])).toMatchObject({ status: 65 })
    expect(await run(['push', '--retry', 'x'])).toMatchObject({ status: 64 })
  })
})
