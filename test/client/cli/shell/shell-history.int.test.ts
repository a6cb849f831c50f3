import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ShellHistory, toHistory } from '../../../../client/cli/shell/shell-history.ts'
import { temporaryFolder } from '../../../support/temporary-repository.ts'

const openFolder = (): string => {
  const folder = temporaryFolder()
  onTestFinished(() => folder[Symbol.dispose]())
  return folder.path
}

test('what was typed is there the next time, the newest first, once where it came twice in a row', async () => {
  const env = { XDG_STATE_HOME: openFolder() }
  const history = await ShellHistory.open(env)
  for (const entry of ['select 1;', 'select 2;', 'select 2;']) history.add(entry)
  await history.save()
  expect((await ShellHistory.open(env)).entries).toEqual(['select 2;', 'select 1;'])
  expect(statSync(join(env.XDG_STATE_HOME, 'ingitdb', 'shell-history')).mode & 0o777).toBe(0o600)
})

test('at most 1,000 entries are kept, in the file that is named, or nowhere', async () => {
  const folder = openFolder()
  const file = join(folder, 'history')
  writeFileSync(file, Array.from({ length: 1_500 }, (_, index) => `select ${index};\n`).join(''))
  await (await ShellHistory.open({ INGITDB_HISTORY: file })).save()
  expect(readFileSync(file, 'utf8').split('\n').length).toBe(1_001)
  const nowhere = await ShellHistory.open({ INGITDB_HISTORY: '' })
  nowhere.add('select 1;')
  await nowhere.save()
  expect((await ShellHistory.open({ INGITDB_HISTORY: '' })).entries).toEqual([])
})

test('a history that cannot be read is said', async () => {
  const folder = openFolder()
  mkdirSync(join(folder, 'history'))
  await expect(ShellHistory.open({ INGITDB_HISTORY: join(folder, 'history') })).rejects.toThrow('EISDIR')
})

test('a statement of several lines comes back as one, unless that would change it', () => {
  expect(toHistory('select 1,\n  2;')).toEqual(['select 1, 2;'])
  expect(toHistory("select 'a\nb';")).toEqual(["select 'a", "b';"])
  expect(toHistory('select 1 -- one\n;')).toEqual(['select 1 -- one', ';'])
})
