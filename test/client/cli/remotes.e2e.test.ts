import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openGitHttpServer } from '../../support/git-http-server.ts'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = 'db') =>
  folder.run(args, { cwd: join(folder.path, cwd), env })
const json = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => JSON.parse((await run([...args, '--json'], env)).stdout)
const head = (place: string, ref = 'main') => folder.git(place, 'rev-parse', ref).trim()
/** Somebody else commits a record, and pushes it. */
const pushFromElsewhere = async (key: string, branch = 'main') => {
  const done =
    await folder.shell(`set -e; [ -d other ] || git clone --quiet db.git other; cd other; git fetch --quiet; git checkout --quiet -B ${branch} origin/${branch}
    ingitdb insert --into users --key ${key} --data '{name: Bob}'; git push --quiet origin ${branch}`)
  expect(done).toMatchObject({ status: 0 })
}
const installHook = async (name: string, script: string) => {
  await mkdir(join(folder.path, 'db.git/hooks'), { recursive: true })
  await writeFile(join(folder.path, 'db.git/hooks', name), `#!/bin/sh\n${script}\n`)
  await chmod(join(folder.path, 'db.git/hooks', name), 0o755)
}

/** `db` with the remote `origin`, a bare repository that has all of it. Made once and copied: it takes longer than most tests. */
let prepared: CliFolder
beforeAll(async () => {
  prepared = await openCliFolder()
  const made = await prepared.shell(`set -e; ingitdb init db; cd db; ingitdb create table users --columns 'name:string!,age:int'
    ingitdb insert --into users --key u1 --data '{name: Ada, age: 36}'; cd ..; git clone --quiet --bare db db.git
    cd db; git remote add origin ../db.git; git fetch --quiet; git branch --quiet --set-upstream-to origin/main`)
  expect(made).toMatchObject({ status: 0 })
})
afterAll(() => prepared[Symbol.asyncDispose]())
beforeEach(async () => {
  folder = await openCliFolder()
  for (const name of ['db', 'db.git']) await cp(join(prepared.path, name), join(folder.path, name), { recursive: true })
})
afterEach(() => folder[Symbol.asyncDispose]())

describe('the list of remotes', () => {
  test('is git’s own: added, changed and removed with what was fetched', async () => {
    expect(await run(['remote', 'add', 'backup', '../db.git'])).toMatchObject({ status: 0, stderr: expect.stringContaining('added remote backup') })
    expect(await run(['remote'])).toEqual({ status: 0, stdout: 'backup\norigin\n', stderr: '' })
    expect(folder.git('db', 'config', 'remote.backup.url')).toBe(`${join(folder.path, 'db.git')}\n`)
    await run(['fetch', 'backup'])
    expect(head('db', 'refs/remotes/backup/main')).toBe(head('db'))
    await run(['remote', 'set-url', 'backup', 'git@example.org:team/db.git'])
    await run(['remote', 'set-url', '--push', 'origin', 'https://example.org/db.git'])
    expect(await json(['remote', 'list'])).toEqual([
      { name: 'backup', url: 'git@example.org:team/db.git' },
      { name: 'origin', url: '../db.git', pushUrls: ['https://example.org/db.git'] },
    ])
    await run(['remote', 'remove', 'backup'])
    expect((await run(['remote', 'list'])).stdout).toBe('origin\n')
    expect(folder.git('db', 'for-each-ref', 'refs/remotes/backup')).toBe('')
  })

  test('says what cannot be added, and writes no password down', async () => {
    const refused: readonly (readonly [readonly string[], number])[] = [
      [['add', 'origin', '../db.git'], 73],
      [['add', 'a..b', '../db.git'], 65],
      [['add', 'x', 'ext::sh -c "touch pwned"'], 65],
      [['add', 'x', 'git://example.org/db'], 65],
      [['add', 'x', 'https://ada:hush-hush@example.org/db'], 65],
      [['add', 'x', 'https://ghp_0123456789abcdef0123@example.org/db'], 65],
      [['add', 'x', 'ssh://-oProxyCommand=evil/db'], 65],
      [['add', '--', '-x', '../db.git'], 65],
      [['add', '--', 'x', '--upload-pack=evil'], 65],
      [['remove', 'nowhere'], 66],
      [['set-url', 'nowhere', '../db.git'], 66],
    ]
    for (const [args, status] of refused) {
      const done = await run(['remote', ...args])
      expect([args, done.status, done.stderr]).toEqual([args, status, expect.stringMatching(/^error: /)])
      expect(done.stderr).not.toMatch(/hush|ghp_/)
    }
    expect(await readFile(join(folder.path, 'db/.git/config'), 'utf8')).not.toMatch(/hush|evil|remote "x"/)
  })

  test('shows no password that git was given', async () => {
    folder.git('db', 'config', 'remote.origin.url', 'https://ada:hush-hush@127.0.0.1:1/db.git')
    for (const args of [['remote', 'list', '--json'], ['fetch'], ['push'], ['fetch', '--json']]) {
      const { stdout, stderr } = await run(args)
      expect(`${stdout}${stderr}`).toContain('…@127.0.0.1')
      expect(`${stdout}${stderr}`).not.toContain('hush')
    }
  })
})

