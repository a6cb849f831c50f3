import type { Format } from '../options.ts'
import type { Session } from '../session.ts'

interface Commit {
  readonly commit: string
  readonly time: string
  readonly author: { readonly name: string; readonly email: string }
}

/** How commits are printed: for people a table that fits a terminal, for sheets full values in flat cells, for programs everything as it is. */
export const chooseCommitForm = ({ options }: Session, format: Format | undefined): 'people' | 'sheet' | 'program' => {
  if (format === 'csv' || format === 'tsv') return 'sheet'
  return format === 'md' || (format === undefined && options.json !== true) ? 'people' : 'program'
}

/** A commit in the columns of a table for people: short id, time, who. */
export const describeCommit = ({ commit, time, author }: Commit): { readonly commit: string; readonly time: string; readonly author: string } => ({
  commit: commit.slice(0, 12),
  time,
  author: author.name,
})

/** The author of a commit as two cells. */
export const flattenAuthor = ({ author }: Pick<Commit, 'author'>): { readonly author: string; readonly email: string } => ({
  author: author.name,
  email: author.email,
})
