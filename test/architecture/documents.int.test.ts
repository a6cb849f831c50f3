import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anchorOf, parseCodeBlocks, parseHeadings, parseLinks } from '../support/markdown.ts'
import { listSources, projectRoot, readSource } from '../support/source-tree.ts'

const documents = listSources('.md')

describe.each(documents)('%s', (path) => {
  test('starts with its title, and has one', () => {
    const titles = parseHeadings(readSource(path)).filter(({ level }) => level === 1)
    expect(titles.length).toBe(1)
    expect(readSource(path)).toMatch(/^# \S/)
  })

  test('links to files and headings that exist', () => {
    expect(parseLinks(readSource(path)).filter((target) => !/^(https?|mailto):/.test(target) && !leadsSomewhere(path, target))).toEqual([])
  })
})

test('the first commands of the README are the demonstration and the tests', () => {
  const commands = parseCodeBlocks(readSource('README.md')).filter(({ info }) => info.startsWith('bash'))
  expect(commands.slice(0, 2).map(({ text }) => text)).toEqual(['npm ci && npm run demo', 'npm ci && npm test'])
})

test('every path that a document names in code type exists', () => {
  const path = /`((?:api|client|docs|domain|infrastructure|migrations|projections|test|\.ci|\.github)\/[\w./-]*)`/g
  const named = documents.flatMap((document) => [...readSource(document).matchAll(path)].map(([, target = '']) => `${document}: ${target}`))
  expect(named.filter((entry) => !existsSync(join(projectRoot, entry.slice(entry.indexOf(': ') + 2))))).toEqual([])
})

test('every document that the code cites exists', () => {
  const cited = listSources('.ts')
    .filter((path) => !path.startsWith('test/'))
    .flatMap((path) =>
      [...readSource(path).matchAll(/\bdecisions\/(\d{4})\b|(?<=\/\/.*|\* .*)\b([\w-]+\.md)\b/g)].map(([, decision, file]) => ({
        path,
        decision,
        file,
      })),
    )
  const missing = cited.filter(({ decision, file = '' }) =>
    decision === undefined
      ? !documents.some((document) => posix.basename(document) === file)
      : !documents.some((document) => document.startsWith(`domain/decisions/${decision}-`)),
  )
  expect(missing.map(({ path, decision, file }) => `${path}: ${decision ?? file}`)).toEqual([])
})

test('every document below docs can be reached from its table of contents', () => {
  const reached = new Set(parseLinks(readSource('docs/README.md')).map((target) => posix.join('docs', target.replace(/#.*/, ''))))
  expect(documents.filter((path) => path.startsWith('docs/') && path !== 'docs/README.md' && !reached.has(path))).toEqual([])
})

const leadsSomewhere = (from: string, target: string): boolean => {
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? from : posix.join(posix.dirname(from), decodeURIComponent(file))
  if (!existsSync(join(projectRoot, path))) return false
  return anchor === undefined || parseHeadings(readSource(path)).some(({ text }) => anchorOf(text) === anchor)
}
