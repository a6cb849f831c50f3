import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from '../support/run-program.ts'
import { projectRoot, readSource } from '../support/source-tree.ts'

interface Cruise {
  readonly modules: readonly { readonly source: string }[]
  readonly summary: { readonly totalCruised: number; readonly violations: readonly Violation[] }
}
interface Violation {
  readonly from: string
  readonly to: string
  readonly rule: { readonly name: string }
}

const layers = /^(api|client|domain|infrastructure|migrations|projections|test)\//
const depcruise = join(projectRoot, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
const cruise = async (cwd: string): Promise<Cruise> => {
  const run = await runProgram(process.execPath, [depcruise, '--output-type', 'json', '.'], { cwd })
  return JSON.parse(run.stdout) as Cruise
}
const say = ({ rule, from, to }: Violation) => `${rule.name}: ${from} -> ${to}`

describe('the project', () => {
  test('keeps its import rules, and the checker really saw its modules', async () => {
    const { modules, summary } = await cruise(projectRoot)
    expect(summary.violations.map(say)).toEqual([])
    const ours = modules.filter(({ source }) => layers.test(source))
    expect(ours.length).toBeGreaterThan(50)
  })
})

/** One file for each rule that breaks it, with the imports that do; the other files are what they import. */
const planted: Readonly<Record<string, string>> = {
  'domain/impure.ts': `import 'node:fs'`,
  'projections/boundary.ts': `import '../infrastructure/git/a.ts'`,
  'migrations/boundary.ts': `import '../projections/one/a.ts'`,
  'infrastructure/git/boundary.ts': `import '../../api/contract/a.ts'`,
  'api/boundary.ts': `import '../infrastructure/git/a.ts'`,
  'api/local.ts': `import '../client/cli/a.ts'`,
  'client/cli/boundary.ts': `import '../../api/local.ts'`,
  'client/cli/main.ts': `import '../../infrastructure/git/a.ts'`,
  'infrastructure/git/sibling.ts': `import '../sqlite/a.ts'`,
  'projections/one/sibling.ts': `import '../two/a.ts'`,
  'migrations/targets/mysql/sibling.ts': `import '../postgres/a.ts'`,
  'infrastructure/git/home.ts': `import 'better-sqlite3'\nimport 'drizzle-orm'\nimport 'kysely'\nimport 'ajv'\nimport 'commander'`,
  'infrastructure/git/development.ts': `import 'vitest'`,
  'infrastructure/git/unresolvable.ts': `import './missing.ts'`,
  'test/cycle.ts': `import './cycle-back.ts'`,
  'test/cycle-back.ts': `import './cycle.ts'`,
  'infrastructure/git/a.ts': '',
  'infrastructure/sqlite/a.ts': `import 'better-sqlite3'`,
  'projections/one/a.ts': `import 'drizzle-orm'\nimport 'kysely'\nimport '../../domain/a.ts'`,
  'projections/two/a.ts': '',
  'migrations/targets/postgres/a.ts': '',
  'api/contract/a.ts': `import '../../domain/a.ts'`,
  'api/main.ts': `import '../infrastructure/git/a.ts'`,
  'client/cli/a.ts': `import 'commander'\nimport '../../api/contract/a.ts'`,
  'client/examples/demo/main.ts': `import '../../../api/local.ts'`,
  'domain/a.ts': '',
}

describe('the checker', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ingitdb-rules-'))
    await plantViolations(folder)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('fires every rule on a tree that breaks each of them once, and no rule elsewhere', async () => {
    const { summary } = await cruise(folder)
    const rules: { forbidden: readonly { name: string }[] } = createRequire(import.meta.url)(join(projectRoot, '.dependency-cruiser.cjs'))
    expect([...new Set(summary.violations.map(({ rule }) => rule.name))].sort()).toEqual(rules.forbidden.map(({ name }) => name).sort())
    expect(summary.violations.map(say).sort()).toMatchSnapshot()
  })
})

const plantViolations = async (folder: string): Promise<void> => {
  const libraries = ['better-sqlite3', 'drizzle-orm', 'kysely', 'ajv', 'commander']
  const files: Record<string, string> = {
    ...planted,
    '.dependency-cruiser.cjs': readSource('.dependency-cruiser.cjs'),
    'tsconfig.json': readSource('tsconfig.json'),
    'package.json': JSON.stringify({
      type: 'module',
      dependencies: Object.fromEntries(libraries.map((library) => [library, '1.0.0'])),
      devDependencies: { vitest: '1.0.0' },
    }),
  }
  for (const library of [...libraries, 'vitest']) {
    files[`node_modules/${library}/package.json`] = JSON.stringify({ name: library, version: '1.0.0', main: 'index.js' })
    files[`node_modules/${library}/index.js`] = ''
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}
