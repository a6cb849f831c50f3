import type { CommitId } from '../../domain/ids.ts'
import type { MemberPath } from '../../domain/record/field-changes.ts'
import { parsePointer } from '../../domain/record/json-pointer.ts'
import type { HistoryEntry, Snapshot } from '../../projections/snapshot.ts'
import type { Database } from '../database.ts'
import type { MergeAnswer } from './describe-merge.ts'
import { presentCommit } from './format-commit-time.ts'
import { parseRecordId } from './parse-record-id.ts'

/** Conflicts that are explained: each costs a few seeks, and nobody reads thousands. */
const conflictsMax = 200

type Conflict = MergeAnswer['conflicts'][number]
type ChangedBy = Pick<Conflict, 'oursBy' | 'theirsBy'>
type LastChange = NonNullable<Conflict['oursBy']>

interface Subject {
  readonly table?: string | undefined
  readonly id?: string | undefined
  readonly pointer?: string | undefined
}

/** Adds to the first conflicts who changed the record, or the field, last on each side since the base, and when. */
export const describeChangedBy = async (database: Database, answer: MergeAnswer): Promise<MergeAnswer> => {
  const { ours, theirs, base, conflicts } = answer
  if (conflicts.length === 0 || ours === undefined) return answer
  const [before, mine, others] = await Promise.all([base, ours, theirs].map((commit) => readAt(database, commit)))
  const mailmap = await database.readMailmap()
  const present = (entry: HistoryEntry | undefined): LastChange | undefined => {
    if (entry === undefined) return undefined
    const { commit, author, time } = presentCommit(entry, mailmap)
    return { commit, author: { name: author.name, email: author.email }, time }
  }
  const describe = (subject: Subject): ChangedBy => {
    const known = findLast(before, subject)?.commit
    const [oursBy, theirsBy] = [mine, others].map((snapshot) => {
      const entry = findLast(snapshot, subject)
      return entry?.commit === known ? undefined : present(entry)
    })
    return { ...(oursBy !== undefined && { oursBy }), ...(theirsBy !== undefined && { theirsBy }) }
  }
  const explain = (conflict: Conflict): Conflict => ({
    ...conflict,
    ...describe(conflict),
    ...(conflict.involved !== undefined && { involved: conflict.involved.map((record) => ({ ...record, ...describe(record) })) }),
  })
  return { ...answer, conflicts: [...conflicts.slice(0, conflictsMax).map(explain), ...conflicts.slice(conflictsMax)] }
}

const readAt = async (database: Database, at: CommitId | string | undefined): Promise<Snapshot | undefined> => {
  const snapshot = at === undefined ? undefined : await database.read({ at })
  return snapshot?.ok === true ? snapshot.value : undefined
}

/** An element of a list has no history of its own: that of the whole field is told. */
const findLast = (snapshot: Snapshot | undefined, { table, id, pointer }: Subject): HistoryEntry | undefined => {
  if (snapshot === undefined || table === undefined || id === undefined) return undefined
  const address = parseRecordId({ table, id })
  if (!address.ok) return undefined
  const find = (field: MemberPath | undefined): HistoryEntry | undefined =>
    snapshot.readHistory(address.value.table, address.value.key, { limit: 1, offset: 0, ...(field !== undefined && { field }) })[0]
  const [first, ...rest] = parsePointer(pointer) ?? []
  if (first === undefined) return find(undefined)
  return find([first, ...rest]) ?? find([first]) ?? find(undefined)
}
