import type { Result } from '../../domain/result.ts'
import type { Principal } from '../authorize.ts'
import type { OperationAnswer, OperationInput, OperationName } from '../contract/operations.ts'
import type { Database, ReportProgress } from '../database.ts'

/** What an operation works with besides its input. */
export interface OperationContext {
  readonly database: Database
  readonly principal: Principal
  /** Told how far long work is; called often, must be cheap. */
  readonly onProgress?: ReportProgress
  /** Ends requests to other repositories early. */
  readonly signal?: AbortSignal
}

export type Handler<Name extends OperationName> = (context: OperationContext, input: OperationInput<Name>) => Promise<Result<OperationAnswer<Name>>>
