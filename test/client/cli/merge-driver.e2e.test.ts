import { chmod, copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type CliFolder, cliPath, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
beforeEach(async () => {
  folder = await openCliFolder()
  await run('init', 'db')
  await run('create', 'table', 'tea', '--columns', 'name:string,price:float,stock:int', '--path', 'db')
  await run('insert', '--into', 'tea', '--key', 'oolong', '--data', '{name: Oolong, price: 3.5, stock: 7}', '--path', 'db')
  git('branch', 'side')
})
afterEach(() => folder[Symbol.asyncDispose]())

const run = async (...args: readonly string[]) => {
  const done = await folder.run(args)
  if (done.status !== 0) throw new Error(done.stderr)
  return done
}
const git = (...args: readonly string[]): string => folder.git('db', ...args)
const tryGit = (command: string) => folder.shell(`cd db && git ${command}`)
const record = 'tea/$records/oolong.yaml'
const read = (path: string) => readFile(join(folder.path, 'db', path), 'utf8')
const write = (path: string, text: string | Uint8Array) => writeFile(join(folder.path, 'db', path), text)
const commitOn = async (branch: string, path: string, text: string | Uint8Array): Promise<void> => {
  git('switch', '--quiet', branch)
  await write(path, text)
  git('add', '--all')
  git('commit', '--quiet', '--message', `${path} on ${branch}`)
}

describe('git, in a database that init made,', () => {
  beforeEach(async () => {
    await commitOn('side', record, 'name: Oolong\nprice: 3.5\nstock: 8\n')
    await commitOn('main', record, 'name: Oolong\nprice: 4\nstock: 7\n')
  })

  test.each(['merge --no-edit side', 'cherry-pick side', 'rebase side'])('merges fields beside one another with git %s', async (command) => {
    expect(await tryGit(command)).toMatchObject({ status: 0 })
    expect(await read(record)).toBe('name: Oolong\nprice: 4\nstock: 8\n')
  })

  test('does so in a linked work tree and from a folder below', async () => {
    git('worktree', 'add', '--quiet', '-b', 'third', '../linked', 'main')
    expect(await folder.shell('cd linked/tea && git merge --no-edit side')).toMatchObject({ status: 0 })
    expect(await readFile(join(folder.path, 'linked', record), 'utf8')).toContain('stock: 8')
  })

  test('merges by lines where the program is not there any more', async () => {
    git('config', 'merge.ingitdb.driver', git('config', 'merge.ingitdb.driver').trim().replaceAll('main.js', 'gone.js'))
    expect(await tryGit('merge --no-edit side')).toMatchObject({ status: 1 })
    expect(await read(record)).toContain('<<<<<<< ours\nprice: 4\nstock: 7\n=======\nprice: 3.5\nstock: 8\n>>>>>>> theirs\n')
    const { stdout } = await folder.run(['doctor', '--path', 'db'])
    expect(stdout).toMatch(/^not ok merge-driver: .*\n {7}try: ingitdb setup$/m)
  })

  test('merges by lines where no definition says what a file is', async () => {
    await commitOn('main', 'tea/.collection/definition.yaml', 'columns: [\n')
    expect(await tryGit('cherry-pick side')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`${record}\n  both sides changed the same lines`),
    })
    expect(await read(record)).toContain('<<<<<<< ours\nprice: 4\nstock: 7\n=======\n')
  })
})

test('histories that crossed are compared with their common ancestors merged, and no decision of either is lost', async () => {
  const text = (price: string) => `name: Oolong\nprice: ${price}\nstock: 7\n`
  await commitOn('side', record, text('5'))
  await commitOn('main', record, text('4'))
  git('tag', 'main1', 'main')
  git('tag', 'side1', 'side')
  for (const [branch, other, price] of [
    ['main', 'side1', '4'],
    ['side', 'main1', '5'],
  ] as const) {
    git('switch', '--quiet', branch)
    await tryGit(`merge ${other}`)
    await write(record, text(price))
    git('commit', '--quiet', '--all', '--message', `crossed on ${branch}`)
  }
  git('switch', '--quiet', 'main')
  expect(await tryGit('merge side')).toMatchObject({ status: 1, stderr: expect.stringContaining('base    3.5\n    ours    4\n    theirs  5') })
})

describe('a conflict', () => {
  test('stands in the file with markers around what is in conflict and nothing else, and is said in words', async () => {
    await commitOn('side', record, 'name: Oolong\nprice: 5\nstock: 8\n')
    await commitOn('main', record, 'name: Wulong\nprice: 4\nstock: 7\n')
    const { status, stderr } = await tryGit('merge side')
    expect(status).toBe(1)
    expect(stderr).toContain('tea/oolong\n  price: both sides changed it\n    base    3.5\n    ours    4\n    theirs  5\n')
    expect(await read(record)).toBe('name: Wulong\n<<<<<<< ours\nprice: 4\n=======\nprice: 5\n>>>>>>> theirs\nstock: 8\n')
    expect(git('status', '--porcelain')).toBe(`UU ${record}\n`)
  })

  test('of a record that both sides added has all fields of both', async () => {
    const added = 'tea/$records/sencha.yaml'
    await commitOn('side', added, 'name: Sencha\nprice: 5\n')
    await commitOn('main', added, 'name: Sencha\nprice: 4\nstock: 1\n')
    expect(await tryGit('merge side')).toMatchObject({ status: 1 })
    expect(await read(added)).toBe('name: Sencha\n<<<<<<< ours\nprice: 4\n=======\nprice: 5\n>>>>>>> theirs\nstock: 1\n')
  })

  test('in a file that is no text leaves ours as it is, and git stops', async () => {
    const [base, ours, theirs] = [0, 1, 2].map((last) => Uint8Array.of(0, 255, last))
    await commitOn('main', 'logo.png', base ?? '')
    git('branch', '--force', 'side')
    await commitOn('side', 'logo.png', theirs ?? '')
    await commitOn('main', 'logo.png', ours ?? '')
    expect(await tryGit('merge side')).toMatchObject({ status: 1, stderr: expect.stringContaining('logo.png\n  it is no text') })
    expect([...(await readFile(join(folder.path, 'db', 'logo.png')))]).toEqual([0, 255, 1])
    expect(git('status', '--porcelain')).toBe('UU logo.png\n')
  })
})

