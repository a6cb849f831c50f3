import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { callLocal } from '../../api/local.ts'
import { createItemsDatabase, openDatabaseAt } from '../support/local-database.ts'
import { parseTables } from '../support/markdown.ts'
import { readSource } from '../support/source-tree.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'
import { type BrokenDatabase, brokenDatabases, soundDatabase } from './broken-database-cases.ts'
import { findGoTool, whyMissing } from './go-tools.ts'

const sound: BrokenDatabase = { name: 'a sound database', files: {}, go: 'nothing', ours: [] }

/** A repository with the files of a case, committed. */
const makeDatabase = (folder: string, { files }: BrokenDatabase): void => {
  for (const [path, text] of Object.entries({ ...soundDatabase, ...files })) {
    if (text === null) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  runGit(folder, 'init', '-q', '-b', 'main')
  runGit(folder, 'add', '-A')
  runGit(folder, 'commit', '-qm', 'A database')
}

describe('what is said of a broken database', () => {
  test.each([sound, ...brokenDatabases])('$name', async (each) => {
    using folder = temporaryFolder()
    makeDatabase(folder.path, each)
    await using database = await openDatabaseAt(folder.path)
    const answer = await callLocal(database)('validateDatabase', {})
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
    const found = answer.value.findings.map(
      ({ file, line, severity, code }) => `${[file, line].filter((part) => part !== undefined).join(':')} ${severity} ${code}`,
    )
    expect(found).toEqual(each.ours)
  })

  test('agrees with what the Go validator says, or there is a reason', () => {
    const isRefused = (each: BrokenDatabase): boolean => each.ours.some((finding) => finding.includes(' error '))
    const differing = brokenDatabases.filter((each) => isRefused(each) !== (each.go !== 'nothing'))
    expect(differing.filter(({ why }) => why === undefined)).toEqual([])
  })

  test('is documented beside what the Go validator says', () => {
    const documented = parseTables(readSource('docs/reference/compatibility.md')).flat()
    for (const each of brokenDatabases) expect(documented).toContainEqual(rowOf(each))
  })
})

const rowOf = ({ name, go, ours, why = '' }: BrokenDatabase): readonly string[] => [
  name,
  go,
  ours.length === 0 ? 'nothing' : ours.map((finding) => `\`${finding}\``).join(', '),
  why,
]

const tool = findGoTool('ingitdb')

describe.skipIf('missing' in tool)(`ingitdb validate of the Go command${whyMissing(tool)}`, () => {
  const isAccepted = (path: string): boolean => {
    if ('missing' in tool) throw new Error(tool.missing)
    try {
      execFileSync(tool.path, ['validate', '--path', path], { stdio: 'pipe' })
      return true
    } catch {
      return false
    }
  }

  test('accepts a database that was made here', async () => {
    using folder = temporaryFolder()
    const path = await createItemsDatabase(folder.path, { size: { type: 'integer' } }, { $id: 'a', size: 1 })
    expect(isAccepted(path)).toBe(true)
  })

  test.each([sound, ...brokenDatabases])('$name: refused or not, as the table says', (each) => {
    using folder = temporaryFolder()
    makeDatabase(folder.path, each)
    expect(isAccepted(folder.path)).toBe(each.go === 'nothing')
  })
})
