import type { CommitTime } from '../../domain/event-sourcing/event-store.ts'
import type { Mailmap } from '../../domain/event-sourcing/mailmap.ts'
import type { Person } from '../../domain/event-sourcing/operation.ts'

/** RFC 3339 in the offset the commit was made in, `2026-11-22T20:54:00+01:00`; `@<seconds>` for times outside the years 0 to 9999. */
export const formatCommitTime = ({ seconds, offsetMinutes }: CommitTime): string => {
  const local = new Date((seconds + offsetMinutes * 60) * 1000)
  if (Number.isNaN(local.getTime()) || local.getUTCFullYear() < 0 || local.getUTCFullYear() > 9999) return `@${seconds}`
  return local.toISOString().slice(0, 19) + formatOffset(offsetMinutes)
}

const formatOffset = (minutes: number): string => {
  if (minutes === 0) return 'Z'
  const pad = (part: number): string => String(part).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`
}

interface Commit {
  readonly author: Person
  readonly time: CommitTime
  readonly message: string
}

type Presented<Entry extends Commit> = Omit<Entry, 'author' | 'time' | 'message'> & {
  readonly author: Person
  readonly time: string
  readonly message: string
}

/** A commit as answers name it: its author as the mailmap has it, its time as text, its message without the line breaks at the end. */
export const presentCommit = <Entry extends Commit>(entry: Entry, mailmap: Mailmap): Presented<Entry> => ({
  ...entry,
  author: mailmap(entry.author),
  message: entry.message.trimEnd(),
  time: formatCommitTime(entry.time),
})
