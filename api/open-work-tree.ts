import type { EventStore } from '../domain/event-sourcing/event-store.ts'
import type { CommitId } from '../domain/ids.ts'
import type { DatabaseReader } from '../domain/validation/whole-database.ts'

/** The files of the work tree at one moment, as a commit that only `store` can read; see `infrastructure/git/commit-work-tree.ts`. */
export interface OpenWorkTree extends AsyncDisposable {
  readonly head: CommitId | undefined
  /** `head` itself when the files hold no edits. */
  readonly commit: CommitId | undefined
  readonly store: EventStore & DatabaseReader
}
