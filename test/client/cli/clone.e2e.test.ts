import { execFileSync, spawn } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openGitHttpServer } from '../../support/git-http-server.ts'
import { type CliFolder, cliPath, openCliFolder } from '../../support/run-cli.ts'

let prepared: CliFolder
let folder: CliFolder
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => folder.run(args, { env })
/** What is there besides the repositories that a test starts with. */
const left = async () => (await readdir(folder.path)).filter((name) => !name.endsWith('.git') && name !== '.gitconfig')

beforeAll(async () => {
  prepared = await openCliFolder()
  const made = await prepared.shell(`set -e; ingitdb init db; cd db; ingitdb create table users --columns 'name:string!'
    ingitdb insert --into users --key u1 --data '{name: Ada}'; git tag -m first v1; ingitdb insert --into users --key u2 --data '{name: Bob}'; cd ..
    git clone --quiet --bare db db.git; git init --quiet --bare empty.git
    git init --quiet plain; cd plain; echo hello > README; git add .; git commit --quiet --message hello; cd ..; git clone --quiet --bare plain plain.git
    mkdir below; cp -r db below/data; rm -rf below/data/.git; cd below; git init --quiet; git add .; git commit --quiet --message below; cd ..; git clone --quiet --bare below below.git`)
  expect(made).toMatchObject({ status: 0 })
})
afterAll(() => prepared[Symbol.asyncDispose]())
beforeEach(async () => {
  folder = await openCliFolder()
  for (const name of ['db.git', 'empty.git', 'plain.git', 'below.git']) execFileSync('cp', ['-r', join(prepared.path, name), folder.path])
})
afterEach(() => folder[Symbol.asyncDispose]())

describe('clone', () => {
  test('makes a database that can be asked, with its remote and the branch that it follows', async () => {
    expect(await run(['clone', './db.git'])).toEqual({
      status: 0,
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^cloned ${folder.path}/db\\.git into db: 1 table, 2 records, branch main at [0-9a-f]{12}\n$`)),
    })
    expect((await run(['count', '--from', 'users', '--path', 'db'])).stdout).toBe('2\n')
    expect(folder.git('db', 'config', 'remote.origin.url')).toBe(`${folder.path}/db.git\n`)
    expect(folder.git('db', 'rev-parse', '--abbrev-ref', 'main@{upstream}')).toBe('origin/main\n')
    expect(folder.git('db', 'status', '--porcelain')).toBe('')
    // What others can do to their files must not reach the clone's.
    expect(folder.git('db', 'count-objects', '-v')).not.toContain('alternate')
  })

  test('takes another folder, a branch, and no files', async () => {
    folder.git('db.git', 'branch', 'old', 'v1^{commit}')
    expect(JSON.parse((await run(['clone', 'db.git', 'deep/er/old', '--branch', 'old', '--json'])).stdout)).toMatchObject({
      branch: 'old',
      database: { path: '', tables: 1, records: 1 },
    })
    expect(await run(['clone', `file://${folder.path}/db.git`, '--bare', 'copy.git'])).toMatchObject({ status: 0 })
    expect((await run(['count', '--from', 'users', '--path', 'copy.git'])).stdout).toBe('2\n')
    await mkdir(join(folder.path, 'here'))
    expect(await folder.run(['clone', '../db.git', '.'], { cwd: join(folder.path, 'here') })).toMatchObject({ status: 0 })
    expect((await run(['count', '--from', 'users', '--path', 'here'])).stdout).toBe('2\n')
  })

  test('fills no folder that has something in it', async () => {
    await mkdir(join(folder.path, 'db'))
    await writeFile(join(folder.path, 'db/mine'), 'mine')
    expect(await run(['clone', 'db.git', 'db'])).toMatchObject({
      status: 73,
      stderr: expect.stringMatching(/^error: .* is not empty: a clone needs one that is new or empty\n$/),
    })
    expect(await run(['clone', 'db.git', 'db/mine'])).toMatchObject({ status: 73 })
    expect(await readdir(join(folder.path, 'db'))).toEqual(['mine'])
  })

  test('leaves nothing when it fails, and says why', async () => {
    await mkdir(join(folder.path, 'there'))
    const failing: readonly (readonly [readonly string[], number, RegExp])[] = [
      [['nothing.git'], 75, /does not (exist|appear to be a git repository)|is the address right/],
      [['nothing.git', 'there'], 75, /not/],
      [['nothing.git', 'a/b/c'], 75, /not/],
      [['db.git', 'x', '--branch', 'nowhere'], 66, /has no branch and no tag nowhere/],
      [['http://127.0.0.1:1/db.git'], 75, /connect/i],
      [['ext::sh -c "touch pwned" x', 'x'], 65, /names a program/],
      [['https://ada:hush-hush@example.org/o/r'], 65, /password/],
      [['--', '-x', 'x'], 65, /option/],
    ]
    for (const [args, status, stderr] of failing) {
      const done = await run(['clone', ...args])
      expect([args, done.status, done.stderr]).toEqual([args, status, expect.stringMatching(stderr)])
      expect(done.stderr).not.toContain('hush')
      expect(await left()).toEqual(['there'])
      expect(await readdir(join(folder.path, 'there'))).toEqual([])
    }
  })

  test('keeps a repository that is no database, and says what it is', async () => {
    expect((await run(['clone', 'plain.git'])).stderr).toMatch(/into plain; it is no database: .*ingitdb init --adopt/)
    expect((await run(['clone', 'empty.git'])).stderr).toMatch(/into empty; it has no commit yet: ingitdb setup --path empty/)
    expect((await run(['clone', 'below.git'])).stderr).toMatch(/into below: 1 table, 2 records, .*; the database is in below\/data\n/)
    expect((await left()).sort()).toEqual(['below', 'empty', 'plain'])
  })

  test('signs in over http, and leaves nothing when the server is stuck', async () => {
    await using server = await openGitHttpServer(folder.path, { credentials: 'x-access-token:top-secret' })
    expect(await run(['clone', `${server.url}/db.git`])).toMatchObject({ status: 75, stderr: expect.stringContaining('INGITDB_TOKEN') })
    expect(await run(['clone', `${server.url}/db.git`], { INGITDB_TOKEN: 'top-secret' })).toMatchObject({ status: 0 })
    expect(execFileSync('bash', ['-c', 'grep -rlE "top-secret|eC1hY2Nlc3M" . || true'], { cwd: folder.path, encoding: 'utf8' })).toBe('')
    await using stuck = await openGitHttpServer(folder.path, { isStuck: true })
    const { status, stderr } = await run(['clone', `${stuck.url}/db.git`, 'x', '--timeout', '0.5'])
    expect([status, stderr]).toEqual([75, expect.stringContaining('nothing came from it for too long')])
    expect(await left()).toEqual(['db'])
  })

  test('leaves nothing when it is interrupted', async () => {
    await using stuck = await openGitHttpServer(folder.path, { isStuck: true })
    const env = { PATH: process.env.PATH ?? '', HOME: folder.path, GIT_CONFIG_NOSYSTEM: '1' }
    const child = spawn(process.execPath, [cliPath, 'clone', `${stuck.url}/db.git`, 'a/b'], { cwd: folder.path, env, stdio: 'ignore' })
    const ended = new Promise((resolve) => child.on('close', resolve))
    await expect.poll(() => stuck.authorizations.length, { timeout: 20_000 }).toBeGreaterThan(0)
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(await left()).toEqual([])
  })
})
