import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { renameInOrderBy } from '../../../domain/query/parse-order-by.ts'
import { renameInWhere } from '../../../domain/query/parse-where.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import type { TableChange } from '../../../domain/table/codecs.ts'
import { decodeText, encodeText } from '../decode-text.ts'
import { compareCodePoints } from '../member-order.ts'
import { editYamlText } from '../yaml/edit-yaml-text.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'

/**
 * A `definition.yaml` whose views name the columns as they are called now, and those that are gone no more: `default_view`, and `readme` with its
 * preview. What a view says otherwise stays.
 */
export const changeViews = (definition: JsonObject, change: TableChange): JsonObject => {
  const { default_view: view, readme } = definition
  return {
    ...definition,
    ...(isJsonObject(view) ? { default_view: changeView(view, change) } : {}),
    ...(isJsonObject(readme) ? { readme: changeReadme(readme, change) } : {}),
  }
}

const changeReadme = (readme: JsonObject, change: TableChange): JsonObject => {
  const { hide_columns: hidden, data_preview: preview } = readme
  return {
    ...readme,
    ...(Array.isArray(hidden) ? { hide_columns: changeNames(hidden, change) } : {}),
    ...(isJsonObject(preview) ? { data_preview: changeView(preview, change) } : {}),
  }
}

const changeView = (view: JsonObject, change: TableChange): JsonObject => {
  const { columns, order_by: order, where, file_name: fileName } = view
  const names = new Map(Object.entries(change.renamedColumns))
  return {
    ...view,
    ...(Array.isArray(columns) ? { columns: changeNames(columns, change) } : {}),
    ...(typeof order === 'string' ? { order_by: renameInOrderBy(order, names) } : {}),
    ...(typeof where === 'string' ? { where: renameInWhere(where, names) } : {}),
    ...(typeof fileName === 'string' ? { file_name: renamePlaceholders(fileName, names) } : {}),
  }
}

const renamePlaceholders = (text: string, names: ReadonlyMap<string, string>): string =>
  text.replace(/\{([^{}]+)\}/g, (all, column: string) => (names.has(column) ? `{${names.get(column)}}` : all))

/**
 * See `CatalogueCodec.changeView`. The columns in the name of the file follow too: they choose what goes into which file.
 * A file that holds no view that can be read stays as it is.
 */
export const changeViewFile = (
  path: string,
  bytes: Uint8Array,
  change: TableChange,
): Result<{ readonly path: string; readonly bytes: Uint8Array }> => {
  const decoded = decodeText(bytes)
  const parsed = decoded && parseYaml(decoded.text)
  if (decoded === undefined || parsed?.ok !== true || !isJsonObject(parsed.value)) return ok({ path, bytes })
  const start = path.lastIndexOf('/') + 1
  const name = renamePlaceholders(path.slice(start), new Map(Object.entries(change.renamedColumns)))
  const renamed = name.includes('/') ? path : path.slice(0, start) + name
  const text = editYamlText(decoded.text, changeView(parsed.value, change), { columns: [], compare: compareCodePoints })
  if (text === undefined)
    return fail({ kind: 'unsupported', what: `this change of ${path}`, why: 'the file cannot be edited in place so: change it by hand' })
  return ok({ path: renamed, bytes: text === decoded.text ? bytes : encodeText({ ...decoded, text }) })
}

const changeNames = (names: readonly Json[], { before, after, renamedColumns }: TableChange): readonly Json[] => {
  const isGone = (name: Json): boolean =>
    before.columns.some((column) => column.name === name) && !after.columns.some((column) => column.name === name)
  return names
    .filter((name) => (typeof name === 'string' && Object.hasOwn(renamedColumns, name)) || !isGone(name))
    .map((name) => (typeof name === 'string' && Object.hasOwn(renamedColumns, name) ? (renamedColumns[name] ?? name) : name))
}
