import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { listSources, projectRoot, readSource } from '../support/source-tree.ts'

/** `path:line` of every line that matches. */
const findLines = (paths: readonly string[], pattern: RegExp): readonly string[] =>
  paths.flatMap((path) =>
    readSource(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  )

const text = listSources().filter((path) => /\.(ts|cjs|json|md|ya?ml|sh)$|^\.ci\//.test(path) && path !== 'package-lock.json')

test('no file or folder has a name that says nothing', () => {
  const empty = /^(utils?|helpers?|common|misc|index)$|manager|service$/i
  const named = listSources().flatMap((path) => path.split('/').map((part) => ({ path, stem: part.replace(/(\.\w+)+$/, '') })))
  expect(named.filter(({ stem }) => empty.test(stem)).map(({ path }) => path)).toEqual([])
})

test('the root holds the layers and the usual files, nothing else', () => {
  const folders = new Set(listSources().flatMap((path) => (path.includes('/') ? [path.slice(0, path.indexOf('/'))] : [])))
  const known = ['.ci', '.github', 'api', 'client', 'docs', 'domain', 'infrastructure', 'migrations', 'projections', 'test']
  expect([...folders].filter((folder) => !known.includes(folder))).toEqual([])
})

test('every test says what it costs: unit, int or e2e', () => {
  const tests = listSources('.test.ts').filter((path) => !/\.(unit|int|e2e)\.test\.ts$/.test(path))
  expect(tests).toEqual([])
})

test('nothing is left for later, and no check is switched off', () => {
  expect(findLines(text, /\b(TO(?:DO)|FIX(?:ME)|XX(?:X))\b|biome-(?:ignore)|@ts-(?:ignore|expect-error|nocheck)/)).toEqual([])
})

test('no file names a place on somebody’s machine', () => {
  expect(findLines(text, /(?<![\w.*$}-])\/(home|Users|root)\/\w|\b[A-Z]:\\Users/)).toEqual([])
  const above = `${dirname(projectRoot)}/`
  const pattern = new RegExp(`(?<![\\w.*$}-])${above.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)
  const found = above === '/' || above.startsWith(tmpdir()) ? [] : findLines(text, pattern)
  expect(found).toEqual([])
})

test('the lock file names no download address, so that any registry can serve it', () => {
  expect(findLines(['package-lock.json'], /"resolved"/)).toEqual([])
})

test('every dependency has an exact version', () => {
  const { dependencies, devDependencies }: Record<string, Record<string, string>> = JSON.parse(readSource('package.json'))
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
  expect(loose).toEqual([])
})
