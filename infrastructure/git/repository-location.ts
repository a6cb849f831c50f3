/** Where a database lives: plain paths, absolute, found without starting git. */
export interface RepositoryLocation {
  /** HEAD and index: `.git`, the git directory of a linked worktree, or a bare repository. */
  readonly gitDirectory: string
  /** Objects, refs and configuration: `gitDirectory`, except for linked worktrees. */
  readonly commonDirectory: string
  /** Top of the checked-out files; `undefined` for a bare repository. */
  readonly workTree: string | undefined
  /** Database directory relative to the top of the tree, `/` separated; `''` is the top. */
  readonly databasePath: string
  readonly databaseDirectory: string
}
