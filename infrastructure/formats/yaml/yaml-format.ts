import { isMap, isScalar, isSeq, type ParsedNode } from 'yaml'
import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import type { Table } from '../../../domain/table/table.ts'
import { compareByColumns } from '../member-order.ts'
import type { RecordFormatCodec } from '../record-format.ts'
import { planRowEdits, toRows } from '../shared-file.ts'
import { composeYaml } from './compose-yaml.ts'
import { changeList, changeMap, editMap, naturalOrder } from './edit-block.ts'
import { type DocumentChange, editDocument } from './edit-document.ts'
import { editFlow } from './edit-flow.ts'
import { createYamlLocator } from './locate-yaml.ts'
import { compareNaturally } from './natural-order.ts'
import { readYamlEntries, readYamlRecords } from './read-yaml-records.ts'
import { renameYamlRecord } from './rename-yaml-names.ts'
import { renderYamlRow, writeYamlFile, writeYamlList, type YamlStyle } from './write-yaml.ts'
import { applySplices, NotInPlace, type YamlEdit } from './yaml-edit.ts'
import { YamlReader } from './yaml-reader.ts'

type Edits = ReadonlyMap<string, JsonObject | null>

export const yamlFormat: RecordFormatCodec = {
  read: readYamlRecords,
  createLocator: createYamlLocator,
  create: (table, records) => {
    if (table.recordFile.type === 'list') return writeYamlList(toRows(table, records), table.columnsOrder)
    if (table.recordFile.type === 'dictionary') return writeYamlFile(Object.fromEntries(records.map(({ key, fields }) => [key, fields])))
    return writeYamlFile(records[0]?.fields ?? {})
  },
  edit: (table, text, edits) => {
    const inPlace = (start: string, changes: Edits) => tryInPlace(() => editInPlace(table, start, changes))
    const isDictionary = table.recordFile.type === 'dictionary'
    return [
      () => inPlace(text, edits),
      () => {
        // A record that cannot be edited member by member (merge keys, anchors) is written anew; its neighbours stay.
        const emptied = isDictionary ? inPlace(text, new Map([...edits.keys()].map((key) => [key, null]))) : undefined
        return emptied === undefined ? undefined : inPlace(emptied, new Map([...edits].filter(([, fields]) => fields !== null)))
      },
      () => editDocument(text, listDocumentChanges(table, text, edits), detectYamlStyle(text)),
    ]
  },
  rename: renameYamlRecord,
  explainLoss: () => undefined,
}

const tryInPlace = (edit: () => string): string | undefined => {
  try {
    return edit()
  } catch (error) {
    if (error instanceof NotInPlace) return undefined
    throw error
  }
}

const editInPlace = (table: Table, text: string, edits: Edits): string => {
  const document = composeYaml(text)
  const root = document?.contents
  const values = new Map<ParsedNode, Json>()
  const edit: YamlEdit = { text, values, style: detectYamlStyle(text), splices: [] }
  const reader = new YamlReader(values)
  const order = { columns: table.columnsOrder, compare: compareNaturally }
  if (table.recordFile.type === 'list') {
    const { changed, added } = planRowEdits(table, readYamlEntries(table, text, { document, reader }), edits)
    if (root === null || root === undefined || isScalar(root) || (isSeq(root) && root.items.length === 0))
      return fillEmpty(edit, root, writeYamlList(added, table.columnsOrder))
    if (!isSeq(root) || root.flow === true) throw new NotInPlace('rows do not stand on lines of their own')
    const rowOrder = { columns: table.columnsOrder, compare: compareByColumns(table.columnsOrder) }
    const rows = added.map((row) => (column: number) => renderYamlRow(row, table.columnsOrder, { style: edit.style, column }))
    changeList(edit, root, { changes: new Map([...changed].map(([index, row]) => [index, row ?? undefined])), added: rows, order: rowOrder })
    return applySplices(edit)
  }
  reader.readNode(root, 0)
  const wanted = table.recordFile.type === 'single' ? [...edits.values()][0] : undefined
  if (isMap(root) && root.items.length > 0 && wanted) {
    if (root.flow === true) edit.splices.push({ start: root.range[0], end: root.range[1], text: editFlow(edit, root, wanted) })
    else editMap(edit, root, { wanted, order })
    return applySplices(edit)
  }
  const added = Object.fromEntries([...edits].flatMap(([key, fields]) => (fields === null ? [] : [[key, fields]])))
  if (root === null || root === undefined || isScalar(root) || (isMap(root) && root.items.length === 0))
    return fillEmpty(edit, root, writeYamlFile(wanted ?? added))
  if (!isMap(root) || root.flow === true) throw new NotInPlace('records do not stand on lines of their own')
  changeMap(edit, root, { changes: new Map([...edits].map(([key, fields]) => [key, fields ?? undefined])), order: naturalOrder })
  return applySplices(edit)
}

/** Puts the first records into a file that has none; comments stay before them. */
const fillEmpty = (edit: YamlEdit, root: ParsedNode | null | undefined, content: string): string => {
  const { text } = edit
  const isAbsent = root === null || root === undefined || root.range[0] === root.range[1]
  const separator = isAbsent && text !== '' && !text.endsWith('\n') ? '\n' : ''
  const [start, end] = isAbsent ? [text.length, text.length] : [root.range[0], root.range[1]]
  edit.splices.push({ start, end, text: separator + (text.startsWith('\n', end) || text.startsWith('\r\n', end) ? content.slice(0, -1) : content) })
  return applySplices(edit)
}

const listDocumentChanges = (table: Table, text: string, edits: Edits): readonly DocumentChange[] => {
  if (table.recordFile.type === 'dictionary') return [...edits].map(([key, fields]) => ({ path: [key], value: fields ?? undefined }))
  const document = composeYaml(text)
  const reader = new YamlReader()
  if (table.recordFile.type === 'list') {
    const entries = readYamlEntries(table, text, { document, reader })
    const { changed, added } = planRowEdits(table, entries, edits)
    return [
      ...[...changed].reverse().map(([index, row]): DocumentChange => ({ path: [index], value: row ?? undefined })),
      ...added.map(
        (value, index): DocumentChange => ({ path: [entries.length - [...changed.values()].filter((row) => row === null).length + index], value }),
      ),
    ]
  }
  const current = reader.readNode(document?.contents, 0)
  const wanted = [...edits.values()][0] ?? {}
  const names = isJsonObject(current) ? Object.keys(current).filter((name) => !Object.hasOwn(wanted, name)) : []
  return [
    ...names.map((name): DocumentChange => ({ path: [name], value: undefined })),
    ...Object.entries(wanted).map(([name, value]): DocumentChange => ({ path: [name], value })),
  ]
}

/** Indentation as the file has it below its first name; what the Go writer uses when it has none. */
export const detectYamlStyle = (text: string): YamlStyle => {
  const found = /^[^\s#-][^\n]*:[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( {2,8})\S/m.exec(text)?.[1]
  return { indent: found?.length ?? 4, keepEmoji: true }
}
