import { ExactNumber, type Json } from '../../../domain/json.ts'
import type { ColumnReader } from './column-reader.ts'
import { createValueReader } from './logical-value.ts'
import { ParquetProblem, ValueProblem } from './parquet-problem.ts'
import { listLeaves } from './read-footer.ts'
import type { RowContext } from './row-context.ts'
import type { SchemaNode } from './schema-tree.ts'

/** Takes the next value from a column, or from the columns that make a list, map or structure; `undefined` for what is not there. */
export type Assemble = () => Json | undefined

export const createAssembler = (node: SchemaNode, context: RowContext): Assemble =>
  node.repetition === 'repeated' ? assembleItems(node, createSingle(node, context), context) : createSingle(node, context)

const createSingle = (node: SchemaNode, context: RowContext): Assemble => {
  if (node.leaf !== undefined) return assembleLeaf(node, context)
  const [only] = node.children
  if (node.children.length === 1 && only?.repetition === 'repeated') {
    if (node.meaning.kind === 'list') return unlessNull(node, context, assembleItems(only, createItem(node, only, context), context))
    if (node.meaning.kind === 'map' && only.children.length === 2) return unlessNull(node, context, assembleMap(only, context))
  }
  return unlessNull(node, context, assembleStruct(node, context))
}

const assembleLeaf = (node: SchemaNode, context: RowContext): Assemble => {
  const column = context.columnOf(node)
  const toJson = createValueReader(node)
  return () => {
    context.countValue()
    const raw = column.next()
    if (raw === undefined) return undefined
    if (raw instanceof Uint8Array && !context.countBytes(node, raw.length)) return undefined
    try {
      return toJson(raw)
    } catch (error) {
      if (!(error instanceof ValueProblem)) throw error
      context.report(node, error.message)
      return undefined
    }
  }
}

/** Where a group is not there, each of its columns has one entry that says so. */
const unlessNull = (node: SchemaNode, context: RowContext, assemble: Assemble): Assemble => {
  if (node.repetition !== 'optional') return assemble
  const [first, columns] = [firstColumn(node, context), listLeaves(node).map((leaf) => context.columnOf(leaf))]
  return () => {
    if ((first.definition() ?? node.definition) >= node.definition) return assemble()
    skip(columns)
    return undefined
  }
}

const firstColumn = (node: SchemaNode, context: RowContext): ColumnReader => {
  const [leaf] = listLeaves(node)
  if (leaf === undefined) throw new ParquetProblem(`column ${node.name} has nothing in it`)
  return context.columnOf(leaf)
}

const skip = (columns: readonly ColumnReader[]): void => {
  for (const column of columns) column.next()
}

/** The item of a list: older writers leave out the group around it. */
const createItem = (list: SchemaNode, repeated: SchemaNode, context: RowContext): Assemble => {
  const [only] = repeated.children
  const isWrapper = repeated.children.length === 1 && repeated.name !== 'array' && repeated.name !== `${list.name}_tuple`
  return only !== undefined && isWrapper ? createAssembler(only, context) : createSingle(repeated, context)
}

const assembleItems = (repeated: SchemaNode, assembleItem: Assemble, context: RowContext): (() => readonly Json[]) => {
  const [first, columns] = [firstColumn(repeated, context), listLeaves(repeated).map((leaf) => context.columnOf(leaf))]
  return () => {
    if ((first.definition() ?? repeated.definition) < repeated.definition) {
      skip(columns)
      return []
    }
    const items: Json[] = []
    do items.push(assembleItem() ?? null)
    while (first.repeat() === repeated.repeat)
    return items
  }
}

const assembleMap = (entries: SchemaNode, context: RowContext): Assemble => {
  const [keyNode, valueNode] = entries.children
  if (keyNode === undefined || valueNode === undefined) throw new ParquetProblem(`column ${entries.name} is no map`)
  const [readKey, readValue] = [createAssembler(keyNode, context), createAssembler(valueNode, context)]
  const assembleEntries = assembleItems(entries, () => [toName(readKey()), readValue() ?? null], context)
  return () => {
    const members = new Map<string, Json>()
    for (const entry of assembleEntries()) {
      const [name, value] = Array.isArray(entry) ? entry : []
      if (typeof name !== 'string' || name === '__proto__') context.report(keyNode, 'a map has a key that cannot be the name of a field')
      else if (members.has(name)) context.report(keyNode, `a map has the key ${JSON.stringify(name)} twice`)
      else members.set(name, value)
    }
    return Object.fromEntries(members)
  }
}

const toName = (key: Json | undefined): Json => {
  if (key instanceof ExactNumber) return key.literal
  return typeof key === 'number' || typeof key === 'boolean' ? String(key) : (key ?? null)
}

const assembleStruct = (node: SchemaNode, context: RowContext): Assemble => {
  const members = node.children.map((child) => ({ name: child.name, read: createAssembler(child, context) }))
  return () => {
    const fields: Record<string, Json> = {}
    for (const { name, read } of members) {
      const value = read()
      if (value !== undefined) fields[name] = value
    }
    return fields
  }
}
