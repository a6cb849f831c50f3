import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { parseMailmap } from '../../../domain/event-sourcing/mailmap.ts'
import type { Person } from '../../../domain/event-sourcing/operation.ts'
import { findRepository } from '../../../infrastructure/git/find-repository.ts'
import { MailmapReader } from '../../../infrastructure/git/read-mailmap.ts'
import { RefReader } from '../../../infrastructure/git/read-ref.ts'
import { Git } from '../../../infrastructure/git/run-git.ts'
import { commitForeign } from '../../support/commit-foreign.ts'
import { runGit, temporaryFolder } from '../../support/temporary-repository.ts'

let path: string
beforeEach(() => {
  const folder = temporaryFolder()
  path = join(folder.path, 'db')
  execFileSync('git', ['init', '--quiet', '-b', 'main', path])
  runGit(path, 'commit', '--quiet', '--allow-empty', '-m', 'start')
  return () => folder[Symbol.dispose]()
})

const openReader = (directory = path): MailmapReader => {
  const location = findRepository(directory)
  if (!location.ok) throw new Error(JSON.stringify(location.failure))
  return new MailmapReader(new Git(location.value), new RefReader(location.value))
}

const ada = { name: 'ada', email: 'ada@old' }
const nameOfAda = async (reader = openReader()): Promise<string> => {
  const { name, email } = (await reader.read())(ada)
  return `${name} <${email}>`
}

describe('a mailmap', () => {
  const name = fc.constantFrom('Ada', 'ada', 'Ada Lovelace', 'Zoë', 'ZOË', ' ', '')
  const email = fc.constantFrom('a@x', 'A@X', 'b@x', 'ada lovelace@x', 'ë@x', 'Ë@x')
  const contact = fc.tuple(name, email).map(([who, where]) => `${who} <${where}>`)
  const line = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(contact, contact).map((contacts) => contacts.join('  ')) },
    { weight: 3, arbitrary: contact },
    fc.constantFrom(
      '',
      '# Ada <a@x>',
      ' # Ada <a@x>',
      'Ada',
      '<a@x',
      'Ada <> <a@x>',
      'Ada <a@x> <>',
      '<a@x> <b@x> # why',
      'Ada <a@x>\r',
      'X < b@x >',
    ),
  )
  const person = fc.record({ name: fc.constantFrom('Ada', 'ada', 'Ada Lovelace', 'Zoë', 'zoË', 'Bob'), email })

  test('names people as git does', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.array(person, { minLength: 1, maxLength: 12 }), (lines, people) => {
        const text = lines.map((entry) => `${entry}\n`).join('')
        writeFileSync(join(path, '.mailmap'), text)
        const input = people.map(format).join('')
        const said = execFileSync('git', ['-C', path, 'check-mailmap', '--stdin'], { input, encoding: 'utf8' })
        expect(
          people
            .map(parseMailmap([text]))
            .map(format)
            .join(''),
        ).toBe(said)
      }),
      { numRuns: 150 },
    )
  })
  const format = ({ name: who, email: where }: Person): string => `${who} <${where}>\n`
})

describe('the mailmap of a repository', () => {
  test('is the one at the top of HEAD, and follows it', async () => {
    const reader = openReader()
    expect(await nameOfAda(reader)).toBe('ada <ada@old>')
    commitForeign(path, { '.mailmap': 'Ada Lovelace <ada@old>\n' })
    expect(await nameOfAda(reader)).toBe('Ada Lovelace <ada@old>')
    commitForeign(path, { '.mailmap': 'Ada <ada@new> <ada@old>\n' })
    expect(await nameOfAda(reader)).toBe('Ada <ada@new>')
    runGit(path, 'switch', '--quiet', '--detach', '--discard-changes', 'HEAD~1')
    expect(await nameOfAda(reader)).toBe('Ada Lovelace <ada@old>')
    commitForeign(path, { '.mailmap': null })
    runGit(path, 'switch', '--quiet', '--discard-changes', 'main')
    expect(await nameOfAda(reader)).toBe('ada <ada@old>')
  })

  test('is overridden by the blob and the file of the configuration', async () => {
    const reader = openReader()
    commitForeign(path, { '.mailmap': 'In HEAD <head@x> <ada@old>\n', people: 'In Blob <ada@old>\n' })
    runGit(path, 'config', 'mailmap.blob', 'HEAD:people')
    expect(await nameOfAda(reader)).toBe('In Blob <head@x>')
    runGit(path, 'config', 'mailmap.file', 'names')
    expect(await nameOfAda(reader)).toBe('In Blob <head@x>')
    writeFileSync(join(path, 'names'), 'In File <ada@old>\n')
    expect(await nameOfAda(reader)).toBe('In File <head@x>')
    rmSync(join(path, 'names'))
    runGit(path, 'config', 'mailmap.file', '/dev/zero')
    expect(await nameOfAda(reader)).toBe('In Blob <head@x>')
    runGit(path, 'config', 'mailmap.blob', 'nowhere:people')
    expect(await nameOfAda(reader)).toBe('In HEAD <head@x>')
  })

  test('is found where there are no files, and before the first commit', async () => {
    commitForeign(path, { '.mailmap': 'Ada Lovelace <ada@old>\n', people: 'In Blob <ada@old>\n' })
    const bare = join(path, '..', 'bare.git')
    execFileSync('git', ['clone', '--quiet', '--bare', path, bare], { stdio: 'ignore' })
    expect(await nameOfAda(openReader(bare))).toBe('Ada Lovelace <ada@old>')
    runGit(bare, 'config', 'mailmap.blob', 'HEAD:people')
    expect(await nameOfAda(openReader(bare))).toBe('In Blob <ada@old>')
    const empty = join(path, '..', 'empty')
    execFileSync('git', ['init', '--quiet', empty])
    expect(await nameOfAda(openReader(empty))).toBe('ada <ada@old>')
  })
})
