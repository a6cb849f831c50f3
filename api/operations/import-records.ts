import type { BranchName, TableId } from '../../domain/ids.ts'
import type { ImportReport, ImportRequest } from '../../domain/import/import-request.ts'
import { type InferenceOptions, type InferredTable, inferTable } from '../../domain/import/infer-table.ts'
import { describeProblem, SourceProblem } from '../../domain/import/source-problem.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import { type Column, findTable } from '../../domain/table/table.ts'
import type { CreateTable } from '../../domain/table/table-command.ts'
import type { OperationAnswer, OperationInput } from '../contract/operations.ts'
import { askSnapshot, parseBranch } from './ask-snapshot.ts'
import { explainMissing } from './explain-missing.ts'
import type { Handler, OperationContext } from './operation-context.ts'
import { parseTable } from './parse-record-id.ts'
import { takeKey } from './take-key.ts'
import { warnAboutKeys } from './warn-about-keys.ts'

type Input = OperationInput<'importRecords'>

/** Imports a stream of records; see `commitImport`. Texts become what the columns of the table mean by them. */
export const importRecords: Handler<'importRecords'> = async (context, input) => {
  const prepared = await prepare(context, input)
  if (!prepared.ok) return fail(await explainMissing(context, prepared.failure, input))
  const { table, branch, types, made, keyColumn } = prepared.value
  const { message, force, source, batchSize, rejects } = input
  const result = await context.database.importRecords({
    table,
    source: { ...source, read: () => source.read(types) },
    toRecord: createKeyTaker({ ...input, keyColumn }),
    onDuplicate: input.onDuplicate ?? 'fail',
    continueOnError: input.continueOnError === true,
    isDryRun: input.dryRun === true,
    ...(branch !== undefined && { branch }),
    ...(message !== undefined && { message }),
    ...(force !== undefined && { force }),
    ...(batchSize !== undefined && { batchSize }),
    ...(made !== undefined && { create: made.command }),
    ...(rejects !== undefined && { rejects }),
    ...watch(context, source),
  })
  if (!result.ok) return fail(await explainMissing(context, result.failure, input))
  return ok({ ...(await present(context, table, { input, report: result.value })), ...(made !== undefined && { table: made.answer }) })
}

interface Prepared {
  readonly table: TableId
  readonly branch: BranchName | undefined
  readonly types: ReadonlyMap<string, string>
  readonly keyColumn: string | undefined
  readonly made?: MadeTable
}

/** The table as it is, or as it is to be made. */
const prepare = async (context: OperationContext, input: Input): Promise<Result<Prepared>> => {
  const id = parseTable(input.table)
  const branch = parseBranch(input.branch)
  if (!id.ok) return id
  if (!branch.ok) return branch
  const scope = { table: id.value, branch: branch.value }
  const found = await askSnapshot(context, input, ({ catalogue }) => ok({ catalogue, table: findTable(catalogue, id.value) }))
  if (!found.ok) return found
  const { table, catalogue } = found.value
  if (input.create === undefined) {
    if (table === undefined) return fail({ kind: 'not-found', what: 'table', id: id.value, among: catalogue.tables.map((each) => each.id).sort() })
    return ok({ ...scope, keyColumn: input.keyColumn, types: typesOf(table.columns) })
  }
  if (table !== undefined)
    return fail({ kind: 'already-exists', what: 'table', id: table.id, why: `table ${table.id} exists already: import into it without making it` })
  const { source, keyColumn } = input
  if (!source.isRepeatable)
    return fail({
      kind: 'unsupported',
      what: `a table made for ${source.name}`,
      why: 'its columns are inferred from all records, and it cannot be read twice: import from a file',
    })
  const inferred = await readFirst(context, source, { table: id.value, isText: source.isText === true, keyColumn })
  if (!inferred.ok) return inferred
  const made = makeTable(id.value, inferred.value, input.create)
  return ok({ ...scope, keyColumn: inferred.value.keyColumn, types: typesOf(inferred.value.columns.map(({ column }) => column)), made })
}

