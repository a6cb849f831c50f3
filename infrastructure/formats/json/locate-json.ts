import { isJsonObject } from '../../../domain/json.ts'
import type { Table } from '../../../domain/table/table.ts'
import type { FindOffset } from '../record-format.ts'
import { findKey } from '../shared-file.ts'
import { type JsonNode, jsonOf, readJsonTree } from './json-tree.ts'

interface Place {
  readonly offset: number
  readonly node: JsonNode
}

/** See `RecordFormatCodec.createLocator`. A record starts at its name in a dictionary, a field at its name. */
export const createJsonLocator = (table: Table, text: string): FindOffset => {
  const root = readJsonTree(text)
  const records = table.recordFile.type === 'single' ? undefined : indexRecords(table, root)
  return (key, path) => {
    const record = records === undefined ? { offset: root.start, node: root } : records.get(key)
    return record && path.reduce<Place>(step, record).offset
  }
}

/** Of records with the same key the first, which is the one that is served. */
const indexRecords = (table: Table, root: JsonNode): ReadonlyMap<string, Place> => {
  const places = new Map<string, Place>()
  const add = (key: string | undefined, place: Place): void => {
    if (key !== undefined && !places.has(key)) places.set(key, place)
  }
  for (const { name, start, node } of root.members ?? []) add(name, { offset: start, node })
  for (const node of root.items ?? []) {
    const row = jsonOf(node)
    add(isJsonObject(row) ? findKey(table, row) : undefined, { offset: node.start, node })
  }
  return places
}

/** A step that leads nowhere stays where it is; so do all after it, for what is missing is nowhere below. */
const step = ({ offset, node }: Place, name: string): Place => {
  const member = node.members?.find((each) => each.name === name)
  if (member !== undefined) return { offset: member.start, node: member.node }
  const item = node.items?.[Number(name)]
  return item === undefined ? { offset, node: { start: node.start, end: node.end } } : { offset: item.start, node: item }
}
