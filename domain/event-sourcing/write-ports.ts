import type { BranchName } from '../ids.ts'
import type { RecordRules } from '../record/decide-record.ts'
import type { Result } from '../result.ts'
import type { Protection } from '../version-control/protection.ts'
import type { EventStore } from './event-store.ts'
import type { WriteModel } from './write-model.ts'

/** What deciding and committing need from outside. */
export interface WritePorts {
  readonly store: EventStore
  readonly writeModel: WriteModel
  readonly rules: RecordRules
  /** SHA-256 of a text in hex: tells whether a request id comes back with the same commands. */
  readonly digest: (text: string) => string
  /** The protection of a branch that is in force now. Asked once for each group, with the turn to write in hand; starts no process as a rule. */
  readonly readProtection: (branch: BranchName) => Promise<Result<Protection | undefined>>
}
