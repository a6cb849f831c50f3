import type { Table } from '../../../domain/table/table.ts'
import type { FindOffset } from '../record-format.ts'
import { readToml } from './toml-reader.ts'
import type { TomlNode } from './toml-tree.ts'

interface Place {
  readonly offset: number
  readonly node: TomlNode | undefined
}

/** See `RecordFormatCodec.createLocator`. A table is where its header stands, or the first of the dotted names that make it. */
export const createTomlLocator = (table: Table, text: string): FindOffset => {
  const { root } = readToml(text)
  return (key, path) => {
    if (table.recordFile.type !== 'dictionary') return path.reduce<Place>(step, { offset: 0, node: root }).offset
    const record = root.members.get(key)
    return record && path.reduce<Place>(step, { offset: startOf(record), node: record }).offset
  }
}

/** A step that leads nowhere stays where it is; so do all after it, for what is missing is nowhere below. */
const step = (place: Place, name: string): Place => {
  const found = place.node && findBelow(place.node, name)
  return found ?? { offset: place.offset, node: undefined }
}

const findBelow = (node: TomlNode, name: string): Place | undefined => {
  if (node.type === 'value') {
    const member = node.members?.find(({ names }) => names[0] === name)
    // Below dotted names of an inline table there is no node to go on from; they stand on one line.
    if (member !== undefined) return { offset: member.start, node: member.names.length === 1 ? member.value : undefined }
  }
  const next = node.type === 'table' ? node.members.get(name) : (node.type === 'tables' ? node.tables : (node.items ?? []))[Number(name)]
  return next && { offset: startOf(next), node: next }
}

const startOf = (node: TomlNode): number => {
  if (node.type === 'value') return node.start
  if (node.type === 'tables') return node.tables[0] === undefined ? 0 : startOf(node.tables[0])
  if (node.origin === 'header' && node.section !== undefined) return node.section.start
  return [...node.members.values()].reduce((first, member) => Math.min(first, startOf(member)), Number.POSITIVE_INFINITY)
}
