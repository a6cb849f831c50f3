import type { ObjectSource } from './read-definitions.ts'
import type { Codecs } from './stage-context.ts'

/** What observing commits needs. */
export interface ObserveContext extends Codecs, ObjectSource {
  /** Directory of the database in the repository, `''` or without a trailing slash. */
  readonly databasePath: string
}
