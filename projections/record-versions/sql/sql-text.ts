import type { Line } from '../lanes.ts'

/** A name in SQL, whatever is in it. */
export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A text in SQL; a view takes no parameters. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Which rows of `commits`, named `m`, are on a line. */
export const onLine = (line: Line): string => line.map(({ lane, seq }) => `(m.lane = ${lane} and m.seq <= ${seq})`).join(' or ')

/** Who made a commit and when, in the words of all system tables. Positions rise along a line: times need not. `COMMIT` is a keyword. */
export const authorshipOf = `m.oid as "commit_id", m.seq as "position", strftime('%Y-%m-%dT%H:%M:%SZ', m.committer_seconds, 'unixepoch') as "time",
  m.author_name as "author", m.author_email as "email", rtrim(m.message, char(10)) as "message"`