const typesOf = (columns: readonly Column[]): ReadonlyMap<string, string> => new Map(columns.map(({ name, type }) => [name, type]))

const readFirst = async (
  context: OperationContext,
  source: Input['source'],
  options: Pick<InferenceOptions, 'table' | 'isText' | 'keyColumn'>,
): Promise<Result<InferredTable>> => {
  try {
    const declared = await source.columnTypes?.()
    return await inferTable(source.read(), { ...options, ...(declared !== undefined && { declared }), ...watch(context, source) })
  } catch (error) {
    if (error instanceof SourceProblem) return fail(describeProblem(error, source.name))
    throw error
  }
}

const watch = ({ signal, onProgress }: OperationContext, source: Input['source']) => ({
  ...(signal !== undefined && { signal }),
  onProgress: (records: number) => onProgress?.(records, estimate(records, source.share?.()), 'records'),
})

/** How many records there are in all, by the part of the input that has been read. */
const estimate = (records: number, share: number | undefined): number =>
  share === undefined || share <= 0 ? 0 : Math.max(records, Math.round(records / share))

/** What a file of rejected records says beside each of them: it can be imported again as it is. */
const notes: readonly string[] = ['$line', '$error']

const createKeyTaker =
  ({ keyColumn, parent }: Pick<Input, 'parent'> & { readonly keyColumn: string | undefined }): ImportRequest['toRecord'] =>
  (table, { fields }) => {
    const record = notes.some((name) => Object.hasOwn(fields, name)) ? withoutNotes(fields) : fields
    const keyed = takeKey({ id: table.id, table }, record, { keyColumn, parent })
    if (keyed.ok) return keyed
    return fail(keyed.failure.kind === 'invalid-input' ? keyed.failure.issues : [{ rule: 'key', message: 'the record has no key' }])
  }

const withoutNotes = (fields: JsonObject): JsonObject => Object.fromEntries(Object.entries(fields).filter(([name]) => !notes.includes(name)))

interface MadeTable {
  readonly command: CreateTable
  readonly answer: NonNullable<OperationAnswer<'importRecords'>['table']>
}

/** From here on one flat directory costs more to commit to than directories below it: see docs/reference/performance.md. */
const flatRecordsMax = 5_000
/** Above this, two levels of directories. */
const oneLevelRecordsMax = 100_000

/** Formats of which one file holds all records: nothing is spread. */
const sharedFormats: ReadonlySet<string> = new Set(['csv', 'jsonl', 'ingr', 'parquet'])

const makeTable = (table: TableId, inferred: InferredTable, { recordFormat = 'yaml', sharded }: NonNullable<Input['create']>): MadeTable => {
  const { columns, keyColumn, keyEvidence, records } = inferred
  const isSharded = sharded ?? (!sharedFormats.has(recordFormat) && records > flatRecordsMax)
  const levels = records > oneLevelRecordsMax ? 2 : 1
  return {
    command: { type: 'CreateTable', table, columns: columns.map(({ column }) => column), recordFormat, ...(isSharded && { layout: { levels } }) },
    answer: {
      recordFormat,
      sharded: isSharded,
      ...(keyColumn !== undefined && { keyColumn }),
      keyEvidence,
      columns: columns.map(({ column: { name, type, required = false }, evidence }) => ({ name, type, required, evidence })),
    },
  }
}

const present = async (
  context: OperationContext,
  table: TableId,
  { input, report }: { readonly input: Input; readonly report: ImportReport },
): Promise<OperationAnswer<'importRecords'>> => {
  const { firstInserted, stopped, ...counts } = report
  const changes = firstInserted.map((id) => ({ operation: 'insert' as const, table, id }))
  const warnings = report.commits.length === 0 ? [] : await warnAboutKeys(context, changes, input.branch)
  return { ...counts, dryRun: input.dryRun === true, ...(warnings.length > 0 && { warnings }), ...(stopped !== undefined && { stopped }) }
}
