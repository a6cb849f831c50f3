import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { adoptLocal, callLocal, initLocal, openLocal } from '../../api/local.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const variables = ['HOME', 'GNUPGHOME', 'GIT_COMMITTER_NAME', 'GIT_COMMITTER_EMAIL', 'XDG_CONFIG_HOME'] as const
const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]))

afterEach(() => {
  for (const name of variables) {
    const value = before[name]
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
})

/** A database with one record; nothing of the user's own configuration counts. */
const openIn = async (folder: string, settings: Readonly<Record<string, string>> = {}) => {
  process.env.HOME = folder
  delete process.env.XDG_CONFIG_HOME
  const path = join(folder, 'db')
  const made = await initLocal(path)
  if (!made.ok) throw new Error(JSON.stringify(made.failure))
  for (const [name, value] of Object.entries(settings)) runGit(path, 'config', name, value)
  const opened = await openLocal(path)
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
  const call = callLocal(opened.value)
  await call('createTable', { table: 'items', schema: { type: 'object', properties: { size: { type: 'integer' } } } })
  return { path, call, database: opened.value, [Symbol.asyncDispose]: () => opened.value[Symbol.asyncDispose]() }
}

const createSshKey = (folder: string): { readonly key: string; readonly signers: string } => {
  const key = join(folder, 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'committer', '-f', key])
  const signers = join(folder, 'signers')
  writeFileSync(signers, `* ${execFileSync('ssh-keygen', ['-y', '-f', key], { encoding: 'utf8' })}`)
  return { key, signers }
}

const signWithSsh = (path: string, key: string): void => {
  runGit(path, 'config', 'commit.gpgSign', 'true')
  runGit(path, 'config', 'gpg.format', 'ssh')
  runGit(path, 'config', 'user.signingKey', key)
}

/** Throws when a commit of the range has no good signature. */
const verify = (path: string, range: string, ...settings: readonly string[]): void => {
  for (const oid of runGit(path, 'rev-list', range).split('\n')) runGit(path, ...settings, 'verify-commit', oid)
}

