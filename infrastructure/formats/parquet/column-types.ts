import type { Meaning, SchemaNode } from './schema-tree.ts'

/** Column types of ours for the columns of a file; lists, maps, structures and JSON are left to their values. */
export const columnTypesOf = ({ children }: SchemaNode): ReadonlyMap<string, string> =>
  new Map(
    children.flatMap((node): [string, string][] => {
      const type = typeOf(node)
      return type === undefined || node.repetition === 'repeated' ? [] : [[node.name, type]]
    }),
  )

const typeOf = ({ leaf, meaning }: SchemaNode): string | undefined => {
  if (leaf === undefined) return undefined
  const byMeaning = meaningTypes[meaning.kind]
  if (byMeaning !== undefined) return byMeaning
  if (meaning.kind === 'decimal') return meaning.scale === 0 ? 'int' : 'float'
  if (meaning.kind !== 'plain') return undefined
  if (leaf.type === 'BOOLEAN') return 'bool'
  if (leaf.type === 'INT96') return 'datetime'
  if (leaf.type === 'FLOAT' || leaf.type === 'DOUBLE') return 'float'
  return leaf.type === 'INT32' || leaf.type === 'INT64' ? 'int' : 'string'
}

const meaningTypes: Readonly<Partial<Record<Meaning['kind'], string>>> = {
  text: 'string',
  uuid: 'string',
  date: 'date',
  time: 'time',
  timestamp: 'datetime',
  float16: 'float',
  unsigned: 'int',
}
