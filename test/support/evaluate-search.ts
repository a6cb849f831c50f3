import { compareText } from '../../domain/query/compare-values.ts'
import { type KeyedRecord, valueAt } from '../../domain/query/evaluate-filter.ts'
import type { Search, SearchTerm } from '../../domain/query/filter.ts'
import { rankedWords, rarityOf, scoreOf, wordsOfField } from '../../domain/query/search.ts'
import { searchedPaths } from '../../domain/table/indexed-path.ts'
import type { Table } from '../../domain/table/table.ts'

/** Which records a search finds, best first, by looking at every word of each. */
export const evaluateSearch = <Found extends KeyedRecord>(table: Table, records: readonly Found[], search: Search): readonly Found[] => {
  const paths = searchedPaths(table)
  const read = records.map((record) => ({ record, fields: paths.map((path) => wordsOfField(valueAt(path, record.key, record.fields))) }))
  const wanted = rankedWords(search)
  const counts = read.map(({ fields }) =>
    wanted.map(({ word, isPrefix }) => fields.map((words) => words.filter((each) => (isPrefix ? each.startsWith(word) : each === word)).length)),
  )
  const rarity = wanted.map((_, index) => rarityOf(counts.filter((fields) => fields[index]?.some((count) => count > 0)).length, records.length))
  return read
    .map(({ record, fields }, index) => ({ record, fields, score: scoreOf(counts[index] ?? [], rarity) }))
    .filter(({ fields }) => search.all.every((term) => hasTerm(fields, term)) && !search.none.some((term) => hasTerm(fields, term)))
    .sort((a, b) => b.score - a.score || compareText(a.record.key, b.record.key))
    .map(({ record }) => record)
}

const hasTerm = (fields: readonly (readonly string[])[], { words, isPrefix }: SearchTerm): boolean =>
  fields.some((field) =>
    field.some((_, start) => words.every((word, index) => fits(field[start + index], word, isPrefix && index === words.length - 1))),
  )

const fits = (found: string | undefined, word: string, isPrefix: boolean): boolean => (isPrefix ? found?.startsWith(word) === true : found === word)
