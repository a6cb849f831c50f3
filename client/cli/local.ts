import type { Formats } from '../../api/contract/formats.ts'
import type { CallOperation, OperationAnswer } from '../../api/contract/operations.ts'
import type { Result } from '../../api/contract/result.ts'

/** An open database: what commands work on. */
export interface OpenDatabase extends AsyncDisposable {
  readonly call: CallOperation
}

/** Tables proposed over files that are there, with the evidence for everything about them. */
export interface Adoption {
  readonly proposal: {
    readonly tables: readonly ProposedTable[]
    readonly leftOut: readonly { readonly path: string; readonly why: string }[]
  }
  apply(): Promise<Result<{ readonly commit: string }>>
}

export interface ProposedTable {
  readonly table: {
    readonly id: string
    readonly directory: string
    readonly recordsDirectory?: string
    readonly recordFile: { readonly name: string; readonly format: string; readonly type: string; readonly excludeRegex?: string }
    readonly primaryKey: readonly string[]
    readonly rules: { readonly keyField?: string }
  }
  readonly paths: readonly string[]
  readonly records: number
  readonly keyEvidence: string
  readonly columns: readonly {
    readonly column: { readonly name: string; readonly type: string; readonly required?: boolean; readonly foreignKey?: string }
    readonly evidence: string
    readonly reference?: string
  }[]
}

export interface RemotePlace {
  readonly url: string
  readonly ref?: string
  /** `user:token` */
  readonly credentials?: string
  /** Whether the whole history is wanted, and not only what is there now. */
  readonly full: boolean
  /** Whether to fetch although that was done minutes ago. */
  readonly refresh: boolean
}

/** Why the other side could not be asked, and when it was last. */
export interface Staleness {
  readonly stale?: { readonly why: string; readonly fetchedAt: Date }
}

/** What is to be done with a database of an old layout. */
export interface Conversion {
  readonly plan: {
    readonly tables: readonly { readonly id: string; readonly from: string; readonly definition: string; readonly files: number }[]
    readonly written: ReadonlyMap<string, Uint8Array>
    readonly moved: ReadonlyMap<string, string>
    readonly removed: readonly string[]
    readonly notes: readonly { readonly path: string; readonly why: string }[]
    readonly left: readonly { readonly path: string; readonly why: string }[]
  }
  apply(): Promise<Result<{ readonly commit?: string }>>
}

/** What a person does while work goes on: looks at how far it is, and may call it off. */
export interface Watch {
  /** @param what what is counted; commits when it is not said */
  readonly onProgress: (done: number, total: number, what?: string) => void
  /** Ends requests to other repositories, statements and imports; of the work that goes on now. */
  readonly signal: AbortSignal
}

export interface ClonePlace {
  readonly url: string
  readonly directory: string
  readonly bare: boolean
  readonly branch?: string
  readonly stallMs?: number
}

export interface CloneReport {
  readonly directory: string
  readonly url: string
  readonly branch?: string
  readonly commit?: string
  readonly database?: { readonly path: string; readonly tables: number; readonly records: number }
  readonly problem?: string
}

/** What git gives to a merge driver: three files, and the path in the repository of what they are versions of. */
export interface FilesToMerge {
  readonly base: string
  readonly ours: string
  readonly theirs: string
  readonly path: string
  /** Characters of a conflict marker. */
  readonly markerSize: number
  /** Two common ancestors are merged: nothing is marked, and what is in conflict is as in the base. */
  readonly isAncestor: boolean
}

/** The product in this process, loaded by the first command that needs it. */
export interface Local {
  readonly formats: Formats
  open(directory: string, watch: Watch): Promise<Result<OpenDatabase>>
  /** Opens a database in a repository somewhere else, on a clone of it. */
  openRemote(place: RemotePlace, onProgress: Watch['onProgress']): Promise<Result<OpenDatabase & Staleness>>
  /** Clones a repository into a folder that is new or empty, and builds the read model of the database in it. */
  clone(place: ClonePlace, watch: Watch): Promise<Result<CloneReport>>
  /** Makes a new database in an empty folder. */
  init(directory: string): Promise<Result<{ readonly commit: string }>>
  /** Proposes tables over the files of a folder; nothing is written before `apply`. */
  adopt(directory: string): Promise<Result<Adoption>>
  /** Works out how a database of an old layout becomes one of today; nothing is written before `apply`. */
  convert(directory: string): Promise<Result<Conversion>>
  /** Makes a folder a database by adding what it lacks. */
  setUp(directory: string, format?: string): Promise<Result<{ readonly made: readonly string[]; readonly commit?: string }>>
  /** Merges one file for git into the file of ours. Throws when it cannot; then nothing is written. */
  mergeFiles(files: FilesToMerge): Promise<OperationAnswer<'mergeBranch'>['conflicts']>
}
