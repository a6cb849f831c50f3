import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandList } from '../../client/cli/command-list.ts'
import { buildManPage } from '../../client/cli/man/build-man-page.ts'
import { readSource } from '../support/source-tree.ts'

test('the man page has every command, with its examples, and npm is told of it', async () => {
  const page = await buildManPage()
  for (const { name } of commandList) expect(page).toMatch(new RegExp(`^\\.SS ingitdb ${name.replaceAll('-', '\\\\-')} `, 'm'))
  const { man, files, scripts } = JSON.parse(readSource('package.json'))
  expect(scripts.build).toContain(man)
  expect(man.startsWith(`${files[0]}/`)).toBe(true)
})

test.runIf(spawnSync('man', ['--version']).status === 0)('man reads the man page without a complaint', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ingitdb-man-'))
  try {
    await writeFile(join(folder, 'ingitdb.1'), await buildManPage())
    const env = { ...process.env, MANPAGER: 'cat', MANWIDTH: '100', LC_ALL: 'C.UTF-8' }
    const { status, stdout, stderr } = spawnSync('man', ['--warnings', '-l', join(folder, 'ingitdb.1')], { encoding: 'utf8', env })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    for (const { name } of commandList) expect(stdout).toMatch(new RegExp(`^ +ingitdb ${name} `, 'm'))
  } finally {
    await rm(folder, { recursive: true })
  }
})
