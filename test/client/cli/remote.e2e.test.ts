import { execFileSync } from 'node:child_process'
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
let url: string
const cached = (name: string) => ({ env: { INGITDB_CACHE: join(folder.path, name) } })
const remote = (args: readonly string[], cache = 'cache', address = url) => folder.run([...args, '--remote', address], cached(cache))
const keysAt = (ref = 'main') =>
  folder
    .git('db.git', 'ls-tree', '--name-only', ref, 'users/$records/')
    .replaceAll(/^users\/\$records\/|\.yaml$/gm, '')
    .trim()
    .split('\n')

beforeEach(async () => {
  folder = await openCliFolder()
  const made = await folder.shell(`set -e; ingitdb init db; cd db; ingitdb create table users --columns 'name:string!,age:int'
    ingitdb insert --into users --key u1 --data '{name: Ada, age: 36}'; git tag -m first v1
    ingitdb update --id users/u1 --set age=37; git branch other; cd ..; git clone --quiet --bare db db.git`)
  expect(made).toMatchObject({ status: 0 })
  url = `file://${join(folder.path, 'db.git')}`
})
afterEach(() => folder[Symbol.asyncDispose]())

describe('reading a remote', () => {
  test('clones what is there now, and fetches no more while that is new', async () => {
    expect(await remote(['select', '--id', 'users/u1'])).toEqual({ status: 0, stdout: '{"$id":"u1","name":"Ada","age":37}\n', stderr: '' })
    await rename(join(folder.path, 'db.git'), join(folder.path, 'gone.git'))
    expect(await remote(['count', '--from', 'users'])).toEqual({ status: 0, stdout: '1\n', stderr: '' })
  })

  test('asks again when told to, and says how old the answer is when nobody answers', async () => {
    await remote(['count', '--from', 'users'])
    await folder.shell(`cd db; ingitdb insert --into users --key u2 --data '{name: Bob}'; git push --quiet ../db.git main`)
    expect((await remote(['count', '--from', 'users'])).stdout).toBe('1\n')
    expect((await remote(['count', '--from', 'users', '--refresh'])).stdout).toBe('2\n')
    await rename(join(folder.path, 'db.git'), join(folder.path, 'gone.git'))
    const { status, stdout, stderr } = await remote(['count', '--from', 'users', '--refresh'])
    expect([status, stdout, stderr]).toEqual([0, '2\n', expect.stringMatching(/^note: file:.* cannot be reached \(.+\); this is as of \d{4}-/)])
  })

  test('finds a record that is newer than the clone', async () => {
    await remote(['count', '--from', 'users'])
    await folder.shell(`cd db; ingitdb insert --into users --key u2 --data '{name: Bob}'; git push --quiet ../db.git main`)
    expect((await remote(['select', '--id', 'users/u2', '--fields', 'name'])).stdout).toBe('{"$id":"u2","name":"Bob"}\n')
  })

  test('follows a branch that was rewritten', async () => {
    await remote(['count', '--from', 'users'])
    folder.git('db.git', 'update-ref', 'refs/heads/main', 'v1^{commit}')
    expect((await remote(['select', '--id', 'users/u1', '--fields', 'age', '--refresh'])).stdout).toBe('{"$id":"u1","age":36}\n')
  })

  test('reads a branch, a tag and a commit', async () => {
    const commit = folder.git('db', 'rev-parse', 'v1^{commit}').trim()
    for (const ref of ['v1', commit]) expect((await remote(['select', '--id', 'users/u1'], 'cache', `${url}@${ref}`)).stdout).toContain('"age":36')
    expect((await remote(['select', '--id', 'users/u1'], 'cache', `${url}@other`)).stdout).toContain('"age":37')
    expect((await remote(['select', '--id', 'users/u1', '--branch', 'other'])).stdout).toContain('"age":37')
  })

  test('knows the past when it is asked for', async () => {
    await remote(['count', '--from', 'users'])
    expect((await remote(['history', 'users/u1'])).stdout.split('\n').length).toBe(3)
    expect((await remote(['select', '--id', 'users/u1', '--at', 'HEAD~1'])).stdout).toContain('"age":36')
  })

  test('fails for what is not there, and says so', async () => {
    expect(await remote(['count', '--from', 'users'], 'cache', `${url}@nowhere`)).toMatchObject({
      status: 66,
      stderr: expect.stringContaining('has no branch and no tag nowhere'),
    })
    expect(await remote(['count', '--from', 'users'], 'cache', `${url}x`)).toMatchObject({ status: 75, stderr: expect.stringContaining('does not') })
    expect(await remote(['count', '--from', 'users', '--path', 'db'])).toMatchObject({ status: 64 })
    expect(await remote(['init', 'x'])).toMatchObject({ status: 64 })
  })
})

