import { equalJson, isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import type { DefinitionFile, TableChange } from '../../../domain/table/codecs.ts'
import { definitionDirectoryOf } from '../../../domain/table/record-path.ts'
import type { Table } from '../../../domain/table/table.ts'
import { decodeText, encodeText } from '../decode-text.ts'
import { editJsonRecord } from '../json/edit-json.ts'
import { parseJson } from '../json/parse-json.ts'
import { renameJsonNames } from '../json/rename-json-names.ts'
import { compareCodePoints } from '../member-order.ts'
import { ownMember } from '../own-member.ts'
import { editYamlText } from '../yaml/edit-yaml-text.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import { renameYamlNames } from '../yaml/rename-yaml-names.ts'
import type { TableFileName } from './definition-paths.ts'
import { changeViews } from './rename-in-views.ts'
import { columnName, describeColumn, describeLayout, describeRecordFile, describeRules, writeEntries, writePrettyJson } from './write-table-files.ts'

type Files = ReadonlyMap<string, DefinitionFile>

/**
 * See `CatalogueCodec.change`. Only what differs between the two tables is written: keys that we do not know the meaning of, comments, order and
 * quoting stay. A file that would say nothing any more is removed.
 * @returns `unsupported` for a file that cannot be edited so that it says what is wanted
 */
export const changeTable = (change: TableChange, files: Files): Result<ReadonlyMap<string, Uint8Array | null>> => {
  const edited = new Map<string, Uint8Array | null>()
  const edits: readonly (readonly [TableFileName, (text: string | undefined) => string | null | undefined])[] = [
    ['definition.yaml', (text) => (text === undefined ? undefined : changeDefinition(text, change))],
    ['schema.json', (text) => changeSchema(text, change)],
    ['rules.yaml', (text) => changeRules(text, change)],
    ['layout.yaml', (text) => changeLayout(text, change)],
  ]
  for (const [name, edit] of edits) {
    const path = `${definitionDirectoryOf(change.before)}/${name}`
    const file = files.get(path)
    const decoded = file === undefined ? undefined : decodeText(file.bytes)
    const text = edit(decoded?.text)
    if (text === undefined)
      return fail({ kind: 'unsupported', what: `this change of ${path}`, why: 'the file cannot be edited in place so: change it by hand' })
    if (text === null && file !== undefined) edited.set(path, null)
    if (text !== null && text !== decoded?.text) edited.set(path, encodeText({ text, hasBom: decoded?.hasBom ?? false }))
  }
  return ok(edited)
}

/** Keys of `definition.yaml` in the order of the Go tools: where a key that is new to the file goes. */
const definitionKeys = ['inherits', 'titles', 'record_file', 'data_dir', 'columns', 'columns_order', 'primary_key', 'default_view', 'readme']

const changeDefinition = (original: string, change: TableChange): string | undefined => {
  const names = new Map(Object.entries(change.renamedColumns).map(([old, name]) => [old, columnName(name)]))
  const text = renameYamlNames(original, ['columns'], names)
  const parsed = parseYaml(text)
  if (!parsed.ok || !isJsonObject(parsed.value)) return undefined
  const { before, after } = change
  let wanted = withChanges(parsed.value, describeTable(before), describeTable(after))
  wanted = { ...wanted, columns: changeColumns(ownMember(parsed.value, 'columns'), change) }
  wanted = changeViews(wanted, change)
  return editYamlText(text, wanted, { columns: definitionKeys, compare: compareCodePoints })
}

/** What a definition says of the table as a whole, in its own keys. */
const describeTable = ({ titles, recordFile, columnsOrder, primaryKey }: Table): JsonObject => ({
  ...(titles === undefined ? {} : { titles }),
  record_file: describeRecordFile(recordFile),
  ...(columnsOrder.length === 0 ? {} : { columns_order: columnsOrder }),
  ...(primaryKey.length === 0 ? {} : { primary_key: primaryKey }),
})

/** Members of a file with the difference between two descriptions made in them; maps inside are compared member by member. */
const withChanges = (file: JsonObject, before: JsonObject, after: JsonObject): JsonObject => {
  const changed = new Map<string, Json>(Object.entries(file))
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, next, own] = [ownMember(before, name), ownMember(after, name), ownMember(file, name)]
    if (equalJson(old, next)) continue
    if (next === undefined) changed.delete(name)
    else changed.set(name, isJsonObject(old) && isJsonObject(next) && isJsonObject(own) ? withChanges(own, old, next) : next)
  }
  return Object.fromEntries(changed)
}

