import type { EventStore } from '../domain/event-sourcing/event-store.ts'
import type { CommitId } from '../domain/ids.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { SchemaValidator } from '../domain/table/codecs.ts'
import type { Table } from '../domain/table/table.ts'
import { checkDatabase, type ValidationPart } from '../domain/validation/check-database.ts'
import { type CheckedDatabase, selectNew } from '../domain/validation/select-new.ts'
import type { DatabaseReader, WholeDatabase } from '../domain/validation/whole-database.ts'
import type { ViewsOfTable } from '../domain/view/check-views.ts'
import type { ViewCodec } from '../domain/view/view-ports.ts'
import type { ValidationReport, ValidationRequest, Where } from './database.ts'
import type { OpenWorkTree } from './open-work-tree.ts'

export interface ValidationSources {
  readonly directory: string
  readonly bare: boolean
  resolve(where: Where): Promise<Result<CommitId | undefined>>
  loadStore(): Promise<EventStore & DatabaseReader>
  openWorkTree(): Promise<Result<OpenWorkTree>>
  loadValidator(): Promise<SchemaValidator>
  loadViewCodec(): Promise<ViewCodec>
}

/** Reads every file of the database at a moment and says what is wrong. Needs no read model, and builds none. */
export const validateFiles = async (sources: ValidationSources, request: ValidationRequest): Promise<Result<ValidationReport>> => {
  const { where } = request
  const isDefault = where.at === undefined && where.branch === undefined && !sources.bare
  if (where.at !== 'worktree' && !isDefault) {
    const commit = await sources.resolve(where)
    return commit.ok ? report(sources, request, { head: commit.value, commit: commit.value, reader: await sources.loadStore() }) : commit
  }
  const opened = await sources.openWorkTree()
  if (!opened.ok) return opened
  await using workTree = opened.value
  return await report(sources, request, { head: workTree.head, commit: workTree.commit, reader: workTree.store })
}

interface Moment {
  readonly head: CommitId | undefined
  readonly commit: CommitId | undefined
  readonly reader: DatabaseReader
}

const report = async (
  sources: ValidationSources,
  { from, part }: ValidationRequest,
  { head, commit, reader }: Moment,
): Promise<Result<ValidationReport>> => {
  const check = await createCheck(sources, reader, part)
  const start = from === undefined ? ok(undefined) : await sources.resolve({ at: from })
  if (!start.ok) return start
  const after = commit === undefined ? undefined : await check(commit)
  if (after === undefined || !isDatabase(after.whole)) return fail(noDatabase(sources.directory))
  const isAll = start.value === undefined || after.findings.length === 0
  const findings = isAll || start.value === undefined ? after.findings : selectNew(await check(start.value), after)
  const records = after.whole.tables.reduce((count, table) => count + table.records.length, 0)
  return ok({ commit: head, tables: after.whole.catalogue.tables.length, records, findings })
}

const createCheck = async (sources: ValidationSources, reader: DatabaseReader, part: ValidationPart) => {
  const validateSchema = await sources.loadValidator()
  return async (commit: CommitId): Promise<CheckedDatabase> => {
    const read = await reader.readDatabase(commit, part === 'definition' ? 'definition' : 'all')
    const whole = part === 'records' ? read : { ...read, views: await readViews(sources, reader, { commit, tables: read.catalogue.tables }) }
    return { whole, findings: checkDatabase(whole, validateSchema, part) }
  }
}

const readViews = async (
  { loadViewCodec }: ValidationSources,
  reader: DatabaseReader,
  { commit, tables }: { readonly commit: CommitId; readonly tables: readonly Table[] },
): Promise<readonly ViewsOfTable[]> => {
  if (tables.length === 0) return []
  const codec = await loadViewCodec()
  const files = await reader.readFiles(commit, codec.concerns(tables))
  return tables.map((table) => ({ table, ...codec.read(table, files) }))
}

/** A repository of something else has nothing to be wrong. */
const isDatabase = ({ files, catalogue }: WholeDatabase): boolean =>
  catalogue.problems.length > 0 || [...files.keys()].some((path) => path.startsWith('.ingitdb/'))

const noDatabase = (directory: string) =>
  ({ kind: 'not-found', what: 'database', id: directory, why: `there is no database in ${directory}: it has no folder .ingitdb` }) as const
