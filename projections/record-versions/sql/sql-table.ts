import type { CommitId, TableId } from '../../../domain/ids.ts'

/** What one table of a user's statement is made of. Each commit has been projected; `undefined`: the state before the first one. */
export type SqlTable =
  | { readonly kind: 'records'; readonly table: TableId; readonly commit: CommitId }
  | { readonly kind: 'history'; readonly table: TableId; readonly commit: CommitId }
  | { readonly kind: 'blame'; readonly table: TableId; readonly commit: CommitId }
  | { readonly kind: 'diff'; readonly table: TableId; readonly from: CommitId; readonly to: CommitId }
  | { readonly kind: 'log'; readonly commit: CommitId | undefined }
  | { readonly kind: 'refs'; readonly refs: readonly SqlRef[] }

export interface SqlRef {
  readonly name: string
  readonly type: 'branch' | 'tag'
  readonly commit: CommitId
  readonly isCurrent: boolean
}

/** A table with the name of the view that stands for it in the statement. */
export interface NamedSqlTable {
  readonly name: string
  readonly source: SqlTable
}
