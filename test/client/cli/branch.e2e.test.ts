import { describe, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

/** A database `db` with the record `users/u1`, as `cwd` of every command. */
const openDatabase = async () => {
  const folder: CliFolder = await openCliFolder()
  await folder.run(['init', 'db'])
  const cwd = `${folder.path}/db`
  const run = (...args: readonly string[]) => folder.run(args, { cwd })
  await run('create', 'table', 'users', '--columns', 'age:int')
  await run('insert', '--into', 'users', '--data', '{"$id": "u1", "age": 36}')
  return { folder, run, git: (...args: readonly string[]) => folder.git('db', ...args) }
}

describe('branches on the command line', () => {
  test('are made, listed, switched, renamed and deleted; each says what it did, and prints JSON when asked', async () => {
    const { folder, run, git } = await openDatabase()
    await using _ = folder
    expect(await run('branch', 'create', 'idea')).toMatchObject({
      status: 0,
      stdout: '',
      stderr: expect.stringMatching(/^created branch idea at [0-9a-f]{12}\n$/),
    })
    expect(await run('branch', 'switch', 'idea')).toMatchObject({ status: 0, stdout: '', stderr: 'switched to branch idea\n' })
    await run('update', '--id', 'users/u1', '--set', 'age=37')
    expect(await run('branch')).toMatchObject({ stdout: 'idea\nmain\n' })
    const listed: unknown = JSON.parse((await run('branch', 'list', '--base', 'main', '--json')).stdout)
    expect(listed).toMatchObject([
      { name: 'idea', current: true, ahead: 1, behind: 0, merged: false },
      { name: 'main', ahead: 0, merged: true },
    ])
    expect((await run('branch', 'list', '--format', 'csv')).stdout).toMatch(/^name,current,commit,.*\nidea,true,/)
    expect(await run('branch', 'switch', 'main', '--json')).toMatchObject({
      stdout: expect.stringMatching(/^\{"branch":"main",.*"previous":"idea"\}\n$/),
    })
    expect(await run('branch', 'delete', 'idea')).toMatchObject({
      status: 65,
      stderr: expect.stringContaining('try: ingitdb branch delete idea --force'),
    })
    expect(await run('branch', 'rename', 'idea', 'plan')).toMatchObject({ status: 0, stderr: 'renamed branch idea to plan\n' })
    expect(await run('branch', 'delete', 'plan', '--force')).toMatchObject({ status: 0 })
    expect(git('for-each-ref', '--format=%(refname)', 'refs/heads')).toBe('refs/heads/main\n')
  })

  test('that are protected say so to whoever writes, with exit code 77', async () => {
    const { folder, run } = await openDatabase()
    await using _ = folder
    expect(await run('branch', 'protect', 'main')).toMatchObject({ status: 64, stderr: expect.stringContaining('--reason') })
    expect(await run('branch', 'protect', 'main', '--reason', 'published', '--freeze')).toMatchObject({
      status: 0,
      stderr: 'branch main is frozen\n',
    })
    const refused = await run('update', '--id', 'users/u1', '--set', 'age=37', '--json')
    expect(refused.status).toBe(77)
    expect(JSON.parse(refused.stderr)).toMatchObject({
      kind: 'protected',
      status: 403,
      branch: 'main',
      action: 'write',
      reason: 'published',
      frozen: true,
    })
    expect((await run('branch', 'list', '--format', 'md')).stdout).toContain('| frozen: published |')
    expect(await run('branch', 'unprotect', 'main')).toMatchObject({ status: 0, stderr: 'branch main is not protected any more\n' })
    expect(await run('update', '--id', 'users/u1', '--set', 'age=37')).toMatchObject({ status: 0 })
  })

  test('with edits in the way are not switched to, and the files are named', async () => {
    const { folder, run, git } = await openDatabase()
    await using _ = folder
    await run('branch', 'create', 'idea')
    await run('update', '--branch', 'idea', '--id', 'users/u1', '--set', 'age=37')
    await folder.shell('echo "# mine" >> "db/users/\\$records/u1.yaml"')
    expect(await run('branch', 'switch', 'idea')).toMatchObject({
      status: 75,
      stderr: expect.stringMatching(/users\/\$records\/u1\.yaml\n {2}try: commit or undo the edits\n/),
    })
    expect(git('symbolic-ref', '--short', 'HEAD')).toBe('main\n')
  })

  test('that cannot be, are not there or are in the way end with the exit code of that, and an error', async () => {
    const { folder, run } = await openDatabase()
    await using _ = folder
    const cases = [
      [['branch', 'create', '--', '-x'], 65],
      [['branch', 'create', 'a..b'], 65],
      [['branch', 'create', 'MAIN'], 73],
      [['branch', 'create', 'main/x'], 73],
      [['branch', 'create', 'x', '--from', 'nowhere'], 66],
      [['branch', 'switch', 'nowhere'], 66],
      [['branch', 'delete', 'main'], 65],
      [['branch', 'protect', 'main', '--reason', 'x', '--until', 'soon'], 65],
      [['branch', 'create'], 64],
      [['branch', 'nonsense'], 64],
      [['branch', 'list', '--remote', 'github.com/a/b'], 64],
      [['tag', 'create', 'x~1'], 65],
      [['tag', 'delete', 'nowhere'], 66],
      [['import', '--legacy', '--branch', 'idea'], 64],
    ] as const
    for (const [args, status] of cases) {
      const ended = await run(...args)
      expect([ended.status, ended.stdout], args.join(' ')).toEqual([status, ''])
      expect(ended.stderr).toMatch(/^error: /)
    }
  })
})

test('tags are made, listed, read at and deleted', async () => {
  const { folder, run, git } = await openDatabase()
  await using _ = folder
  expect(await run('tag', 'create', 'v1', '--message', 'as published')).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/^created tag v1 at /),
  })
  await run('tag', 'create', 'start', '--at', 'main~1')
  await run('update', '--id', 'users/u1', '--set', 'age=37')
  expect((await run('tag')).stdout).toBe('start\nv1\n')
  expect(JSON.parse((await run('tag', 'list', '--json')).stdout)).toMatchObject([
    { name: 'start', commit: git('rev-parse', 'main~2').trim() },
    { name: 'v1', annotation: { tagger: { name: 'Ada', email: 'ada@example.org' }, message: 'as published' } },
  ])
  expect((await run('select', '--id', 'users/u1', '--at', 'v1')).stdout).toContain('36')
  expect(await run('tag', 'delete', 'v1')).toMatchObject({ status: 0, stderr: expect.stringMatching(/^deleted tag v1 /) })
  expect(git('tag')).toBe('start\n')
})

test('branches, tags and subcommands are completed', async () => {
  const { folder, run } = await openDatabase()
  await using _ = folder
  await run('branch', 'create', 'idea')
  await run('tag', 'create', 'v1')
  const words = async (...args: readonly string[]) =>
    (await run('__complete', '--', ...args)).stdout
      .split('\n')
      .map((line) => line.split('\t')[0])
      .filter((word) => word !== '')
  expect(await words('branch', 'swi')).toEqual(['switch'])
  expect(await words('branch', 'switch', '')).toEqual(['idea', 'main'])
  expect(await words('branch', 'create', 'x', '--from', '')).toEqual(['idea', 'main', 'v1'])
  expect(await words('branch', 'protect', 'main', '--re')).toEqual(
    ['--reason', '--remote', '--refresh'].filter((option) => option.startsWith('--re')),
  )
  expect(await words('tag', 'delete', '')).toEqual(['v1'])
  expect(await words('select', '--at', 'v')).toEqual(['v1'])
  expect(await words('--branch', 'i')).toEqual(['idea'])
  expect(await words('select', '--from', '')).toEqual(['users'])
})
