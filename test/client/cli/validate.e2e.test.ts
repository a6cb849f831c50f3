import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
const validate = (...args: readonly string[]) => folder.run(['validate', ...args, '--path', 'repo/data'])
const write = (name: string, text: string): Promise<void> => writeFile(join(folder.path, 'repo', 'data', name), text)

beforeAll(async () => {
  folder = await openCliFolder()
  const script = `set -e
    git init -q repo; mkdir -p repo/data/.ingitdb; cd repo/data; touch .ingitdb/settings.yaml
    git add -A; git commit -qm start
    ingitdb create table countries --columns name:string
    ingitdb create table users --columns name:string,age:int,country:string
    printf 'users/$records/ignored.yaml\\n' > .gitignore
    sed -i 's/^    country:/    country:\\n        foreign_key: countries/' users/.collection/definition.yaml
    git add -A; git commit -qm reference
    ingitdb insert --into countries --key de --data '{name: Germany}'
    ingitdb insert --into users --key ada --data '{name: Ada, age: 36, country: de}'
    git tag start`
  expect(await folder.shell(script)).toMatchObject({ status: 0 })
})
beforeEach(() => {
  folder.git('repo', 'reset', '-q', '--hard', 'start')
  folder.git('repo', 'clean', '-qfd')
})
afterAll(() => folder[Symbol.asyncDispose]())

describe('ingitdb validate', () => {
  test('says that nothing is wrong, on the error stream, and exits with 0', async () => {
    expect(await validate()).toEqual({ status: 0, stdout: '', stderr: '0 errors and 0 warnings in 2 tables with 2 records\n' })
  })

  test('prints one line a finding of the files as they are, and exits with 1; ignored files do not count', async () => {
    await write('users/$records/ada.yaml', 'name: Ada\nage: old\ncountry: xx\n')
    await write('users/$records/new.yaml', 'name: [\n')
    await write('users/$records/ignored.yaml', 'nope: 1\n')
    const { status, stdout, stderr } = await validate()
    expect(stdout.split('\n')).toEqual([
      'users/$records/ada.yaml:2: error type: users/ada: the field "age" must be of type int, but is a string',
      'users/$records/ada.yaml:3: error foreign-key: users/ada: the field "country" refers to no record of countries: "xx"',
      expect.stringMatching(/^users\/\$records\/new\.yaml:\d: error parse: users\/new: not valid YAML/),
      '',
    ])
    expect([status, stderr]).toEqual([1, '3 errors and 0 warnings in 2 tables with 2 records\n'])
    expect((await validate('--at', 'HEAD')).status).toBe(0)
  })

  test('writes nothing to the repository: no object, no index, no ref', async () => {
    await write('users/$records/new.yaml', 'name: Bob\n')
    const state = () => [folder.git('repo', 'count-objects', '-v'), folder.git('repo', 'for-each-ref'), folder.git('repo', 'ls-files', '-s')]
    const before = state()
    expect((await validate()).status).toBe(0)
    expect(state()).toEqual(before)
  })

  test('exits with 0 when there are only warnings', async () => {
    await write('users/$records/note.txt', 'not a record')
    expect(await validate()).toMatchObject({
      status: 0,
      stdout: 'users/$records/note.txt: warning stray-file: no table takes this file for a record\n',
    })
  })

  test('checks a database whose definitions are broken', async () => {
    await write('users/.collection/definition.yaml', 'columns: 5\n')
    const { status, stdout } = await validate('--only', 'definition')
    expect(status).toBe(1)
    expect(stdout).toMatch(/^users\/\.collection\/definition\.yaml(:1)?: error definition: users: /)
  })

  test('finds views that cannot be written, with their lines; columns and templates that only others know are warnings', async () => {
    await mkdir(join(folder.path, 'repo/data/users/.collection/views'))
    await write('users/.collection/views/a.yaml', 'columns: [\n')
    await write('users/.collection/views/b.yaml', 'where: age > 3\norder_by: hieght\ncolumns:\n  - name\n  - shoe\n')
    await write('users/.collection/views/c.yaml', 'template: md-tabel\n')
    await folder.shell(`cd repo/data && printf 'default_view:\n  top: 3\n  format: xlsx\n' >> users/.collection/definition.yaml`)
    const { status, stdout } = await validate()
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^users\/\.collection\/definition\.yaml:\d+: error view: users: view "\$default_view": unknown format "xlsx"/),
      expect.stringMatching(/^users\/\.collection\/views\/a\.yaml:\d: error parse: users: view "a": /),
      expect.stringMatching(/^users\/\.collection\/views\/b\.yaml:2: error view: users: view "b": .*there is no column hieght/),
      'users/.collection/views/b.yaml:5: warning view-column: users: view "b": its column "shoe" is no column of the table',
      expect.stringMatching(/^users\/\.collection\/views\/c\.yaml:1: warning view-template: users: view "c": its template "md-tabel"/),
      '',
    ])
    expect(status).toBe(1)
    expect((await validate('--only', 'records')).stdout).toBe('')
  })

  test('answers programs with JSON', async () => {
    await write('users/$records/ada.yaml', 'age: old\n')
    const { status, stdout } = await validate('--format', 'json')
    const place = { file: 'users/$records/ada.yaml', line: 1, table: 'users', key: 'ada', field: '/age' }
    expect(JSON.parse(stdout)).toMatchObject({
      tables: 2,
      records: 2,
      errors: 1,
      warnings: 0,
      findings: [{ severity: 'error', code: 'type', ...place }],
    })
    expect(status).toBe(1)
  })

  test('says only what came after a commit: a deleted target counts, an old mistake does not', async () => {
    await write('users/$records/old.yaml', 'age: old\n')
    folder.git('repo', 'add', '-A')
    folder.git('repo', 'commit', '-qm', 'a mistake')
    folder.git('repo', 'tag', '-f', 'mistake')
    await rm(join(folder.path, 'repo/data/countries/$records/de.yaml'))
    expect(await validate('--from-commit', 'mistake')).toMatchObject({
      status: 1,
      stdout: 'users/$records/ada.yaml:2: error foreign-key: users/ada: the field "country" refers to no record of countries: "de"\n',
    })
    expect((await validate('--from-commit', 'mistake', '--to-commit', 'HEAD')).status).toBe(0)
  })

  test('exits with 2 when it could not look, and says why', async () => {
    await mkdir(join(folder.path, 'other'), { recursive: true })
    folder.git('other', 'init', '-q')
    const nothing = await folder.run(['validate', '--path', 'other'])
    expect(nothing).toMatchObject({ status: 2, stderr: expect.stringContaining('it has no folder .ingitdb') })
    expect((await folder.run(['validate', '--path', 'nowhere'])).status).toBe(2)
    expect((await validate('--at', 'nope')).status).toBe(2)
    expect((await validate('--only', 'views')).status).toBe(2)
  })
})