describe('fetch', () => {
  test('brings branches and tags, says what moved, and leaves our own branches alone', async () => {
    await pushFromElsewhere('u2')
    await folder.shell('cd other; git tag v1; git push --quiet origin v1; git push --quiet origin main:refs/heads/proposal')
    const before = head('db')
    const { status, stderr } = await run(['fetch'])
    expect([status, stderr.split('\n').map((line) => line.replaceAll(/[0-9a-f]{12}/g, 'ID'))]).toEqual([
      0,
      [
        'fetched from origin (../db.git)',
        '  origin/main  ID..ID, 1 commit',
        '  origin/proposal  new at ID',
        '  tag v1  new at ID',
        'main is 1 commit behind origin/main',
        '',
      ],
    ])
    expect([head('db'), head('db', 'origin/main')]).toEqual([before, head('db.git')])
    expect((await run(['fetch', '--json'])).stdout).toContain('"moved":[]')
    expect((await run(['count', '--from', 'users', '--at', 'origin/main'])).stdout).toBe('2\n')
  })

  test('says when a branch was rewritten, and forgets branches only when told to', async () => {
    await pushFromElsewhere('u2')
    await folder.shell('cd other; git push --quiet origin main:refs/heads/gone')
    await run(['fetch'])
    folder.git('db.git', 'update-ref', 'refs/heads/main', head('db'))
    folder.git('db.git', 'branch', '-D', 'gone')
    const answer = await json(['fetch'])
    expect(answer).toMatchObject({ remote: 'origin', moved: [{ ref: 'refs/remotes/origin/main', forced: true, commits: 0 }] })
    expect(await json(['fetch', '--prune'])).toMatchObject({ moved: [{ ref: 'refs/remotes/origin/gone' }] })
  })

  test('moves no branch of ours where the configuration is that of a mirror', async () => {
    folder.git('db', 'config', 'remote.origin.fetch', '+refs/heads/*:refs/heads/*')
    const before = head('db')
    await pushFromElsewhere('u2')
    expect(await json(['fetch', '--prune'])).toMatchObject({ moved: [{ ref: 'refs/remotes/origin/main' }] })
    expect(head('db')).toBe(before)
  })

  test('says which remotes there are when the one that is named is not', async () => {
    expect(await run(['fetch', 'orign'])).toMatchObject({ status: 66, stderr: expect.stringContaining('did you mean origin?') })
    expect(await run(['fetch', '--remote', 'github.com/o/r'])).toMatchObject({ status: 64 })
    await run(['remote', 'remove', 'origin'])
    expect(await run(['fetch'])).toMatchObject({ status: 66, stderr: expect.stringContaining('there is no remote yet') })
  })

  test('starts no program that the address or the remote names', async () => {
    folder.git('db', 'config', 'remote.origin.url', `ext::sh -c "touch ${folder.path}/pwned"`)
    expect(await run(['fetch'])).toMatchObject({ status: 75, stderr: expect.stringContaining('not allowed') })
    folder.git('db', 'config', 'remote.origin.url', '../db.git')
    folder.git('db', 'config', 'remote.origin.uploadpack', `touch ${folder.path}/pwned; git-upload-pack`)
    expect(await run(['fetch'])).toMatchObject({ status: 65, stderr: expect.stringContaining('remote.origin.uploadpack') })
    await expect(readFile(join(folder.path, 'pwned'))).rejects.toThrow('ENOENT')
  })
})

