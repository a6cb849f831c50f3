/** What every operation answers with, in process and remotely. */
export type { Failure, Issue } from '../../domain/failure.ts'
export type { Result } from '../../domain/result.ts'
