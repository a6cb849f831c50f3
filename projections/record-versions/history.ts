import { equalJson, type JsonObject } from '../../domain/json.ts'
import { type MemberPath, readMemberPath } from '../../domain/record/field-changes.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { HistoryEntry, Page } from '../snapshot.ts'
import type { ReadJson } from './read-json.ts'
import { type RecordAddress, type RecordChange, readChange, walkChanges } from './walk-changes.ts'

/** Commits that changed one record, or one field of it, newest first, along a first-parent line. Cost: the record's own changes up to the page's end. */
export const readHistory = (
  db: ReadDatabase,
  { page, ...address }: RecordAddress & { readonly page: Page & { readonly field?: MemberPath } },
  readJson: ReadJson,
): readonly HistoryEntry[] => {
  const entries: HistoryEntry[] = []
  const limit = page.limit ?? Number.MAX_SAFE_INTEGER
  let skip = page.offset
  for (const point of walkChanges(db, address)) {
    if (entries.length >= limit) break
    if (page.field === undefined && skip > 0) {
      skip--
      continue
    }
    const change = readChange({ db, readJson }, address, point)
    if (page.field !== undefined && (!changesField(change, page.field) || skip-- > 0)) continue
    entries.push(toEntry(change))
  }
  return entries
}

const changesField = ({ before = {}, after = {} }: RecordChange, field: MemberPath): boolean =>
  !equalJson(readMemberPath(before, field), readMemberPath(after, field))

const toEntry = ({ position: _position, before, after, ...authorship }: RecordChange): HistoryEntry => ({
  ...authorship,
  operation: before === undefined ? 'insert' : after === undefined ? 'delete' : 'update',
  fields: changedFields(before ?? {}, after ?? {}),
})

const changedFields = (before: JsonObject, after: JsonObject): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !equalJson(before[name], after[name])).sort()
