/** Who may import whom: docs/explanation/architecture.md. Each rule is fired once on purpose by test/architecture/import-rules.int.test.ts. */

const layers = 'domain|infrastructure|projections|migrations|api|client'

/** A layer imports itself and the named places, nothing else of ours. `wiring` files have a rule of their own. */
const only = (layer, allowed, wiring = '^$') => ({
  name: `${layer}-boundary`,
  severity: 'error',
  from: { path: `^${layer}/`, pathNot: wiring },
  to: { path: `^(${layers}|test)/`, pathNot: `^(${[layer, ...allowed].join('|')})/` },
})

/** Sub-folders of a layer do not import one another. */
const strangers = (folder, shared = '') => ({
  name: `${folder}-siblings`,
  severity: 'error',
  from: { path: `^${folder}/([^/]+)/` },
  to: { path: `^${folder}/[^/]+/`, pathNot: `^${folder}/($1${shared})/` },
})

/** A library with one job is imported where that job is done. */
const home = (library, folders) => ({
  name: `${library}-home`,
  severity: 'error',
  from: { path: `^(${layers})/`, pathNot: `^(${folders})` },
  to: { path: `node_modules/${library}/` },
})

const wiringOfApi = '^api/(main|local|merge-driver)\\.ts$'
const wiringOfClient = '^client/(cli/main|sdk/local|github-action/main|examples/.+)\\.ts$'

module.exports = {
  forbidden: [
    { name: 'domain-is-pure', severity: 'error', from: { path: '^domain/' }, to: { pathNot: '^domain/' } },
    only('projections', ['domain']),
    only('migrations', ['domain']),
    only('infrastructure', ['domain', 'projections']),
    only('api', ['domain', 'projections', 'migrations'], wiringOfApi),
    { name: 'api-wiring', severity: 'error', from: { path: wiringOfApi }, to: { path: '^(client|test)/' } },
    only('client', ['api/contract'], wiringOfClient),
    {
      name: 'client-wiring',
      severity: 'error',
      from: { path: wiringOfClient },
      to: { path: `^(${layers}|test)/`, pathNot: '^(client/|api/contract/|api/(local|merge-driver)\\.ts$)' },
    },
    strangers('infrastructure'),
    strangers('projections'),
    strangers('migrations/targets', '|sql|key-value'),
    home('better-sqlite3', 'infrastructure/sqlite/'),
    home('drizzle-orm', 'projections/'),
    home('kysely', 'projections/|migrations/'),
    home('ajv', 'infrastructure/json-schema/'),
    home('commander', 'client/cli/'),
    {
      name: 'no-development-packages',
      severity: 'error',
      from: { path: `^(${layers})/`, pathNot: '^client/examples/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
      extensions: ['.ts', '.mts', '.d.ts', '.js', '.mjs', '.cjs', '.json'],
    },
    exclude: { path: '^(test/(golden|fixtures)|dist|coverage|demo-database)/' },
  },
}
