import { spawn } from 'node:child_process'
import { cp, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CliFolder, cliPath, openCliFolder } from '../../support/run-cli.ts'

let prepared: CliFolder
let folder: CliFolder
const run = (args: readonly string[], cwd = 'db') => folder.run(args, { cwd: join(folder.path, cwd) })
const head = (place: string, ref = 'main') => folder.git(place, 'rev-parse', ref).trim()
const insert = (key: string) => run(['insert', '--into', 'users', '--key', key, '--data', '{name: Bob}'])
const mirrors = async () => JSON.parse((await run(['status', '--json'])).stdout).mirrors

beforeAll(async () => {
  prepared = await openCliFolder()
  const made = await prepared.shell(`set -e; ingitdb init db; cd db; ingitdb create table users --columns 'name:string!'
    ingitdb insert --into users --key u1 --data '{name: Ada}'; git init --quiet --bare ../mirror.git; git remote add backup ../mirror.git`)
  expect(made).toMatchObject({ status: 0 })
})
afterAll(() => prepared[Symbol.asyncDispose]())
beforeEach(async () => {
  folder = await openCliFolder()
  for (const name of ['db', 'mirror.git']) await cp(join(prepared.path, name), join(folder.path, name), { recursive: true })
})
afterEach(() => folder[Symbol.asyncDispose]())

describe('a mirror', () => {
  test('has every commit from the moment it is one until it is none, and nobody waits for it', async () => {
    expect(await mirrors()).toBeUndefined()
    const { status, stderr } = await run(['remote', 'mirror', 'backup'])
    expect([status, stderr]).toEqual([0, expect.stringContaining('every commit is pushed to backup from now on')])
    expect(head('mirror.git')).toBe(head('db'))
    expect(await insert('u2')).toMatchObject({ status: 0 })
    expect(head('mirror.git')).toBe(head('db'))
    expect(await mirrors()).toEqual([{ remote: 'backup', unpushed: 0, pushedAt: expect.stringMatching(/^\d{4}-/) }])
    await run(['remote', 'mirror', 'backup', '--off'])
    await insert('u3')
    expect(head('mirror.git')).not.toBe(head('db'))
    expect(await mirrors()).toBeUndefined()
  })

  test('that cannot be reached costs no write: its lag and the reason are in the status, and the next write sends all', async () => {
    await run(['remote', 'mirror', 'backup'])
    await rename(join(folder.path, 'mirror.git'), join(folder.path, 'away.git'))
    expect(await insert('u2')).toMatchObject({ status: 0 })
    expect(await insert('u3')).toMatchObject({ status: 0 })
    expect(await mirrors()).toEqual([
      { remote: 'backup', unpushed: 2, pushedAt: expect.any(String), failedAt: expect.any(String), error: expect.stringMatching(/mirror\.git/) },
    ])
    await rename(join(folder.path, 'away.git'), join(folder.path, 'mirror.git'))
    await insert('u4')
    expect(head('mirror.git')).toBe(head('db'))
    expect(await mirrors()).toEqual([{ remote: 'backup', unpushed: 0, pushedAt: expect.any(String) }])
  })

  test('gets commits of git with the next write, follows a branch that was rewritten, and keeps what others put there', async () => {
    await run(['remote', 'mirror', 'backup'])
    folder.git('db', 'commit', '--quiet', '--allow-empty', '--message', 'by hand')
    folder.git('db', 'branch', 'proposal')
    expect((await mirrors())[0]).toMatchObject({ unpushed: 1 })
    await insert('u2')
    expect([head('mirror.git'), head('mirror.git', 'proposal')]).toEqual([head('db'), head('db', 'proposal')])
    folder.git('db', 'reset', '--quiet', '--hard', 'HEAD~2')
    await insert('u5')
    expect(head('mirror.git')).toBe(head('db'))
    await folder.shell('git clone --quiet mirror.git other; cd other; git commit --quiet --allow-empty --message theirs; git push --quiet')
    await insert('u6')
    expect(head('mirror.git')).toBe(head('other'))
    expect((await mirrors())[0]).toMatchObject({ error: expect.stringContaining('backup did not take main') })
  })

  test('is none because a repository from elsewhere says so', async () => {
    folder.git('db', 'config', 'remote.backup.ingitdbMirror', 'true')
    await insert('u2')
    expect(folder.git('mirror.git', 'for-each-ref')).toBe('')
    expect((await mirrors())[0]).toMatchObject({ error: expect.stringContaining('ingitdb remote mirror backup') })
    await run(['remote', 'mirror', 'backup'])
    folder.git('db', 'config', 'remote.backup.url', '../elsewhere.git')
    folder.git('.', 'init', '--quiet', '--bare', 'elsewhere.git')
    await insert('u3')
    expect(folder.git('elsewhere.git', 'for-each-ref')).toBe('')
  })

  test('is no remote that there is not, and none that cannot be reached', async () => {
    expect(await run(['remote', 'mirror', 'backpu'])).toMatchObject({ status: 66, stderr: expect.stringContaining('did you mean backup?') })
    await rename(join(folder.path, 'mirror.git'), join(folder.path, 'away.git'))
    expect(await run(['remote', 'mirror', 'backup'])).toMatchObject({ status: 75 })
    expect(await mirrors()).toBeUndefined()
  })
})

