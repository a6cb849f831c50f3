import { fail, ok, type Result } from '../../domain/result.ts'
import { resolveForeignKey, type Table } from '../../domain/table/table.ts'
import { findUnknownColumns } from '../../domain/view/export-columns.ts'
import { createMatcher } from '../../domain/view/match-glob.ts'
import { planExports } from '../../domain/view/plan-exports.ts'
import { isRootTable, isViewMeant, type View } from '../../domain/view/view.ts'
import type { ExportFolder, ExportOwner, FileOutcome, GeneratedFile } from '../../domain/view/view-ports.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import type { OperationAnswer, OperationInput } from '../contract/operations.ts'
import { askSnapshot } from './ask-snapshot.ts'
import type { Handler, OperationContext } from './operation-context.ts'
import { presentProblem, type ReadViews, readTableViews } from './read-table-views.ts'
import { readViewRows } from './read-view-rows.ts'
import { sayFailure } from './say-failure.ts'

type Answer = OperationAnswer<'materializeViews'>
type Problem = Answer['problems'][number]

/**
 * Writes the files of views into the work tree, from the records of one snapshot. A view that cannot be written is a problem of the answer, and
 * what was written for it before stays; all others are written.
 */
export const materializeViews: Handler<'materializeViews'> = async (context, input) => {
  const folder = await context.database.openExportFolder()
  if (!folder.ok) return folder
  return askSnapshot(context, input, async (snapshot) => {
    const read = await readTableViews(context, snapshot)
    return read.ok ? materialize({ context, snapshot, read: read.value, folder: folder.value }, input) : read
  })
}

interface Sources {
  readonly context: OperationContext
  readonly snapshot: Snapshot
  readonly read: ReadViews
  readonly folder: ExportFolder
}

const materialize = async (sources: Sources, input: OperationInput<'materializeViews'>): Promise<Result<Answer>> => {
  const { snapshot, read, folder } = sources
  const matches = createMatcher(input.views)
  const chosen = read.tables.flatMap(({ table, views }) => views.filter((view) => isViewMeant(view, matches)).map((view) => ({ table, view })))
  const broken = read.tables.flatMap(({ problems }) =>
    problems.filter(({ table, view }) => isViewMeant({ table: tableOf(table), name: view }, matches)),
  )
  if (input.views !== undefined && chosen.length === 0 && broken.length === 0) return fail(nothingMatches(read, input.views))
  const outputs: ViewOutput[] = []
  for (const each of chosen) outputs.push(await renderView(sources, each, input.recordsDelimiter))
  const { files, problems: clashes } = dropClashes(outputs.flatMap((output) => output.files))
  const failed = new Set([...outputs.filter(({ problems }) => problems.length > 0).map(({ owner }) => nameOf(owner)), ...broken.map(nameOf)])
  const isWhole = snapshot.catalogue.problems.every(({ severity }) => severity === 'warning')
  const isKnown = (owner: ExportOwner) => chosen.some(({ table, view }) => table.id === owner.table && view.name === owner.view)
  const written = await folder.write(files, (owner) => {
    if (failed.has(nameOf(owner)) || !isViewMeant({ table: tableOf(owner.table), name: owner.view }, matches)) return false
    return isKnown(owner) || isWhole
  })
  return ok({
    ...(snapshot.commit !== undefined && { commit: snapshot.commit }),
    files: presentFiles(written),
    problems: [...broken.map(presentProblem), ...outputs.flatMap(({ problems }) => problems), ...clashes, ...presentFailed(written)],
    warnings: outputs.flatMap(({ warnings }) => warnings),
  })
}

const tableOf = (text: string | undefined): View['table'] => (text ?? '') as View['table']

const nameOf = ({ table, view }: { readonly table?: string; readonly view: string }): string => `${table}/${view}`

const nothingMatches = ({ tables }: ReadViews, patterns: readonly string[]) =>
  ({
    kind: 'not-found',
    what: 'view',
    id: patterns.join(', '),
    among: tables.flatMap(({ table, views }) => views.map((view) => nameOf({ table: table.id, view: view.name }))),
  }) as const

interface ViewOutput {
  readonly owner: ExportOwner
  readonly files: readonly GeneratedFile[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

const renderView = async (
  { snapshot, read: { codec }, folder }: Sources,
  { table, view }: { readonly table: Table; readonly view: View },
  recordsDelimiter: boolean | undefined,
): Promise<ViewOutput> => {
  const owner = { table: table.id, view: view.name }
  const about = (message: string): Problem => ({ ...owner, file: view.file, message })
  if (!isRootTable(table))
    return { owner, files: [], problems: [], warnings: [about('views of a subcollection are not written: its records have no one place')] }
  const rows = await readViewRows(snapshot, { table, view }, codec)
  if (!rows.ok) return { owner, files: [], problems: [about(sayFailure(rows.failure))], warnings: [] }
  const foreignKeys = view.isDefault ? listForeignKeys(snapshot, table) : []
  const plan = planExports({ table, view, rows: rows.value, databasePath: folder.databasePath, recordsDelimiter, foreignKeys })
  const rendered = plan.files.map((file) => ({ file, bytes: codec.render(file) }))
  return {
    owner,
    files: rendered.flatMap(({ file, bytes }) => (bytes.ok ? [{ path: file.path, bytes: bytes.value, owner }] : [])),
    problems: [
      ...plan.problems.map(about),
      ...new Map(rendered.flatMap(({ bytes }) => (bytes.ok ? [] : [[sayFailure(bytes.failure), about(sayFailure(bytes.failure))]]))).values(),
    ],
    warnings: findUnknownColumns(table, view).map((name) => about(`its column ${JSON.stringify(name)} is no column of table ${table.id}`)),
  }
}

const listForeignKeys = ({ catalogue }: Snapshot, table: Table) =>
  table.columns.flatMap(({ name, foreignKey }) => {
    const target = foreignKey === undefined ? undefined : resolveForeignKey(catalogue, table, foreignKey)
    return target === undefined || !isRootTable(target) ? [] : [{ column: name, target }]
  })

/** Where two views would write the same file, the first has it. Letter case does not tell files apart everywhere. */
const dropClashes = (files: readonly GeneratedFile[]): { readonly files: readonly GeneratedFile[]; readonly problems: readonly Problem[] } => {
  const byPath = new Map<string, GeneratedFile>()
  const problems: Problem[] = []
  for (const file of files) {
    const other = byPath.get(file.path.toLowerCase())
    if (other === undefined) byPath.set(file.path.toLowerCase(), file)
    else problems.push({ ...file.owner, message: `${file.path} is written by view ${nameOf(other.owner)} already` })
  }
  return { files: [...byPath.values()], problems }
}

export const presentFiles = (outcomes: readonly FileOutcome[]): Answer['files'] =>
  outcomes.flatMap(({ path, outcome }) => (outcome === 'failed' ? [] : [{ path, outcome }])).sort((a, b) => (a.path < b.path ? -1 : 1))

export const presentFailed = (outcomes: readonly FileOutcome[]): Answer['problems'] =>
  outcomes.flatMap((each) => (each.outcome === 'failed' ? [{ file: each.path, message: each.why }] : []))