describe('with commit.gpgSign', () => {
  test('each commit of each branch is signed with the SSH key, also a merge and those of writes that wait together', async () => {
    using folder = temporaryFolder()
    const { key, signers } = createSshKey(folder.path)
    await using db = await openIn(folder.path)
    const first = runGit(db.path, 'rev-parse', 'main')
    signWithSsh(db.path, key)
    await Promise.all([1, 2, 3].map((n) => db.call('insertRecords', { table: 'items', records: [{ $id: `k${n}`, size: n }] })))
    runGit(db.path, 'branch', 'side')
    expect((await db.call('patchRecord', { table: 'items', id: 'k1', patch: { size: 5 }, branch: 'side' })).ok).toBe(true)
    expect((await db.call('patchRecord', { table: 'items', id: 'k2', patch: { size: 6 } })).ok).toBe(true)
    expect(await db.call('mergeBranch', { source: 'side' })).toMatchObject({ ok: true })
    const head = runGit(db.path, 'rev-parse', 'main')
    expect(await db.call('mergeBranch', { source: 'side' })).toMatchObject({ ok: true })
    expect(head).toBe(runGit(db.path, 'rev-parse', 'main'))
    verify(db.path, `${first}..main`, '-c', `gpg.ssh.allowedSignersFile=${signers}`)
    expect(runGit(db.path, 'rev-list', '--count', `${first}..main`)).toBe('6')
    expect(runGit(db.path, 'status', '--porcelain')).toBe('')
    runGit(db.path, 'fsck', '--strict')
    const ask = async () => [await db.call('readLog', {}), await db.call('selectRecords', { table: 'items' })]
    const answers = await ask()
    expect((await db.database.rebuild()).ok).toBe(true)
    expect(await ask()).toEqual(answers)
  })

  test('the first commits of a new database and of an adopted folder are signed as well', async () => {
    using folder = temporaryFolder()
    const { key, signers } = createSshKey(folder.path)
    process.env.HOME = folder.path
    writeFileSync(
      join(folder.path, '.gitconfig'),
      `[user]\n\tname = Ada\n\temail = ada@example.org\n\tsigningKey = ${key}\n[commit]\n\tgpgSign = true\n[gpg]\n\tformat = ssh\n`,
    )
    const path = join(folder.path, 'new')
    expect(await initLocal(path)).toMatchObject({ ok: true })
    verify(path, 'main', '-c', `gpg.ssh.allowedSignersFile=${signers}`)
    expect(runGit(path, 'status', '--porcelain')).toBe('')
    const adopted = join(folder.path, 'adopted')
    mkdirSync(adopted)
    writeFileSync(join(adopted, 'people.yaml'), '- id: ada\n  name: Ada\n- id: bob\n  name: Bob\n')
    runGit(adopted, 'init', '-q', '-b', 'main')
    const adoption = await adoptLocal(adopted)
    if (!adoption.ok) throw new Error(JSON.stringify(adoption.failure))
    expect(await adoption.value.apply()).toMatchObject({ ok: true })
    verify(adopted, 'HEAD', '-c', `gpg.ssh.allowedSignersFile=${signers}`)
    expect(runGit(adopted, 'log', '-1', '--format=%an <%ae>, %cn <%ce>')).toBe('Ada <ada@example.org>, Ada <ada@example.org>')
  })

  test('each commit is signed with the OpenPGP key', async () => {
    using folder = temporaryFolder()
    const home = join(folder.path, 'g')
    execFileSync('mkdir', ['-m', '700', home])
    process.env.GNUPGHOME = home
    const gpg = (...args: readonly string[]) => execFileSync('gpg', ['--batch', '--quiet', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    try {
      gpg('--passphrase', '', '--quick-gen-key', 'Ada <ada@example.org>', 'ed25519', 'sign', 'never')
      await using db = await openIn(folder.path)
      runGit(db.path, 'config', 'commit.gpgSign', 'true')
      runGit(db.path, 'config', 'user.signingKey', 'ada@example.org')
      expect(await db.call('insertRecords', { table: 'items', records: [{ $id: 'k1', size: 1 }] })).toMatchObject({ ok: true })
      verify(db.path, 'main~1..main')
    } finally {
      execFileSync('gpgconf', ['--kill', 'all'])
    }
  })

  test('a write whose commit cannot be signed fails with what the program said, and nothing moves', async () => {
    using folder = temporaryFolder()
    const { key } = createSshKey(folder.path)
    await using db = await openIn(folder.path)
    signWithSsh(db.path, join(folder.path, 'no-such-key'))
    const head = runGit(db.path, 'rev-parse', 'main')
    const answer = await db.call('insertRecords', { table: 'items', records: [{ $id: 'k1', size: 1 }] })
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'unavailable', why: expect.stringMatching(/could not be signed.*no-such-key/s) } })
    expect(runGit(db.path, 'rev-parse', 'main')).toBe(head)
    expect(runGit(db.path, 'status', '--porcelain')).toBe('')
    expect(await db.call('countRecords', { table: 'items' })).toMatchObject({ ok: true, value: { count: 0 } })
    runGit(db.path, 'config', 'user.signingKey', key)
    expect(await db.call('insertRecords', { table: 'items', records: [{ $id: 'k1', size: 1 }] })).toMatchObject({ ok: true })
  })

  test('a program that the repository itself names is not run, and the failure says where to name it', async () => {
    using folder = temporaryFolder()
    const { key } = createSshKey(folder.path)
    await using db = await openIn(folder.path)
    const proof = join(folder.path, 'proof')
    const program = join(folder.path, 'program')
    writeFileSync(program, `#!/bin/sh\ntouch ${proof}\nexec ssh-keygen "$@"\n`, { mode: 0o755 })
    signWithSsh(db.path, key)
    runGit(db.path, 'config', 'gpg.ssh.program', program)
    const insert = () => db.call('insertRecords', { table: 'items', records: [{ $id: 'k1', size: 1 }] })
    expect(await insert()).toMatchObject({
      ok: false,
      failure: { kind: 'unavailable', why: expect.stringContaining('git config --global gpg.ssh.program') },
    })
    expect(existsSync(proof)).toBe(false)
    runGit(db.path, 'config', '--unset', 'gpg.ssh.program')
    writeFileSync(join(folder.path, '.gitconfig'), `[gpg "ssh"]\n\tprogram = ${program}\n`)
    expect(await insert()).toMatchObject({ ok: true })
    expect(existsSync(proof)).toBe(true)
  })
})

describe('a commit names', () => {
  const people = (path: string) => runGit(path, 'log', '-1', '--format=%an <%ae>, %cn <%ce>')

  test('the user as its author and whoever runs the database as its committer', async () => {
    using folder = temporaryFolder()
    await using db = await openIn(folder.path, { 'user.name': 'Database', 'user.email': 'database@example.org' })
    const command = { type: 'UpsertRecord', table: 'items', key: 'k1', fields: { size: 1 } } as never
    await db.database.write({ commands: [command], actor: { name: 'Ada L.', email: 'ada@example.org' } })
    expect(people(db.path)).toBe('Ada L <ada@example.org>, Database <database@example.org>')
    process.env.GIT_COMMITTER_NAME = 'Service'
    await db.call('upsertRecord', { table: 'items', id: 'k2', record: { size: 2 } })
    expect(people(db.path)).toBe('Database <database@example.org>, Service <database@example.org>')
  })

  test('the user twice where git knows nobody', async () => {
    using folder = temporaryFolder()
    await using db = await openIn(folder.path)
    const command = { type: 'UpsertRecord', table: 'items', key: 'k1', fields: { size: 1 } } as never
    await db.database.write({ commands: [command], actor: { name: 'Ada', email: 'ada@example.org' } })
    expect(people(db.path)).toBe('Ada <ada@example.org>, Ada <ada@example.org>')
  })
})