describe('a follower', () => {
  const follow = (cwd: string) => {
    const env = { PATH: process.env.PATH ?? '', HOME: folder.path, GIT_CONFIG_NOSYSTEM: '1' }
    const child = spawn(process.execPath, [cliPath, 'fetch', 'origin', '--follow', '--interval', '0.2'], { cwd: join(folder.path, cwd), env })
    let said = ''
    let complained = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      complained += chunk.toString()
    })
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    return {
      said: (text: RegExp) => expect.poll(() => said, { timeout: 20_000 }).toMatch(text),
      complained: (text: RegExp) => expect.poll(() => complained, { timeout: 20_000 }).toMatch(text),
      end: async () => {
        child.kill('SIGINT')
        return ended
      },
    }
  }

  test('moves its branches and files forwards, tells each move on a line, and stops when it is asked to', async () => {
    await folder.shell(
      'set -e; git clone --quiet --bare db shared.git; git clone --quiet shared.git follower; cd db; git remote add origin ../shared.git',
    )
    const follower = follow('follower')
    await insert('u2')
    folder.git('db', 'push', '--quiet', 'origin', 'main', 'main:refs/heads/proposal')
    await follower.said(/^main [0-9a-f]{12}\.\.[0-9a-f]{12} \(1 commit\)\n/)
    expect(head('follower')).toBe(head('db'))
    expect(folder.git('follower', 'status', '--porcelain')).toBe('')
    expect((await run(['count', '--from', 'users'], 'follower')).stdout).toBe('2\n')
    await rename(join(folder.path, 'shared.git'), join(folder.path, 'away.git'))
    await follower.complained(/shared\.git/)
    await rename(join(folder.path, 'away.git'), join(folder.path, 'shared.git'))
    folder.git('follower', 'commit', '--quiet', '--allow-empty', '--message', 'of its own')
    await insert('u3')
    folder.git('db', 'push', '--quiet', 'origin', 'main')
    await follower.complained(/main stays where it is: 1 commits? here/)
    expect(await follower.end()).toBe(0)
    expect(folder.git('follower', 'branch', '--list', 'proposal')).toBe('')
  })

  test('without files has all branches, and a mirror goes wherever they go', async () => {
    await folder.shell(
      'set -e; git clone --quiet --bare db shared.git; git clone --quiet --mirror shared.git copy.git; cd db; git remote add origin ../shared.git',
    )
    const follower = follow('copy.git')
    folder.git('db', 'commit', '--quiet', '--amend', '--message', 'said otherwise')
    folder.git('db', 'push', '--quiet', '--force', 'origin', 'main', 'main:refs/heads/proposal')
    await follower.said(/main [0-9a-f]{12}\.\.\.[0-9a-f]{12} \(1 commit, forced\)\n(.*\n)*proposal new at [0-9a-f]{12}\n/)
    expect([head('copy.git'), head('copy.git', 'proposal')]).toEqual([head('db'), head('db')])
    expect(await follower.end()).toBe(0)
  })

  test('leaves files with edits alone', async () => {
    await folder.shell(
      'set -e; git clone --quiet --bare db shared.git; git clone --quiet shared.git follower; cd db; git remote add origin ../shared.git',
    )
    const file = join(folder.path, 'follower/users/$records/u1.yaml')
    await writeFile(file, 'name: Mine\n')
    await run(['update', '--id', 'users/u1', '--set', 'name=Theirs'])
    folder.git('db', 'push', '--quiet', 'origin', 'main')
    const follower = follow('follower')
    await follower.complained(/main stays where it is: .*users\/\$records\/u1\.yaml/)
    expect(await follower.end()).toBe(0)
    expect(folder.git('follower', 'status', '--porcelain')).toContain(' M users/$records/u1.yaml')
  })

  test('lets a branch that is frozen here stay where it is', async () => {
    await folder.shell(
      'set -e; git clone --quiet --bare db shared.git; git clone --quiet shared.git follower; cd db; git remote add origin ../shared.git',
    )
    expect(await run(['branch', 'protect', 'main', '--freeze', '--reason', 'audit'], 'follower')).toMatchObject({ status: 0 })
    await insert('u2')
    folder.git('db', 'push', '--quiet', 'origin', 'main')
    const follower = follow('follower')
    await follower.complained(/main stays where it is: branch main is frozen/)
    expect(await follower.end()).toBe(0)
    expect(head('follower')).not.toBe(head('db'))
  })

  test('needs the word for an interval', async () => {
    expect(await run(['fetch', '--interval', '5'])).toMatchObject({ status: 64 })
  })
})