test('a path with everything that shells read is merged', async () => {
  const path = `it's "$HOME" -x.txt`
  await commitOn('main', path, 'a\nb\nc\nd\n')
  git('branch', '--force', 'side')
  await commitOn('side', path, 'a\nb\nc\nD\n')
  await commitOn('main', path, 'A\nb\nc\nd\n')
  expect(await tryGit('merge --no-edit side')).toMatchObject({ status: 0 })
  expect(await read(path)).toBe('A\nb\nc\nD\n')
})

test('merge-driver says how it is used when it is used in another way, and touches nothing', async () => {
  for (const args of [[], ['a', 'b', 'c'], ['--marker-size', 'x', '--', 'a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd', 'e']])
    expect(await folder.run(['merge-driver', ...args])).toMatchObject({ status: 64, stderr: expect.stringContaining('BASE OURS THEIRS PATH') })
  await write('ours', 'mine\n')
  const cwd = join(folder.path, 'db')
  expect(await folder.run(['merge-driver', 'missing', 'ours', 'ours', 'notes.txt'], { cwd })).toMatchObject({ status: 70 })
  expect(await read('ours')).toBe('mine\n')
})

describe('setup', () => {
  test('registers the driver in a clone once, and doctor says that it is missing before', async () => {
    folder.git('.', 'clone', '--quiet', 'db', 'clone')
    const doctor = () => folder.run(['doctor', '--path', 'clone'])
    const before = await doctor()
    expect([before.status, before.stdout]).toEqual([1, expect.stringMatching(/^not ok merge-driver: .*\n {7}try: ingitdb setup$/m)])
    expect((await folder.run(['setup', '--path', 'clone'])).stderr).toBe('made the merge driver of git\n')
    const config = await readFile(join(folder.path, 'clone/.git/config'), 'utf8')
    expect((await folder.run(['setup', '--path', 'clone'])).stderr).toBe('everything is there already, and nothing is changed\n')
    expect(await readFile(join(folder.path, 'clone/.git/config'), 'utf8')).toBe(config)
    expect((await doctor()).status).toBe(0)
    expect(folder.git('clone', 'config', 'merge.renames')).toBe('false\n')
  })

  test('writes into attributes that are there, before what they say of single files', async () => {
    await mkdir(join(folder.path, 'mine'))
    await writeFile(join(folder.path, 'mine/.gitattributes'), '\ufeff# ours\r\n*.png binary\r\n*.lock -merge')
    await folder.run(['setup', '--path', 'mine'])
    const text = await readFile(join(folder.path, 'mine/.gitattributes'), 'utf8')
    expect(text).toBe('\ufeff* merge=ingitdb\r\n# ours\r\n*.png binary\r\n*.lock -merge')
    expect(folder.git('mine', 'check-attr', 'merge', '--', 'a.yaml', 'a.png', 'a.lock')).toBe(
      'a.yaml: merge: ingitdb\na.png: merge: unset\na.lock: merge: unset\n',
    )
    await folder.run(['setup', '--path', 'mine'])
    expect(await readFile(join(folder.path, 'mine/.gitattributes'), 'utf8')).toBe(text)
  })

  test('of a database below the top of a repository leaves the rest of it alone', async () => {
    await rm(join(folder.path, 'db'), { recursive: true })
    await mkdir(join(folder.path, 'db/data'), { recursive: true })
    git('init', '--quiet')
    await write('top.txt', 'a\n')
    await folder.run(['setup', '--path', 'db/data'])
    git('add', '--all')
    git('commit', '--quiet', '--message', 'start')
    await folder.run(['create', 'table', 'tea', '--columns', 'name:string,price:float', '--path', 'db/data'])
    await folder.run(['insert', '--into', 'tea', '--key', 'k', '--data', '{name: K, price: 1}', '--path', 'db/data'])
    git('branch', 'side')
    await commitOn('side', 'data/tea/$records/k.yaml', 'name: L\nprice: 1\n')
    await commitOn('main', 'data/tea/$records/k.yaml', 'name: K\nprice: 2\n')
    expect(await tryGit('merge --no-edit side')).toMatchObject({ status: 0 })
    expect(await read('data/tea/$records/k.yaml')).toBe('name: L\nprice: 2\n')
    expect(git('check-attr', 'merge', '--', 'top.txt')).toBe('top.txt: merge: unspecified\n')
  })

  test('uses the name of the program where the shell finds it by that', async () => {
    await mkdir(join(folder.path, 'bin'))
    await copyFile('/bin/true', join(folder.path, 'bin/ingitdb'))
    const env = { PATH: `${join(folder.path, 'bin')}:${process.env.PATH}` }
    await folder.run(['init', 'stranger'], { env })
    expect(folder.git('stranger', 'config', 'merge.ingitdb.driver')).toContain(`test -e '`)
    await rm(join(folder.path, 'bin/ingitdb'))
    await chmod(cliPath, 0o755) // as npm does when it installs
    await symlink(cliPath, join(folder.path, 'bin/ingitdb'))
    await folder.run(['init', 'own'], { env })
    expect(folder.git('own', 'config', 'merge.ingitdb.driver')).toMatch(/^ingitdb merge-driver /)
  })
})
