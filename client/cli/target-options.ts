import { type Command, Option } from 'commander'
import type { RecordAddress, TableAddress } from '../../api/contract/address.ts'
import type { OperationInput } from '../../api/contract/operations.ts'
import { UsageError } from './errors.ts'
import { readFilter } from './input/read-filter.ts'
import {
  addFilterOption,
  addRequestIdOption,
  type FilterOptions,
  parseAddress,
  parseTable,
  parseWhole,
  toWriteScope,
  type WriteOptions,
} from './options.ts'
import type { Session } from './session.ts'

/** Options of commands that change one record, or those that match. */
export interface TargetOptions extends FilterOptions, WriteOptions {
  readonly id?: string
  readonly from?: string
  readonly all?: boolean
  readonly minAffected?: number
  readonly expectedRevision?: string
  readonly format?: 'json'
}

export const addTargetOptions = (command: Command): Command => {
  command
    .option('--id <table/key>', 'one record')
    .option('--from <table>', 'records of a table (below a record: spaces/family/contacts), with --where or --all, in one commit')
  addFilterOption(command)
    .option('--all', 'really all records of the table')
    .option('--min-affected <n>', 'fail, and change nothing, when fewer records match', (text) => parseWhole(text, 0))
    .option('--expected-revision <rev>', 'fail when the record is at another revision (with --id)')
    .addOption(new Option('--format <format>', 'print what changed').choices(['json']))
  return addRequestIdOption(command)
}

export type Target = ({ readonly type: 'one' } & RecordAddress) | ({ readonly type: 'many' } & TableAddress)

/** Which records are meant; an ambiguous command line is refused, since a write cannot be unsaid. */
export const parseTarget = (options: TargetOptions): Target => {
  const { id, from, where, all, minAffected, expectedRevision, requestId } = options
  if ((id === undefined) === (from === undefined)) throw new UsageError('say which records: --id TABLE/KEY for one, --from TABLE for many')
  if (id !== undefined) {
    if (where !== undefined || all === true || minAffected !== undefined)
      throw new UsageError('--id names one record: --where, --all and --min-affected go with --from')
    return { type: 'one', ...parseAddress(id) }
  }
  if ((where === undefined) !== (all === true)) throw new UsageError('--from takes either --where CONDITION or --all')
  if (expectedRevision !== undefined || requestId !== undefined) throw new UsageError('--expected-revision and --request-id go with --id')
  return { type: 'many', ...parseTable(from ?? '') }
}

export const toOneInput = (session: Session, { table, id }: RecordAddress, options: TargetOptions): OperationInput<'deleteRecord'> => ({
  table,
  id,
  ...(options.expectedRevision !== undefined && { expectedRevision: options.expectedRevision }),
  ...toWriteScope(options),
  ...session.branch(),
})

export const toManyInput = async (
  session: Session,
  { table, parent }: TableAddress,
  options: TargetOptions,
): Promise<OperationInput<'deleteWhere'>> => {
  const { all, minAffected } = options
  return {
    table,
    ...(parent !== undefined && { parent }),
    ...(await readFilter(session, options)),
    ...(all !== undefined && { all }),
    ...(minAffected !== undefined && { minAffected }),
    ...toWriteScope(options),
    ...session.branch(),
  }
}
