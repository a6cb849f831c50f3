import type { z } from 'zod'
import { branchOperations } from './branch-operations.ts'
import { databaseOperations } from './database-operations.ts'
import { historyOperations } from './history-operations.ts'
import { mergeOperations } from './merge-operations.ts'
import { recordOperations } from './record-operations.ts'
import { remoteOperations } from './remote-operations.ts'
import { replayOperations } from './replay-operations.ts'
import type { Result } from './result.ts'
import { sqlOperations } from './sql-operations.ts'
import { tableOperations } from './table-operations.ts'
import { viewOperations } from './view-operations.ts'

/** The one operation table: everything the product can be asked to do, whatever edge asks. */
export const operations = {
  ...databaseOperations,
  ...branchOperations,
  ...tableOperations,
  ...recordOperations,
  ...historyOperations,
  ...viewOperations,
  ...sqlOperations,
  ...remoteOperations,
  ...mergeOperations,
  ...replayOperations,
} as const

export type OperationName = keyof typeof operations

/** What a caller says. Defaults of an edge (page size) are filled in by its schema; in process, what is absent is unlimited. */
export type OperationInput<Name extends OperationName> = z.input<(typeof operations)[Name]['input']>

export type OperationAnswer<Name extends OperationName> = z.output<(typeof operations)[Name]['output']>

/** Calls an operation: in process, or on a server. */
export type CallOperation = <Name extends OperationName>(name: Name, input: OperationInput<Name>) => Promise<Result<OperationAnswer<Name>>>
