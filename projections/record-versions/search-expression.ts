import type { Search, SearchTerm } from '../../domain/query/filter.ts'
import { searchedPaths } from '../../domain/table/indexed-path.ts'
import type { Table } from '../../domain/table/table.ts'
import { searchColumn } from './search-index.ts'
import type { TableStorage } from './table-storage.ts'

/** Columns of the full-text table that hold the fields which the table's rules search at this commit, in their order. */
export const searchedColumns = ({ table, storage }: { readonly table: Table; readonly storage: TableStorage }): readonly string[] => {
  const known = storage.search.map((path) => JSON.stringify(path))
  return searchedPaths(table).map((path) => searchColumn(known.indexOf(JSON.stringify(path))))
}

/** A search in the syntax of FTS5. It is made of words, which are letters and digits in quotes: nothing that a user types is syntax. */
export const searchExpression = (at: { readonly table: Table; readonly storage: TableStorage }, { all, none }: Search): string => {
  const wanted = all.map(phrase).join(' AND ')
  const excluded = none.length === 0 ? '' : ` NOT (${none.map(phrase).join(' OR ')})`
  return `{${searchedColumns(at).join(' ')}} : ((${wanted})${excluded})`
}

const phrase = ({ words, isPrefix }: SearchTerm): string => `"${words.join(' ')}"${isPrefix ? ' *' : ''}`
