import { readPath } from '../query/field-path.ts'
import type { FieldPath } from '../query/filter.ts'
import { createCursor, isAtEnd } from '../query/text-cursor.ts'
import type { Column, Table } from './table.ts'

const bareName = /[^\s,.[\]`]+/y

/**
 * The field that an entry of `rules.yaml` names for an index or a search: a column of just that name, else a place inside a column, `address.city` or
 * `tags[0]`. `undefined` when its first step is no column.
 */
export const readColumnPath = (columns: readonly Column[], text: string): FieldPath | undefined => {
  const isColumn = (name: string | undefined): boolean => columns.some((column) => column.name === name)
  if (isColumn(text)) return [text]
  const cursor = createCursor('rules', text)
  const path = readPath(cursor, bareName)
  return path !== undefined && isAtEnd(cursor) && isColumn(path[0]) ? path : undefined
}

/** Fields of a table whose words can be searched for, in the order of its rules. The content of a Markdown file is one, declared or not. */
export const searchedPaths = ({ rules, columns, recordFile }: Pick<Table, 'rules' | 'columns' | 'recordFile'>): readonly FieldPath[] =>
  (rules.search ?? []).flatMap((text) => {
    const path = text === recordFile.contentField ? [text] : readColumnPath(columns, text)
    return path === undefined ? [] : [path]
  })
