interface Commit {
  readonly commit: string
  readonly time: string
  readonly author: { readonly name: string }
}

/** A commit in the columns of a table for people: short id, time, who. */
export const describeCommit = ({ commit, time, author }: Commit): { readonly commit: string; readonly time: string; readonly author: string } => ({
  commit: commit.slice(0, 12),
  time,
  author: author.name,
})