/** A column that the file inherits is written as a whole when it changes: it replaces the inherited one. */
const changeColumns = (own: Json | undefined, { before, after, renamedColumns }: TableChange): JsonObject => {
  const file = isJsonObject(own) ? own : {}
  const nameBefore = new Map(Object.entries(renamedColumns).map(([old, name]) => [name, old]))
  const columns = new Map(Object.entries(file).filter(([name]) => after.columns.some((column) => column.name === name)))
  for (const column of after.columns) {
    const old = before.columns.find(({ name }) => name === (nameBefore.get(column.name) ?? column.name))
    const [was, is] = [old && describeColumn(old), describeColumn(column)]
    const written = ownMember(file, column.name)
    if (was !== undefined && equalJson(was, is) && (written !== undefined || !nameBefore.has(column.name))) continue
    columns.set(column.name, was !== undefined && isJsonObject(written) ? withChanges(written, was, is) : is)
  }
  return Object.fromEntries(columns)
}

const changeSchema = (text: string | undefined, { before, after, renamedColumns }: TableChange): string | null | undefined => {
  const { schema } = after
  if (schema === undefined || equalJson(before.schema, schema)) return text ?? null
  const fresh = `${writePrettyJson(schema, '')}\n`
  if (text === undefined) return fresh
  const edited = editJsonRecord(renameJsonNames(text, ['properties'], renamedColumns), schema, Object.keys(schema))
  const parsed = parseJson(edited)
  return parsed.ok && equalJson(parsed.value, schema) && propertyNames(parsed.value) === propertyNames(schema) ? edited : fresh
}

/** Their order is that of the columns, so a schema with another one is written anew. */
const propertyNames = (schema: Json): string => {
  const properties = isJsonObject(schema) ? ownMember(schema, 'properties') : undefined
  return JSON.stringify(isJsonObject(properties) ? Object.keys(properties) : [])
}

const changeRules = (original: string | undefined, { before, after, renamedColumns }: TableChange): string | null | undefined => {
  const [was, is] = [describeRules(before.rules), describeRules(after.rules)]
  if (original === undefined) return Object.keys(is).length === 0 ? null : writeEntries(is)
  if (equalJson(was, is)) return original
  const names = new Map(Object.entries(renamedColumns).map(([old, name]) => [old, columnName(name)]))
  const text = ['on_delete', 'defaults'].reduce((edited, key) => renameYamlNames(edited, [key], names), original)
  const parsed = parseYaml(text)
  if (!parsed.ok) return undefined
  const file = isJsonObject(parsed.value) ? parsed.value : {}
  const wanted = withChanges(file, was, is)
  if (Object.keys(wanted).length === 0) return null
  return Object.keys(file).length === 0 ? writeEntries(wanted) : editYamlText(text, wanted, { columns: Object.keys(is), compare: compareCodePoints })
}

const changeLayout = (text: string | undefined, { before, after }: TableChange): string | null | undefined => {
  const [was, is] = [describeLayout(before), describeLayout(after)]
  if (equalJson(was, is)) return text ?? null
  if (text === undefined) return writeEntries(is)
  const parsed = parseYaml(text)
  if (!parsed.ok || !isJsonObject(parsed.value)) return undefined
  const wanted = withChanges(parsed.value, was, is)
  return Object.keys(wanted).length === 0 ? null : editYamlText(text, wanted, { columns: Object.keys(is), compare: compareCodePoints })
}
