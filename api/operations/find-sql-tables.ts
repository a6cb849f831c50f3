import type { Failure } from '../../domain/failure.ts'
import { type CommitId, systemPrefix } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { SqlQuery, SqlReference } from '../../domain/sql/read-query.ts'
import { systemTableNames, systemTables, usageOf } from '../../domain/sql/system-tables.ts'
import type { Catalogue, Table } from '../../domain/table/table.ts'
import type { NamedSqlTable, SqlTable } from '../../projections/record-versions/sql/sql-table.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import { parseBranch, type ReadScope } from './ask-snapshot.ts'
import { requireTable } from './find-table.ts'
import type { OperationContext } from './operation-context.ts'

/** What a statement reads. */
export interface SqlTables {
  /** Of the moment of tables that name none. */
  readonly commit: CommitId | undefined
  readonly tables: readonly NamedSqlTable[]
  /** For each reference of the statement, the name of its view. */
  readonly names: readonly string[]
  /** Of all tables, for what is said about a mistyped one. */
  readonly columns: readonly string[]
}

/** Finds each table that a statement names, at its moment. Fails with `not-found` for a table or moment that there is not. */
export const findSqlTables = async (context: OperationContext, { references }: SqlQuery, scope: ReadScope): Promise<Result<SqlTables>> => {
  const moments = new Moments(context, scope)
  const base = await moments.read(undefined)
  if (!base.ok) return base
  const tables = new Map<string, NamedSqlTable>()
  const names: string[] = []
  const columns = new Set(['$id'])
  for (const reference of references) {
    const found = await findTable(context, moments, reference)
    if (!found.ok) return found
    const { source, definition } = found.value
    for (const { name } of definition?.columns ?? []) columns.add(name)
    const identity = JSON.stringify(source)
    const known = tables.get(identity) ?? { name: `${systemPrefix}view:${tables.size + 1}`, source }
    tables.set(identity, known)
    names.push(known.name)
  }
  return ok({ commit: base.value.commit, tables: [...tables.values()], names, columns: [...columns] })
}

/** So many moments a statement may name: each is looked up, and made ready, before its time begins. */
const momentsMax = 100

/** Moments of one statement, each read once; reading one must not make the read model forget another. */
class Moments {
  readonly #context: OperationContext
  readonly #scope: ReadScope
  readonly #known = new Map<string | undefined, Snapshot>()

  constructor(context: OperationContext, scope: ReadScope) {
    this.#context = context
    this.#scope = scope
  }

  async read(asOf: string | undefined): Promise<Result<Snapshot>> {
    const known = this.#known.get(asOf)
    if (known !== undefined) return ok(known)
    const count = this.#known.size + 1
    if (count > momentsMax)
      return fail({ kind: 'limit-exceeded', what: 'the number of moments in one statement', limit: momentsMax, actual: count, unit: 'moments' })
    const { at = undefined } = asOf === undefined ? this.#scope : { at: asOf }
    if (at === 'worktree')
      return fail({
        kind: 'unsupported',
        what: 'SQL over the work tree',
        why: 'it reads what is committed: commit first, or ask with "ingitdb select --at worktree"',
      })
    const branch = parseBranch(asOf === undefined ? this.#scope.branch : undefined)
    if (!branch.ok) return branch
    const keep = [...this.#known.values()].flatMap(({ commit }) => (commit === undefined ? [] : [commit]))
    const snapshot = await this.#context.database.read({
      ...(branch.value !== undefined && { branch: branch.value }),
      ...(at !== undefined && { at }),
      keep,
    })
    if (snapshot.ok) this.#known.set(asOf, snapshot.value)
    return snapshot
  }
}

interface Found {
  readonly source: SqlTable
  readonly definition?: Table
}

