import type { JsonObject } from '../../../domain/json.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import { parseText } from '../parse-text.ts'
import { fieldsOf, readIngr } from './read-ingr.ts'

/** Records of an INGR text, each with its `$ID` as `$id`; null values are left out. A record that cannot be read fails them all, with its line. */
export const parseIngr = (text: string): Result<readonly JsonObject[]> => {
  const file = parseText('INGR', text, readIngr)
  if (!file.ok) return file
  const records = file.value.records.filter((record) => !record.isCommented)
  const issues = records.flatMap(({ problem }) => (problem === undefined ? [] : [{ rule: 'parse', ...problem }]))
  if (issues.length > 0) return fail({ kind: 'invalid-input', issues })
  return ok(
    records.map((record) => {
      const id = record.fields.get('$ID')
      return { ...(id === undefined ? {} : { $id: id }), ...fieldsOf(record) }
    }),
  )
}
