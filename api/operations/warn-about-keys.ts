import { findKeyWarnings } from '../../domain/record/key-warnings.ts'
import { sharesFile } from '../../domain/record/record-key.ts'
import { ok } from '../../domain/result.ts'
import { findTable } from '../../domain/table/table.ts'
import type { OperationAnswer } from '../contract/operations.ts'
import { askSnapshot } from './ask-snapshot.ts'
import type { OperationContext } from './operation-context.ts'

type WriteAnswer = OperationAnswer<'runBatch'>
type Warning = NonNullable<WriteAnswer['warnings']>[number]

/**
 * What is to be said about the keys of inserted records; the tables are looked at only when there is something. In a shared file a key is no file name.
 */
export const warnAboutKeys = async (
  context: OperationContext,
  changes: WriteAnswer['changes'],
  branch: string | undefined,
): Promise<readonly Warning[]> => {
  const warnings = changes.flatMap(({ operation, table, id }): readonly Warning[] =>
    operation !== 'insert' || id === undefined ? [] : findKeyWarnings(id).map((message) => ({ table, id, message: `the key ${message}` })),
  )
  if (warnings.length === 0) return []
  const catalogue = await askSnapshot(context, { branch }, (snapshot) => ok(snapshot.catalogue))
  if (!catalogue.ok) return warnings
  return warnings.filter(({ table }) => {
    const found = findTable(catalogue.value, table)
    return found === undefined || !sharesFile(found)
  })
}