const findTable = async (context: OperationContext, moments: Moments, reference: SqlReference): Promise<Result<Found>> => {
  const snapshot = await moments.read(reference.asOf)
  if (!snapshot.ok) return snapshot
  const { commit, catalogue } = snapshot.value
  if (reference.name.toLowerCase().startsWith(systemPrefix)) return findSystemTable(context, moments, { reference, snapshot: snapshot.value })
  const table = requireSqlTable(catalogue, reference.name)
  if (!table.ok) return table
  if (commit === undefined) throw new Error('a table was found where there is no commit')
  return ok({ source: { kind: 'records', table: table.value.id, commit }, definition: table.value })
}

/** Names in SQL do not tell capitals from small letters: one that is meant without doubt is found. */
const requireSqlTable = (catalogue: Catalogue, name: string): Result<Table> => {
  const alike = catalogue.tables.filter(({ id }) => id.toLowerCase() === name.toLowerCase())
  const [only] = alike
  const isExact = alike.some(({ id }) => id === name)
  return only !== undefined && alike.length === 1 && !isExact ? ok(only) : requireTable(catalogue, name)
}

interface SystemReference {
  readonly reference: SqlReference
  readonly snapshot: Snapshot
}

const findSystemTable = async (context: OperationContext, moments: Moments, { reference, snapshot }: SystemReference): Promise<Result<Found>> => {
  const written = reference.name.toLowerCase()
  const name = systemTableNames.find((each) => each === written)
  if (name === undefined) return fail({ kind: 'not-found', what: 'table', id: reference.name, among: systemTableNames.map(usageOf) })
  const { arguments: args = [], asOf } = reference
  const { parameters, hasMoment } = systemTables[name]
  if (args.length !== parameters.length) return fail(refuseUse(`${name} is asked as ${usageOf(name)}`))
  if (asOf !== undefined && !hasMoment) return fail(refuseUse(`${name} has no moment of its own: leave AS OF out`))
  const { commit } = snapshot
  if (name === 'ingitdb_log') return ok({ source: { kind: 'log', commit } })
  if (name === 'ingitdb_refs') return ok({ source: await readRefs(context) })
  const [tableName = '', from = '', to = ''] = args
  if (name === 'ingitdb_diff') return findDiff(moments, { tableName, from, to })
  const table = requireSqlTable(snapshot.catalogue, tableName)
  if (!table.ok) return table
  if (commit === undefined) throw new Error('a table was found where there is no commit')
  return ok({ source: { kind: name === 'ingitdb_blame' ? 'blame' : 'history', table: table.value.id, commit } })
}

const refuseUse = (message: string): Failure => ({ kind: 'invalid-input', issues: [{ rule: 'sql', message }] })

/** The table has to be there at one of the two moments. */
const findDiff = async (
  moments: Moments,
  { tableName, from, to }: { readonly tableName: string; readonly from: string; readonly to: string },
): Promise<Result<Found>> => {
  const [before, after] = [await moments.read(from), await moments.read(to)]
  if (!before.ok) return before
  if (!after.ok) return after
  const now = requireSqlTable(after.value.catalogue, tableName)
  const table = now.ok ? now : requireSqlTable(before.value.catalogue, tableName)
  if (!table.ok) return table
  const [old, next] = [before.value.commit, after.value.commit]
  if (old === undefined || next === undefined) throw new Error('a moment that is named has a commit')
  return ok({ source: { kind: 'diff', table: table.value.id, from: old, to: next } })
}

const readRefs = async ({ database }: OperationContext): Promise<SqlTable> => {
  const refs = await database.openRefs()
  const current = database.readCurrentBranch()
  const [branches, tags] = [await refs.listBranches(), await refs.listTags()]
  return {
    kind: 'refs',
    refs: [
      ...branches.map(({ name, head }) => ({ name, type: 'branch' as const, commit: head, isCurrent: name === current })),
      ...tags.flatMap(({ name, commit }) => (commit === undefined ? [] : [{ name, type: 'tag' as const, commit, isCurrent: false }])),
    ],
  }
}
