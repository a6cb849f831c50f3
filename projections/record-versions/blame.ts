import { equalJson, type Json } from '../../domain/json.ts'
import { findFieldChanges, listFields, type MemberPath, readMemberPath } from '../../domain/record/field-changes.ts'
import { formatPointer } from '../../domain/record/json-pointer.ts'
import { findTable } from '../../domain/table/table.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { BlameOptions, FieldBlame } from '../snapshot.ts'
import type { CatalogueRows } from './catalogue-rows.ts'
import type { ReadJson } from './read-json.ts'
import { isUnreadableAt, readCatalogueNo } from './unreadable.ts'
import { type RecordAddress, type RecordChange, readChange, walkChanges } from './walk-changes.ts'

export interface BlameQuestion extends RecordAddress {
  readonly table: string
  readonly options: BlameOptions
}

/** What blame reads with. */
export interface BlameSources {
  readonly db: ReadDatabase
  readonly catalogues: CatalogueRows
  readonly readJson: ReadJson
}

/**
 * The commit that gave each field of a record its present value, in the record's order, along a first-parent line; `undefined` when there is no
 * such record. Cost: the record's changes back to where every field is explained, with removed fields back to its insertion.
 */
export const readBlame = (sources: BlameSources, question: BlameQuestion): readonly FieldBlame[] | undefined => {
  const changes = walkLife(sources, question)
  const newest = changes.next()
  if (newest.done === true || newest.value.after === undefined) return undefined
  return explainFields(newest.value, changes, question.options).map(({ path, value, change }) => ({
    path,
    value,
    commit: change.commit,
    author: change.author,
    time: change.time,
    message: change.message,
    operation: change.before === undefined ? 'insert' : 'update',
    definitionChanged: isDefinitionChange(sources, question.table, change),
  }))
}

interface Explained {
  readonly path: MemberPath
  readonly value: Json | undefined
  readonly change: RecordChange
}

const explainFields = (newest: RecordChange, older: Iterable<RecordChange>, { nested, removed }: BlameOptions): readonly Explained[] => {
  const fields = listFields(newest.after ?? {}, { nested })
  const explained = new Map<string, Explained>()
  const gone = new Map<string, Explained>()
  let open = fields.map((field) => ({ ...field, pointer: formatPointer(field.path) }))
  const explain = (change: RecordChange): void => {
    open = open.filter(({ path, value, pointer }) => {
      if (change.before !== undefined && equalJson(readMemberPath(change.before, path), value)) return true
      explained.set(pointer, { path, value, change })
      return false
    })
    if (removed)
      for (const path of findRemoved(change, newest, nested))
        if (!gone.has(formatPointer(path))) gone.set(formatPointer(path), { path, value: undefined, change })
  }
  explain(newest)
  if (open.length > 0 || removed) {
    for (const change of older) {
      explain(change)
      if (open.length === 0 && !removed) break
    }
  }
  return [...fields.flatMap(({ path }) => explained.get(formatPointer(path)) ?? []), ...gone.values()]
}

/** Fields that a change took away, unless they are back. */
const findRemoved = ({ before = {}, after = {} }: RecordChange, newest: RecordChange, nested: boolean): readonly MemberPath[] => {
  const removed = nested
    ? findFieldChanges(before, after).filter((change) => change.after === undefined)
    : listFields(before, { nested }).filter(({ path: [name] }) => !Object.hasOwn(after, name))
  return removed.map(({ path }) => path).filter((path) => readMemberPath(newest.after ?? {}, path) === undefined)
}

/**
 * Changes of a record back to its insertion, newest first. A time in which its file could not be read is no death: what was before it and what
 * came after it are one change, by the commit that made the file readable.
 */
function* walkLife(sources: BlameSources, question: BlameQuestion): Generator<RecordChange, undefined> {
  const { db, catalogues } = sources
  const { table, key } = question
  let insertion: RecordChange | undefined
  for (const point of walkChanges(db, question)) {
    const change = readChange(sources, question, point)
    if (insertion === undefined) {
      if (change.before === undefined) insertion = change
      else yield change
      continue
    }
    const { lane, seq } = insertion.position
    const isGap = [change.position, { lane, seq: seq - 1 }].every((position) => isUnreadableAt(db, catalogues, { position, table, key }))
    if (change.after !== undefined || !isGap) break
    yield { ...insertion, before: change.before }
    insertion = undefined
  }
  if (insertion !== undefined) yield insertion
}

const isDefinitionChange = ({ db, catalogues }: BlameSources, table: string, { position, before }: RecordChange): boolean => {
  if (before === undefined) return false
  const { lane, seq } = position
  const [now, old] = [readCatalogueNo(db, position), readCatalogueNo(db, { lane, seq: seq - 1 })]
  return now !== old && findTable(catalogues.read(now), table)?.fingerprint !== findTable(catalogues.read(old), table)?.fingerprint
}
