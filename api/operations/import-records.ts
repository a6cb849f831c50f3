import type { TableId } from '../../domain/ids.ts'
import type { ImportReport, ImportRequest } from '../../domain/import/import-request.ts'
import type { JsonObject } from '../../domain/json.ts'
import { fail, ok } from '../../domain/result.ts'
import type { Column } from '../../domain/table/table.ts'
import type { CreateTable } from '../../domain/table/table-command.ts'
import type { OperationAnswer, OperationInput } from '../contract/operations.ts'
import { parseBranch } from './ask-snapshot.ts'
import { dropUndefined } from './drop-undefined.ts'
import { explainMissing } from './explain-missing.ts'
import type { Handler, OperationContext } from './operation-context.ts'
import { parseTable } from './parse-record-id.ts'
import { takeKey } from './take-key.ts'
import { warnAboutKeys } from './warn-about-keys.ts'

type Input = OperationInput<'importRecords'>

/** Imports a stream of records; see `commitImport`. */
export const importRecords: Handler<'importRecords'> = async (context, input) => {
  const table = parseTable(input.table)
  const branch = parseBranch(input.branch)
  if (!table.ok) return fail(await explainMissing(context, table.failure, input))
  if (!branch.ok) return branch
  const { message, force, source, batchSize, create, rejects } = input
  const result = await context.database.importRecords({
    table: table.value,
    source,
    toRecord: createKeyTaker(input),
    onDuplicate: input.onDuplicate ?? 'fail',
    continueOnError: input.continueOnError === true,
    isDryRun: input.dryRun === true,
    ...(branch.value !== undefined && { branch: branch.value }),
    ...(message !== undefined && { message }),
    ...(force !== undefined && { force }),
    ...(batchSize !== undefined && { batchSize }),
    ...(create !== undefined && { create: toCommand(table.value, create) }),
    ...(rejects !== undefined && { rejects }),
    ...(context.signal !== undefined && { signal: context.signal }),
    onProgress: (records) => context.onProgress?.(records, estimate(records, source.share?.()), 'records'),
  })
  return result.ok
    ? ok(await present(context, table.value, { input, report: result.value }))
    : fail(await explainMissing(context, result.failure, input))
}

/** How many records there are in all, by the part of the input that has been read. */
const estimate = (records: number, share: number | undefined): number =>
  share === undefined || share <= 0 ? 0 : Math.max(records, Math.round(records / share))

/** What a file of rejected records says beside each of them: it can be imported again as it is. */
const notes: readonly string[] = ['$line', '$error']

const createKeyTaker =
  ({ keyColumn, parent }: Input): ImportRequest['toRecord'] =>
  (table, { fields }) => {
    const record = notes.some((name) => Object.hasOwn(fields, name)) ? withoutNotes(fields) : fields
    const keyed = takeKey({ id: table.id, table }, record, { keyColumn, parent })
    if (keyed.ok) return keyed
    return fail(keyed.failure.kind === 'invalid-input' ? keyed.failure.issues : [{ rule: 'key', message: 'the record has no key' }])
  }

const withoutNotes = (fields: JsonObject): JsonObject => Object.fromEntries(Object.entries(fields).filter(([name]) => !notes.includes(name)))

const toCommand = (table: TableId, create: NonNullable<Input['create']>): CreateTable => ({
  type: 'CreateTable',
  table,
  columns: create.columns.map((column): Column => dropUndefined(column)),
  recordFormat: create.recordFormat ?? 'yaml',
  ...(create.keyField !== undefined && { keyField: create.keyField }),
  ...(create.sharded === true && { layout: { levels: 1 } }),
})

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
