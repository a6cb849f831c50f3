import type { Line } from '../lanes.ts'

/** A text in SQL; a view takes no parameters. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Which rows of `commits`, named `m`, are on a line. */
export const onLine = (line: Line): string => line.map(({ lane, seq }) => `(m.lane = ${lane} and m.seq <= ${seq})`).join(' or ')

/** Who made a commit and when, in the order of the columns of system tables. */
export const authorshipOf = `m.oid, m.seq, strftime('%Y-%m-%dT%H:%M:%SZ', m.committer_seconds, 'unixepoch'), m.author_name, m.author_email,
  rtrim(m.message, char(10))`
