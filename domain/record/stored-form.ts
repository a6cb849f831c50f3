import type { JsonObject } from '../json.ts'
import { contentFieldOf } from '../table/content-field.ts'
import type { RecordFormat, Table } from '../table/table.ts'

/** Formats without a null of their own: a field that is null is one that is not there. */
const withoutNull: ReadonlySet<RecordFormat> = new Set<RecordFormat>(['csv', 'toml', 'ingr'])

/**
 * A record as its file gives it back, where that differs from what was given without being another record: so that the read model holds the same
 * after a write as after a rebuild. Null fields go where the format has no null; a Markdown record always has its content.
 */
export const toStoredForm = ({ recordFile }: Table, fields: JsonObject): JsonObject => {
  const content = contentFieldOf(recordFile)
  if (content !== undefined) return (Object.hasOwn(fields, content) ? fields[content] : null) === null ? { ...fields, [content]: '' } : fields
  if (!withoutNull.has(recordFile.format) || !Object.values(fields).includes(null)) return fields
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}
