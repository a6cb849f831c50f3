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

  test('moves nothing with --ff-only when there is something to merge', async () => {
    await pushFromElsewhere(...insert('u2'))
    await run(insert('u3'))
    const before = head('db')
    expect((await run(['pull', '--ff-only'])).status).not.toBe(0)
    expect(head('db')).toBe(before)
  })

  test('--rebase makes what the branch has once more on top of what came, and no merge', async () => {
    await pushFromElsewhere('update', '--id', 'users/u1', '--set', 'age=37')
    await run(['update', '--id', 'users/u1', '--set', 'city=London', '--message', 'Ada moved'])
    await run(insert('u3'))
    const before = head('db')
    expect((await run(['pull', '--rebase', '--dry-run'])).stderr).toContain('would rebase')
    expect(head('db')).toBe(before)
    const { status, stderr } = await run(['pull', '--rebase'])
    expect([status, stderr]).toEqual([0, expect.stringMatching(/rebased \w{12} "Ada moved", 1 record changed \(commit \w{12}\)\nrebased/)])
    expect(folder.git('db', 'log', '--format=%s', 'origin/main..').trim().split('\n')).toEqual(['insert users/u3', 'Ada moved'])
    expect((await run(['select', '--id', 'users/u1'])).stdout).toBe('{"$id":"u1","name":"Ada","age":37,"city":"London"}\n')
    expect(folder.git('db', 'status', '--porcelain')).toBe('')
    expect(JSON.parse((await run(['pull', '--rebase', '--json'])).stdout)).toMatchObject({ remote: 'origin', rebase: { status: 'unchanged' } })
    expect(await run(['push'])).toMatchObject({ status: 0 })
  })

  test('--rebase moves nothing when a commit is in conflict, and refuses what is for merges', async () => {
    await pushFromElsewhere('update', '--id', 'users/u1', '--set', 'age=37')
    await run(['update', '--id', 'users/u1', '--set', 'age=40'])
    const before = head('db')
    const { status, stdout, stderr } = await run(['pull', '--rebase'])
    expect([status, stdout, stderr]).toEqual([1, expect.stringContaining('users/u1'), expect.stringContaining('no commit was moved')])
    expect([head('db'), folder.git('db', 'for-each-ref', 'refs/ingitdb/merges')]).toEqual([before, ''])
    for (const option of [['--ff-only'], ['--message', 'x']]) expect(await run(['pull', '--rebase', ...option])).toMatchObject({ status: 64 })
    expect(await run(['pull', '--rebase', '--strategy', 'theirs'])).toMatchObject({ status: 0 })
    expect((await run(['select', '--id', 'users/u1', '--fields', 'age'])).stdout).toContain('"age":40')
  })

  test('starts a branch that has no commit yet, as after a clone of an empty repository', async () => {
    expect(
      await folder.shell(
        'set -e; git init --quiet --bare empty.git -b main; git clone --quiet empty.git new; git -C other push --quiet ../empty.git main',
      ),
    ).toMatchObject({ status: 0 })
    expect(await run(['pull', '--dry-run'], 'new')).toMatchObject({ status: 0, stderr: expect.stringContaining('would move main to origin/main') })
    expect(await run(['pull'], 'new')).toMatchObject({ status: 0, stderr: expect.stringContaining('moved main to origin/main') })
    expect([head('new'), folder.git('new', 'status', '--porcelain')]).toEqual([head('other'), ''])
    expect((await run(['count', '--from', 'users'], 'new')).stdout).toBe('1\n')
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
