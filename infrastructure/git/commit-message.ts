import type { Change } from '../../domain/event-sourcing/change.ts'
import type { CommitTime, Trailer } from '../../domain/event-sourcing/event-store.ts'
import type { Operation } from '../../domain/event-sourcing/operation.ts'
import { recordAddress } from '../../domain/record/record-address.ts'

const subjectLengthMax = 500
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g

/**
 * The whole message of a commit: one subject line, a blank line, trailers. User text stays on its line, so nobody can write a trailer by
 * putting line ends into a message.
 */
export const commitMessage = (operation: Operation, changes: readonly Change[], trailers: readonly Trailer[]): string => {
  const subject = oneLine(operation.message ?? '') || describeChanges(changes)
  const lines = trailers.map(({ name, value }) => `${name}: ${oneLine(value)}\n`)
  return wellFormed(`${subject.slice(0, subjectLengthMax)}\n${lines.length > 0 ? `\n${lines.join('')}` : ''}`)
}

/** What the changes do, in a few words: `update users/u1`, `insert 12 records into users`, `change 3 records in 2 tables`. */
export const describeChanges = (changes: readonly Change[]): string => {
  const [first] = changes
  if (first === undefined) return 'change nothing'
  const kinds = new Set(changes.map((change) => change.type))
  const tables = new Set(changes.map(tableOf))
  if (first.type === 'TableRenamed') return `rename table ${first.before.id} to ${first.after.id}`
  if (changes.length === 1 || first.type === 'TableChanged') return describeOne(first)
  if (kinds.size === 1 && tables.size === 1 && 'key' in first)
    return `${verbs[first.type]} ${changes.length} records ${prepositions[first.type]} ${first.table}`
  const records = changes.filter((change) => 'key' in change).length
  if (records === 0) return kinds.size === 1 ? `${verbs[first.type]} ${changes.length} tables` : `change ${changes.length} tables`
  return `change ${count(records, 'record')} in ${count(tables.size, 'table')}`
}

/** `1700000000 +0100`; offsets beyond what git takes become UTC. */
export const formatTime = ({ seconds, offsetMinutes }: CommitTime): string => {
  const minutes = Math.abs(offsetMinutes) <= offsetMinutesMax ? Math.trunc(offsetMinutes) : 0
  const digits = (value: number) => String(value).padStart(2, '0')
  return `${Math.max(0, Math.trunc(seconds))} ${minutes < 0 ? '-' : '+'}${digits(Math.trunc(Math.abs(minutes) / 60))}${digits(Math.abs(minutes) % 60)}`
}

/** Time as `formatTime` writes it and as reading the commit gives it back. */
export const cleanTime = ({ seconds, offsetMinutes }: CommitTime): CommitTime => ({
  seconds: Math.max(0, Math.trunc(seconds)),
  offsetMinutes: Math.abs(offsetMinutes) <= offsetMinutesMax ? Math.trunc(offsetMinutes) : 0,
})

const offsetMinutesMax = 14 * 60

const verbs = {
  RecordInserted: 'insert',
  RecordUpdated: 'update',
  RecordDeleted: 'delete',
  TableCreated: 'create',
  TableDropped: 'drop',
  TableChanged: 'change',
  TableRenamed: 'rename',
  ViewDropped: 'drop',
} as const
const prepositions = { RecordInserted: 'into', RecordUpdated: 'in', RecordDeleted: 'from' } as const

const tableOf = (change: Change): string => {
  if (change.type === 'TableChanged' || change.type === 'TableRenamed') return change.after.id
  return change.type === 'TableCreated' ? change.table.id : change.table
}

const describeOne = (change: Change): string => {
  if (change.type === 'ViewDropped') return `drop view ${change.table}/${change.view}`
  if ('key' in change) return `${verbs[change.type]} ${recordAddress(change.table, change.key)}`
  const isResharded = change.type === 'TableChanged' && change.before.layout?.levels !== change.after.layout?.levels
  return `${isResharded ? 'reshard' : verbs[change.type]} table ${tableOf(change)}`
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

const oneLine = (text: string): string => text.replace(controls, ' ').trim()

/** What UTF-8 can carry: lone surrogates become U+FFFD, so that the text reads back as it was said. */
const wellFormed = (text: string): string => Buffer.from(text).toString()
