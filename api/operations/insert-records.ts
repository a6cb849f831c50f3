import type { Issue } from '../../domain/failure.ts'
import type { TableId } from '../../domain/ids.ts'
import type { RecordCommand } from '../../domain/record/record-command.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import type { OperationInput } from '../contract/operations.ts'
import { commitCommands } from './commit-commands.ts'
import type { Handler } from './operation-context.ts'
import type { InsertTarget, KeyedRecord } from './take-key.ts'
import { findInsertTarget, takeKey } from './take-key.ts'

type Input = OperationInput<'insertRecords'>

/** Inserts records, all in one commit or none. Two records with one key are refused before anything is decided. */
export const insertRecords: Handler<'insertRecords'> = async (context, input) => {
  const target = await findInsertTarget(context, input)
  if (!target.ok) return target
  const records = takeKeys(target.value, input)
  return records.ok ? commitCommands(context, toCommands(target.value.id, records.value, input.existing), input) : records
}

/** Reports every record that has no good key, not only the first. */
const takeKeys = (target: InsertTarget, { records, keyColumn, parent }: Input): Result<readonly KeyedRecord[]> => {
  const taken: KeyedRecord[] = []
  const positions = new Map<string, number>()
  const issues: Issue[] = []
  for (const [position, record] of records.entries()) {
    const keyed = takeKey(target, record, { keyColumn, parent, position })
    if (keyed.ok) {
      taken.push(keyed.value)
      const first = positions.get(keyed.value.key)
      if (first === undefined) positions.set(keyed.value.key, position)
      else issues.push(sayDuplicate(target.id, keyed.value.key, [first, position]))
    } else if (keyed.failure.kind === 'invalid-input') issues.push(...keyed.failure.issues)
    else return keyed
  }
  return issues.length > 0 ? fail({ kind: 'invalid-input', issues }) : ok(taken)
}

const sayDuplicate = (table: TableId, key: string, [first, second]: readonly [number, number]): Issue => ({
  rule: 'duplicate-key',
  message: `records ${first + 1} and ${second + 1} have the same key`,
  table,
  key,
})

const toCommands = (table: TableId, records: readonly KeyedRecord[], existing: Input['existing']): readonly RecordCommand[] =>
  existing === 'replace' ? records.map((record) => ({ type: 'UpsertRecord', table, ...record })) : [{ type: 'InsertRecords', table, records }]