describe('writing to a remote', () => {
  test('commits and pushes', async () => {
    const { status, stderr } = await remote(['insert', '--into', 'users', '--key', 'u2', '--data', '{name: Bob}'])
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^inserted users\/u2 \(commit [0-9a-f]{12}\)\n$/)])
    expect(keysAt()).toEqual(['u1', 'u2'])
    expect(folder.git('db.git', 'log', '-1', '--format=%an %s')).toBe('Ada insert users/u2\n')
  })

  test('decides again when somebody was there first, so that writers from everywhere lose nothing', async () => {
    await Promise.all(['a', 'b', 'c'].map((cache) => remote(['count', '--from', 'users'], cache)))
    const writes = ['a', 'b', 'c'].map((cache) => remote(['insert', '--into', 'users', '--key', cache, '--data', '{name: Bob}'], cache))
    for (const run of await Promise.all(writes)) expect(run).toMatchObject({ status: 0 })
    expect(keysAt()).toEqual(['a', 'b', 'c', 'u1'])
    expect(folder.git('db.git', 'rev-list', '--merges', 'main')).toBe('')
  })

  test('is refused by what is there now, not by what was', async () => {
    await remote(['count', '--from', 'users'])
    await folder.shell(`cd db; ingitdb insert --into users --key u2 --data '{name: Bob}'; git push --quiet ../db.git main`)
    const { status, stderr } = await remote(['insert', '--into', 'users', '--key', 'u2', '--data', '{name: Eve}'])
    expect([status, stderr]).toEqual([73, expect.stringContaining(`--remote ${url}`)])
    expect(folder.git('db.git', 'show', 'main:users/$records/u2.yaml')).toBe('name: Bob\n')
  })

  test('that the other side turns down is not there, neither there nor here', async () => {
    const hook = join(folder.path, 'db.git/hooks/pre-receive')
    await mkdir(join(folder.path, 'db.git/hooks'), { recursive: true })
    await writeFile(hook, '#!/bin/sh\necho no thanks >&2\nexit 1\n')
    await chmod(hook, 0o755)
    const { status, stderr } = await remote(['insert', '--into', 'users', '--key', 'u2', '--data', '{name: Bob}'])
    expect([status, stderr]).toEqual([75, expect.stringContaining('pre-receive hook declined')])
    expect((await remote(['count', '--from', 'users'])).stdout).toBe('1\n')
    expect(keysAt()).toEqual(['u1'])
  })

  test('goes to a branch, and never to a tag', async () => {
    expect(await remote(['update', '--id', 'users/u1', '--set', 'age=1'], 'cache', `${url}@other`)).toMatchObject({ status: 0 })
    expect(folder.git('db.git', 'show', 'other:users/$records/u1.yaml')).toContain('age: 1\n')
    const { status, stderr } = await remote(['update', '--id', 'users/u1', '--set', 'age=1'], 'cache', `${url}@v1`)
    expect([status, stderr]).toEqual([65, expect.stringContaining('only a branch can be written to')])
    expect((await remote(['select', '--id', 'users/u1'], 'cache', `${url}@v1`)).stdout).toContain('"age":36')
  })

  test('a dry run pushes nothing', async () => {
    expect((await remote(['delete', '--id', 'users/u1', '--dry-run'])).stderr).toContain('would delete users/u1')
    expect(keysAt()).toEqual(['u1'])
  })
})

describe('a token', () => {
  test('is sent to its host as a header, and stands in no file and in no message', async () => {
    const seen: (string | undefined)[] = []
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(401).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/o/r`
    const { status, stdout, stderr } = await remote(['count', '--from', 'users', '--token', 'top-secret', '--provider', 'gitlab'], 'cache', address)
    await new Promise((resolve) => server.close(resolve))
    expect(seen[0]).toBe(`Basic ${Buffer.from('oauth2:top-secret').toString('base64')}`)
    expect([status, stdout, stderr]).toEqual([75, '', expect.stringContaining('--token')])
    expect(stderr).not.toContain('secret')
    const found = execFileSync('bash', ['-c', 'grep -rlE "top-secret|b2F1dGgy" . || true'], { cwd: folder.path, encoding: 'utf8' })
    expect(found).toBe('')
  })

  test('does not travel in the clear', async () => {
    expect(await remote(['count', '--from', 'users', '--token', 'x'], 'cache', 'http://example.org/o/r')).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('over https alone'),
    })
  })
})
