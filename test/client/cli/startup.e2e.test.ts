import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
beforeAll(async () => {
  folder = await openCliFolder()
  await folder.shell(
    `ingitdb init db; cd db; ingitdb create table users --columns name:string; ingitdb insert --into users --key u1 --data '{"name":"Ada"}'`,
  )
  const log = JSON.stringify(join(folder.path, 'modules.txt'))
  const hook = `import { appendFileSync } from 'node:fs'
    export const load = (url, context, next) => { appendFileSync(${log}, url + '\\n'); return next(url, context) }`
  await writeFile(join(folder.path, 'hook.mjs'), hook)
  await writeFile(join(folder.path, 'register.mjs'), `import { register } from 'node:module'; register('./hook.mjs', import.meta.url)`)
})
afterAll(() => folder[Symbol.asyncDispose]())

/** Packages that a command loads. */
const packagesOf = async (...args: readonly string[]): Promise<ReadonlySet<string>> => {
  await writeFile(join(folder.path, 'modules.txt'), '')
  const { status } = await folder.run([...args, '--path', 'db'], {
    env: { NODE_OPTIONS: `--import ${pathToFileURL(join(folder.path, 'register.mjs')).href}` },
  })
  expect(status).toBe(0)
  const modules = await readFile(join(folder.path, 'modules.txt'), 'utf8')
  return new Set([...modules.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].map(([, name = '']) => name))
}

test('help loads the parser of command lines and nothing else', async () => {
  expect([...(await packagesOf('--help'))]).toEqual(['commander'])
  expect([...(await packagesOf('select', '--help'))]).toEqual(['commander'])
})

test('reading one record loads no parser of formats, no schema validator and no query compiler', async () => {
  expect([...(await packagesOf('select', '--id', 'users/u1'))].sort()).toEqual(['better-sqlite3', 'commander'])
})

test('a filter adds the query compiler', async () => {
  expect([...(await packagesOf('count', '--from', 'users', '--where', "name=='Ada'"))].sort()).toEqual(['better-sqlite3', 'commander', 'kysely'])
})
