import { isJsonObject } from '../../../domain/json.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import { joinPath } from '../../../domain/table/record-path.ts'
import type { Table } from '../../../domain/table/table.ts'
import { decodeText, encodeText } from '../decode-text.ts'
import { compareCodePoints } from '../member-order.ts'
import { editYamlText } from '../yaml/edit-yaml-text.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import { viewsDirectory } from './read-views.ts'

/** See `CatalogueCodec.viewPaths`. */
export const viewPaths = (table: Table, view: string): readonly string[] =>
  ['yaml', 'yml'].map((extension) => joinPath(viewsDirectory(table), `${view}.${extension}`))

/** See `CatalogueCodec.dropDefaultView`. */
export const dropDefaultView = (bytes: Uint8Array): Result<Uint8Array | undefined> => {
  const decoded = decodeText(bytes)
  const parsed = decoded && parseYaml(decoded.text)
  if (decoded === undefined || parsed?.ok !== true || !isJsonObject(parsed.value) || !Object.hasOwn(parsed.value, 'default_view'))
    return ok(undefined)
  const { default_view: _, ...rest } = parsed.value
  const text = editYamlText(decoded.text, rest, { columns: [], compare: compareCodePoints })
  if (text !== undefined) return ok(encodeText({ ...decoded, text }))
  return fail({ kind: 'unsupported', what: 'dropping default_view', why: 'definition.yaml cannot be edited in place so: change it by hand' })
}
