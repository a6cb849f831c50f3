import { isMap, isScalar, isSeq, type ParsedNode } from 'yaml'
import { isJsonObject } from '../../../domain/json.ts'
import type { Table } from '../../../domain/table/table.ts'
import type { FindOffset } from '../record-format.ts'
import { findKey } from '../shared-file.ts'
import { composeYaml } from './compose-yaml.ts'
import { YamlReader } from './yaml-reader.ts'

type Node = ParsedNode | null | undefined

interface Place {
  readonly offset: number
  readonly node: Node
}

/** See `RecordFormatCodec.createLocator`. What an alias or a merge key brings in is where that stands. */
export const createYamlLocator = (table: Table, text: string): FindOffset => {
  const root: Node = composeYaml(text)?.contents
  const records = table.recordFile.type === 'single' ? undefined : indexRecords(table, root)
  return (key, path) => {
    const record = records === undefined ? { offset: startOf(root) ?? 0, node: root } : records.get(key)
    return record && path.reduce<Place>(step, record).offset
  }
}

/** Of records with the same key the first, which is the one that is served. */
const indexRecords = (table: Table, root: Node): ReadonlyMap<string, Place> => {
  const places = new Map<string, Place>()
  const reader = new YamlReader()
  const add = (key: string | undefined, place: Place): void => {
    if (key !== undefined && !places.has(key)) places.set(key, place)
  }
  if (isMap(root)) for (const { key, value } of root.items) add(reader.readName(key), { offset: startOf(key) ?? 0, node: value })
  if (isSeq(root))
    for (const item of root.items as readonly ParsedNode[]) {
      const row = reader.readNode(item, 1)
      add(isJsonObject(row) ? findKey(table, row) : undefined, { offset: startOf(item) ?? 0, node: item })
    }
  return places
}

/** A step that leads nowhere stays where it is; so do all after it, for what is missing is nowhere below. */
const step = ({ offset, node }: Place, name: string): Place => {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && key.source === name)
    if (pair !== undefined) return { offset: startOf(pair.key) ?? offset, node: pair.value }
  }
  const item = isSeq(node) ? (node.items[Number(name)] as Node) : undefined
  return item === undefined || item === null ? { offset, node: undefined } : { offset: startOf(item) ?? offset, node: item }
}

const startOf = (node: Node): number | undefined => node?.range[0]
