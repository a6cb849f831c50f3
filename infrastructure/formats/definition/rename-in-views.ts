import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import type { TableChange } from '../../../domain/table/codecs.ts'

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
  const { columns, order_by: order } = view
  const renamed = typeof order === 'string' ? order.replace(/^\S+/, (name) => change.renamedColumns[name] ?? name) : undefined
  return {
    ...view,
    ...(Array.isArray(columns) ? { columns: changeNames(columns, change) } : {}),
    ...(renamed === undefined ? {} : { order_by: renamed }),
  }
}

const changeNames = (names: readonly Json[], { before, after, renamedColumns }: TableChange): readonly Json[] => {
  const isGone = (name: Json): boolean =>
    before.columns.some((column) => column.name === name) && !after.columns.some((column) => column.name === name)
  return names
    .filter((name) => (typeof name === 'string' && Object.hasOwn(renamedColumns, name)) || !isGone(name))
    .map((name) => (typeof name === 'string' && Object.hasOwn(renamedColumns, name) ? (renamedColumns[name] ?? name) : name))
}
