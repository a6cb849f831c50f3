import { existsSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { projectRoot, readSource } from '../support/source-tree.ts'

const manifest: { exports: Record<string, string | { types: string; default: string }>; bin: Record<string, string> } = JSON.parse(
  readSource('package.json'),
)
const sourceOf = (built: string): string => built.replace(/^(\.\/)?dist\//, '').replace(/\.js$/, '.ts')
const entryPoints = Object.entries(manifest.exports).flatMap(([name, target]) =>
  typeof target === 'string' ? [] : [{ name, path: sourceOf(target.default), types: target.types }],
)

/** Names that a file exports, types too; `export … from` is not looked through, for the project has none. */
const exportedNames = (path: string): readonly string[] =>
  ts.createSourceFile(path, readSource(path), ts.ScriptTarget.ES2023).statements.flatMap((statement) => {
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : []
    if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return []
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => (name as ts.Identifier).text)
    return 'name' in statement ? [(statement.name as ts.Identifier).text] : []
  })

test('the names that a package can import are the ones agreed on: a changed name here is a release note', () => {
  const names = entryPoints.map(({ name, path }) => [name, exportedNames(path).toSorted()])
  expect(Object.fromEntries(names)).toMatchSnapshot()
})

test('every entry point and every program of the package has its source', () => {
  const sources = [...entryPoints.map(({ path }) => path), ...Object.values(manifest.bin).map(sourceOf)]
  expect(sources.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([])
  expect(entryPoints.filter(({ path, types }) => sourceOf(types.replace('.d.ts', '.js')) !== path)).toEqual([])
})
