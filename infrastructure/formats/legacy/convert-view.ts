import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { compareCodePoints } from '../member-order.ts'
import { editYamlText } from '../yaml/edit-yaml-text.ts'
import { renameYamlNames } from '../yaml/rename-yaml-names.ts'

const keys: ReadonlySet<string> = new Set([
  ...['titles', 'order_by', 'formats', 'columns', 'top', 'where', 'template', 'file_name', 'records_var_name'],
  ...['format', 'max_batch_size', 'include_hash', 'records_delimiter'],
])

/**
 * A `.ingitdb-view.<name>.yaml` as a view of today: `select` is `columns`, and an order by one column is a text. A view that asks for more is not converted.
 * @returns the new text, or every reason why there is none
 */
export const convertView = (text: string, old: Json): { readonly text: string } | { readonly why: readonly string[] } => {
  if (!isJsonObject(old)) return { why: ['is no map'] }
  const why: string[] = []
  const view = new Map<string, Json>()
  for (const [key, value] of Object.entries(old)) {
    const fault = explainKey(old, key, value)
    if (fault !== undefined) why.push(fault)
    else view.set(key === 'select' ? 'columns' : key, key === 'order_by' && Array.isArray(value) ? String(value[0]) : value)
  }
  if (why.length > 0) return { why }
  const renamed = renameYamlNames(text, [], new Map([['select', 'columns']]))
  const edited = editYamlText(renamed, Object.fromEntries(view), { columns: [...view.keys()], compare: compareCodePoints })
  return edited === undefined ? { why: ['cannot be edited in place'] } : { text: edited }
}

const explainKey = (view: JsonObject, key: string, value: Json): string | undefined => {
  if (key === 'select')
    return Object.hasOwn(view, 'columns') || !isTextList(value)
      ? '"select": views have a list of "columns", and nothing else to select by'
      : undefined
  if (key === 'from') return '"from": a view shows the records of its own table'
  if (!keys.has(key)) return `"${key}": views have no such key`
  if (key === 'order_by' && Array.isArray(value) && (value.length !== 1 || typeof value[0] !== 'string'))
    return '"order_by": views have an order by one column'
  if (key === 'file_name' && typeof value === 'string' && value.includes('{'))
    return `"file_name": ${value}: views have one file, without placeholders`
  return undefined
}

const isTextList = (value: Json): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string')
