import type { Change } from '../event-sourcing/change.ts'
import type { RevisedChange } from '../event-sourcing/operation.ts'
import type { Issue } from '../failure.ts'
import type { CommitId, TableId } from '../ids.ts'
import { type ImportReport, issuesMax, type Reject } from './import-request.ts'

interface Counts {
  read: number
  inserted: number
  updated: number
  skipped: number
  rejected: number
}

interface Part {
  readonly read: number
  readonly skipped: number
  readonly rejects: readonly Reject[]
  readonly changes: readonly RevisedChange[]
}

const insertedNamed = 100

/** Counts an import: what the commits so far hold, and beside it the commit that is being made, which may be begun anew. */
export class ImportTally {
  readonly commits: CommitId[] = []
  readonly #file: string
  #kept: Counts = none()
  #open: Counts = none()
  #keptIssues: readonly Issue[] = []
  #issues: Issue[] = []
  #keptKeys: readonly string[] = []
  #keys: string[] = []
  #sample: Change | undefined

  constructor(file: string) {
    this.#file = file
  }

  get read(): number {
    return this.#kept.read + this.#open.read
  }

  /** Records of the open commit that are not as they were. */
  get written(): number {
    return this.#open.inserted + this.#open.updated
  }

  add({ read, skipped, rejects, changes }: Part): void {
    this.#open.read += read
    this.#open.skipped += skipped
    this.#open.rejected += rejects.length
    for (const { change } of changes) {
      if (change.type === 'RecordInserted') {
        this.#open.inserted += 1
        this.#sample ??= change
        if (this.#keptKeys.length + this.#keys.length < insertedNamed) this.#keys.push(change.key)
      } else if (change.type === 'RecordUpdated') this.#open.updated += 1
    }
    for (const { record, issues } of rejects)
      if (this.#keptIssues.length + this.#issues.length < issuesMax)
        this.#issues.push(...issues.map((issue) => ({ ...issue, file: this.#file, line: record.line })))
  }

  /** One change for all that the open commit does to the number of records. */
  sampleChanges(): readonly Change[] {
    return this.#sample === undefined ? [] : [this.#sample]
  }

  /** The open commit is written. */
  keep(): void {
    this.#kept = sum(this.#kept, this.#open)
    this.#keptIssues = [...this.#keptIssues, ...this.#issues]
    this.#keptKeys = [...this.#keptKeys, ...this.#keys]
    this.rewind()
  }

  /** The open commit is begun anew. */
  rewind(): void {
    this.#open = none()
    this.#issues = []
    this.#keys = []
    this.#sample = undefined
  }

  report(): ImportReport {
    return { commits: this.commits, ...this.#kept, issues: this.#keptIssues.slice(0, issuesMax), firstInserted: this.#keptKeys }
  }

  /** The subject of the commit: `import 12 records into users`. */
  describe(table: TableId): string {
    return `import ${this.written} ${this.written === 1 ? 'record' : 'records'} into ${table}`
  }
}

const none = (): Counts => ({ read: 0, inserted: 0, updated: 0, skipped: 0, rejected: 0 })

const sum = (a: Counts, b: Counts): Counts => ({
  read: a.read + b.read,
  inserted: a.inserted + b.inserted,
  updated: a.updated + b.updated,
  skipped: a.skipped + b.skipped,
  rejected: a.rejected + b.rejected,
})