describe('push', () => {
  test('sends the branch and, when asked to, tags', async () => {
    await folder.shell(`cd db; ingitdb insert --into users --key u2 --data '{name: Bob}'; git tag v1`)
    expect(await json(['push', '--dry-run'])).toMatchObject({ dryRun: true, moved: [{ ref: 'refs/heads/main' }] })
    expect(head('db.git')).not.toBe(head('db'))
    const { status, stderr } = await run(['push', '--tags'])
    expect([status, stderr]).toEqual([
      0,
      expect.stringMatching(/^pushed to origin \(\.\.\/db\.git\)\n {2}main {2}\w{12}\.\.\w{12}, 1 commit\n {2}tag v1 {2}new at \w{12}\n$/),
    ])
    expect([head('db.git'), head('db.git', 'v1'), head('db', 'origin/main')]).toEqual([head('db'), head('db'), head('db')])
    expect(await run(['push'])).toMatchObject({ status: 0, stderr: expect.stringContaining('has all of main') })
  })

  test('sends another branch than the current one, and lets it follow', async () => {
    folder.git('db', 'branch', 'proposal')
    expect(await json(['push', 'origin', 'proposal', '--set-upstream'])).toMatchObject({
      branch: 'proposal',
      moved: [{ ref: 'refs/heads/proposal', to: head('db') }],
      upstream: { upstream: 'origin/proposal', ahead: 0, behind: 0 },
    })
    expect(await run(['push', 'origin', 'nothing'])).toMatchObject({ status: 66 })
    expect(await run(['push', 'origin', '--', '--mirror'])).toMatchObject({ status: 66 })
    expect(await run(['push', 'origin', '+main'])).toMatchObject({ status: 66 })
  })

  test('is explained when the other side has commits that are not here', async () => {
    await pushFromElsewhere('u2')
    await folder.shell(`cd db; ingitdb insert --into users --key u3 --data '{name: Eve}'`)
    const { status, stderr } = await run(['push'])
    expect([status, stderr]).toEqual([75, expect.stringContaining('error: origin did not take main: it has commits that are not merged here')])
    expect(JSON.parse((await run(['push', '--json'])).stderr)).toMatchObject({
      kind: 'push-rejected',
      refs: [{ ref: 'refs/heads/main', reason: 'diverged' }],
    })
  })

  test('with a lease overwrites what was fetched and looked at, and nothing that came later', async () => {
    folder.git('db', 'commit', '--quiet', '--amend', '--message', 'said otherwise')
    expect(await json(['push', '--force-with-lease'])).toMatchObject({ moved: [{ forced: true }] })
    await pushFromElsewhere('u2')
    folder.git('db', 'commit', '--quiet', '--amend', '--message', 'said again')
    const stale = await run(['push', '--force-with-lease'])
    expect([stale.status, stale.stderr]).toEqual([75, expect.stringContaining('not where it was when it was fetched last')])
    await run(['fetch'])
    // Fetched, but never looked at: still nothing to overwrite.
    expect(await run(['push', '--force-with-lease'])).toMatchObject({ status: 75, stderr: expect.stringContaining('not merged here') })
  })

  test('passes on what a hook on the other side says', async () => {
    await installHook('pre-receive', 'echo "main is protected: open a review" >&2; exit 1')
    await folder.shell(`cd db; ingitdb insert --into users --key u2 --data '{name: Bob}'`)
    const { status, stderr } = await run(['push'])
    expect([status, stderr]).toEqual([75, expect.stringContaining('it says: main is protected: open a review')])
    expect(stderr).toContain('push another branch and ask for a review')
  })

  test('says that a tag is there already, and that a branch is checked out', async () => {
    await folder.shell(`cd db.git; git tag v1 main; cd ../db; ingitdb insert --into users --key u2 --data '{name: Bob}'; git tag v1`)
    const tagged = await run(['push', '--tags'])
    expect([tagged.status, tagged.stderr]).toEqual([
      75,
      expect.stringMatching(/did not take tag v1: a tag of that name.*\n.*\n {2}it did take main\n/),
    ])
    await folder.shell(
      `git clone --quiet db.git checkout; cd db; git remote add checkout ../checkout; ingitdb insert --into users --key u3 --data '{name: Eve}'`,
    )
    expect(await run(['push', 'checkout'])).toMatchObject({ status: 75, stderr: expect.stringContaining('the branch is checked out there') })
  })

  test('needs a branch', async () => {
    folder.git('db', 'checkout', '--quiet', '--detach')
    expect(await run(['push'])).toMatchObject({ status: 65, stderr: expect.stringContaining('HEAD is detached') })
  })
})

