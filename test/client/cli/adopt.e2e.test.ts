import { existsSync } from 'node:fs'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
beforeEach(async () => {
  folder = await openCliFolder()
})
afterEach(() => folder[Symbol.asyncDispose]())

const write = async (files: Readonly<Record<string, string>>) => {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true })
    await writeFile(join(folder.path, path), text)
  }
}
const ingitdb = (...args: readonly string[]) => folder.run(args, { cwd: join(folder.path, 'data') })

const home: Readonly<Record<string, string>> = {
  'data/authors/ann.yaml': '# the first\nname: Ann\nborn: 1815\n',
  'data/authors/bob.yaml': 'name: Bob\n',
  'data/books.csv': 'isbn,author,price\n1,ann,2.50\n2,bob,3\n',
  'data/lists/tags.json': '[{"id": "new"}, {"id": "old"}]\n',
  'data/lists/units.yaml': 'kg:\n  name: kilogram\nm:\n  name: metre\n',
  'data/config.yaml': 'theme: dark\n',
}

describe('a folder of files', () => {
  test('becomes a database that answers, and no file of it is changed', async () => {
    await write(home)
    expect(await ingitdb('init', '--adopt', '--yes')).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^defined 4 tables over 8 records \(commit /),
    })
    for (const [path, text] of Object.entries(home)) expect(await readFile(join(folder.path, path), 'utf8')).toBe(text)
    expect(await ingitdb('list', 'tables')).toMatchObject({ status: 0, stdout: 'authors\nbooks\ntags\nunits\n' })
    expect(JSON.parse((await ingitdb('select', '--from', 'books', '--where', 'price>2.6')).stdout)).toEqual([
      { $id: '2', isbn: 2, author: 'bob', price: 3 },
    ])
    expect(JSON.parse((await ingitdb('select', '--id', 'units/kg')).stdout)).toEqual({ $id: 'kg', name: 'kilogram' })
    expect(JSON.parse((await ingitdb('validate', '--format', 'json')).stdout)).toMatchObject({ findings: [] })
    expect(folder.git('data', 'status', '--porcelain')).toBe('?? config.yaml\n')
  })

  test('can be written to afterwards, in place', async () => {
    await write(home)
    await ingitdb('init', '--adopt', '--yes')
    expect(await ingitdb('update', '--id', 'authors/ann', '--set', 'born=1816')).toMatchObject({ status: 0 })
    expect(await ingitdb('insert', '--into', 'authors', '--key', 'cleo', '--data', '{name: Cleo}')).toMatchObject({ status: 0 })
    expect(await ingitdb('update', '--id', 'books/1', '--set', 'author=zoe')).toMatchObject({
      status: 65,
      stderr: expect.stringContaining('no record of authors'),
    })
    expect(await readFile(join(folder.path, 'data/authors/ann.yaml'), 'utf8')).toBe('# the first\nname: Ann\nborn: 1816\n')
    expect(await readFile(join(folder.path, 'data/authors/cleo.yaml'), 'utf8')).toBe('name: Cleo\n')
  })

  test('is only looked at with --dry-run, and when nobody can be asked', async () => {
    await write(home)
    const looked = await ingitdb('init', '--adopt', '--dry-run')
    expect(looked).toMatchObject({ status: 0, stderr: 'nothing is written: leave out --dry-run to define them\n' })
    expect(looked.stdout).toContain('author  string in all 2, so required; refers to authors: all 2 values are keys of authors')
    expect(looked.stdout).toContain('config.yaml: is one map by itself')
    expect(await ingitdb('init', '--adopt')).toMatchObject({ status: 64, stderr: expect.stringContaining('--yes') })
    expect(await ingitdb('status')).toMatchObject({ status: 66 })
  })

  test('is told when there is nothing to adopt in it, file by file', async () => {
    await write({ 'data/config.yaml': 'theme: dark\n', 'data/broken.json': '{' })
    const { status, stderr } = await ingitdb('init', '--adopt', '--yes')
    expect(status).toBe(65)
    expect(stderr).toContain('nothing here can be a table')
    expect(stderr).toContain('broken.json')
  })

  test('in a repository keeps what is staged and edited there', async () => {
    await write(home)
    folder.git('.', 'init', '--quiet')
    folder.git('.', 'add', 'data/authors')
    folder.git('.', 'commit', '--quiet', '--message', 'authors')
    await write({ 'notes.txt': 'mine', 'data/authors/bob.yaml': 'name: Bobby\n' })
    folder.git('.', 'add', 'notes.txt')
    expect(await ingitdb('init', '--adopt', '--yes')).toMatchObject({ status: 0 })
    expect(folder.git('.', 'status', '--porcelain', '--untracked-files=no')).toBe('A  notes.txt\n')
    expect(folder.git('.', 'show', '--name-only', '--format=%s', 'HEAD')).toContain('adopt 4 tables')
    expect(folder.git('.', 'show', '--name-only', '--format=', 'HEAD')).not.toContain('notes.txt')
  })

  test('leaves ignored files, hidden files and links alone', async () => {
    await write({
      ...home,
      'data/.gitignore': 'secret/\n',
      'data/secret/a.yaml': 'k: 1\n',
      'data/secret/b.yaml': 'k: 2\n',
      'outside/x.yaml': 'name: X\n',
    })
    folder.git('data', 'init', '--quiet')
    await symlink(join(folder.path, 'outside/x.yaml'), join(folder.path, 'data/authors/link.yaml'))
    const { stdout } = await ingitdb('init', '--adopt', '--dry-run')
    expect(stdout).toContain('Table authors: authors/{key}.yaml (yaml, one file a record), 2 records')
    expect(stdout).not.toContain('secret')
  })

  test('that is a database already gets tables for the files that have none', async () => {
    await write(home)
    await ingitdb('init', '--adopt', '--yes')
    await write({ 'data/colours.json': '[{"id": "red"}, {"id": "blue"}]' })
    expect(await ingitdb('init', '--adopt', '--yes')).toMatchObject({ status: 0, stderr: expect.stringContaining('defined 1 table over 2 records') })
    expect(await ingitdb('count', '--from', 'colours')).toMatchObject({ stdout: '2\n' })
  })

  test('is valid afterwards, with documents, broken files and wrong keys among its records', async () => {
    await write({
      ...home,
      'data/posts/a.md': '---\ntitle: A\n---\nText\n',
      'data/posts/b.md': '---\ntitle: B\n---\n',
      'data/posts/README.md': '# Posts\n',
      'data/authors/broken.yaml': 'name: [\n',
      'data/authors/other.yaml': '$id: elsewhere\nname: Cleo\n',
      'data/pages/x/page.md': '---\ntitle: X\n---\n',
      'data/pages/y/page.md': '---\ntitle: Y\n---\n',
      'data/pages/z/page.md': '# Z\n',
      'data/authors/all.yaml': '- id: x\n- id: y\n',
    })
    expect(await ingitdb('init', '--adopt', '--yes')).toMatchObject({ status: 0 })
    expect(JSON.parse((await ingitdb('validate', '--format', 'json')).stdout)).toMatchObject({ findings: [] })
    expect(await ingitdb('count', '--from', 'posts')).toMatchObject({ stdout: '2\n' })
    expect(await ingitdb('count', '--from', 'authors')).toMatchObject({ stdout: '2\n' })
    folder.git('data', 'add', '--all')
    folder.git('data', 'commit', '--quiet', '--message', 'the rest')
    expect(await ingitdb('validate')).toMatchObject({ status: 0 })
  })

  test('a second time is told that nothing is left', async () => {
    await write({ 'data/tags.json': '[{"id": "new"}, {"id": "old"}]\n' })
    await ingitdb('init', '--adopt', '--yes')
    expect(await ingitdb('init', '--adopt', '--yes')).toMatchObject({ status: 65, stderr: expect.stringContaining('nothing is left to adopt') })
  })

  test('in the middle of a merge is refused, and nothing of it stays', async () => {
    await write(home)
    const git = (...args: readonly string[]) => folder.git('data', ...args)
    git('init', '--quiet')
    git('add', '--all')
    git('commit', '--quiet', '--message', 'all')
    git('switch', '--quiet', '--create', 'other')
    await write({ 'data/config.yaml': 'theme: light\n' })
    git('commit', '--quiet', '--all', '--message', 'light')
    git('switch', '--quiet', 'main')
    await write({ 'data/config.yaml': 'theme: none\n' })
    git('commit', '--quiet', '--all', '--message', 'none')
    expect(() => git('merge', 'other')).toThrow()
    const before = git('status', '--porcelain')
    expect(before).toBe('UU config.yaml\n')
    expect((await ingitdb('init', '--adopt', '--yes')).status).toBe(75)
    expect(git('status', '--porcelain')).toBe(before)
    expect(existsSync(join(folder.path, 'data/.ingitdb'))).toBe(false)
    expect(existsSync(join(folder.path, 'data/authors/.collection'))).toBe(false)
  })
})