describe('over http', () => {
  test('fetches and pushes without signing in where that is not wanted', async () => {
    await using server = await openGitHttpServer(folder.path)
    folder.git('db', 'config', 'remote.origin.url', `${server.url}/db.git`)
    await pushFromElsewhere('u2')
    expect(await json(['fetch'])).toMatchObject({ moved: [{ ref: 'refs/remotes/origin/main', commits: 1 }] })
    folder.git('db', 'branch', 'proposal')
    expect(await run(['push', 'origin', 'proposal'])).toMatchObject({ status: 0 })
    expect(head('db.git', 'proposal')).toBe(head('db', 'proposal'))
    expect(new Set(server.authorizations)).toEqual(new Set([undefined]))
  })

  test('signs in with the token of the environment, which is in no file, message or command line', async () => {
    await using server = await openGitHttpServer(folder.path, { credentials: 'x-access-token:top-secret' })
    folder.git('db', 'config', 'remote.origin.url', `${server.url}/db.git`)
    await folder.shell(`cd db; ingitdb insert --into users --key u2 --data '{name: Bob}'`)
    const without = await run(['push'])
    expect([without.status, without.stderr]).toEqual([75, expect.stringContaining('set INGITDB_TOKEN, or let a credential helper of git sign in')])
    const wrong = await run(['fetch'], { INGITDB_TOKEN: 'no-secret' })
    expect([wrong.status, wrong.stderr]).toEqual([75, expect.not.stringContaining('no-secret')])
    const done = await run(['push'], { INGITDB_TOKEN: 'top-secret' })
    expect(done).toMatchObject({ status: 0 })
    expect(head('db.git')).toBe(head('db'))
    expect(`${done.stdout}${done.stderr}`).not.toContain('secret')
    const found = await folder.shell(`grep -rlE 'top-secret|eC1hY2Nlc3M' . || true`)
    expect(found.stdout).toBe('')
  })

  test('signs in with git’s credential helpers', async () => {
    await using server = await openGitHttpServer(folder.path, { credentials: 'ada:kept' })
    folder.git('db', 'config', 'remote.origin.url', `${server.url}/db.git`)
    folder.git('db', 'config', '--global', 'credential.helper', '!f() { echo username=ada; echo password=kept; }; f')
    expect(await run(['fetch'])).toMatchObject({ status: 0 })
  })

  test('gives up on a server that never answers', async () => {
    await using server = await openGitHttpServer(folder.path, { isStuck: true })
    folder.git('db', 'config', 'remote.origin.url', `${server.url}/db.git`)
    const { status, stderr } = await run(['fetch', '--timeout', '0.5'])
    expect([status, stderr]).toEqual([75, expect.stringContaining('nothing came from it for too long')])
  })

  test('says what is not there, and that nobody answers', async () => {
    await using server = await openGitHttpServer(folder.path)
    folder.git('db', 'config', 'remote.origin.url', `${server.url}/nothing.git`)
    expect(await run(['fetch'])).toMatchObject({ status: 75, stderr: expect.stringContaining('is the address right?') })
    folder.git('db', 'config', 'remote.origin.url', 'http://127.0.0.1:1/db.git')
    expect(await run(['fetch'])).toMatchObject({ status: 75, stderr: expect.stringMatching(/connect/i) })
  })
})

test('over ssh, the ssh program is the user’s own', async () => {
  const ssh = join(folder.path, 'ssh')
  await writeFile(ssh, `#!/bin/sh\necho "$@" >> '${folder.path}/calls'\nwhile [ $# -gt 1 ]; do shift; done\nexec sh -c "$1"\n`)
  await chmod(ssh, 0o755)
  folder.git('db', 'config', 'remote.origin.url', `ada@example.org:${folder.path}/db.git`)
  await pushFromElsewhere('u2')
  const env = { GIT_SSH_COMMAND: ssh, GIT_SSH_VARIANT: 'simple' }
  expect(await json(['fetch'], env)).toMatchObject({ moved: [{ commits: 1 }] })
  folder.git('db', 'branch', 'proposal')
  expect(await run(['push', 'origin', 'proposal'], env)).toMatchObject({ status: 0 })
  expect(head('db.git', 'proposal')).toBe(head('db'))
  expect(await readFile(join(folder.path, 'calls'), 'utf8')).toMatch(/ada@example\.org git-upload-pack.*\n.*git-receive-pack/)
  await writeFile(ssh, '#!/bin/sh\necho "ada@example.org: Permission denied (publickey)." >&2\nexit 255\n')
  expect(await run(['fetch'], env)).toMatchObject({ status: 75, stderr: expect.stringContaining('does not know your ssh key') })
})
