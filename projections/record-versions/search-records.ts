import type { RecordKey } from '../../domain/ids.ts'
import { compareText } from '../../domain/query/compare-values.ts'
import type { RecordQuery, Search } from '../../domain/query/filter.ts'
import { type RankedWord, rankedWords, rarityOf, scoreOf } from '../../domain/query/search.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { RecordRow } from '../snapshot.ts'
import { presentedText } from './record-json.ts'
import { searchedColumns } from './search-expression.ts'
import { countRecords, listMatches, type TableAt } from './select-records.ts'
import { visibleSources } from './visible-sources.ts'

/** Records that a search finds, best first, then by key. Cost: the versions that have its words, at any commit; only the page is read. */
export const searchRecords = (db: ReadDatabase, at: TableAt, query: RecordQuery & { readonly search: Search }): readonly RecordRow[] => {
  const matches = listMatches(db, at, query)
  if (matches.length === 0) return []
  const scores = scoreVersions(db, at, query.search)
  const ranked = matches
    .map((match) => ({ ...match, score: scores.get(match.changeNo) ?? 0 }))
    .sort((a, b) => b.score - a.score || compareText(a.key, b.key))
  const place = query.after === undefined ? 0 : ranked.findIndex(({ key }) => key === query.after) + 1
  if (query.after !== undefined && place === 0) return []
  const start = place + query.offset
  return readPage(db, ranked.slice(start, query.limit === undefined ? undefined : start + query.limit))
}

interface Match {
  readonly key: RecordKey
  readonly changeNo: number
}

const readPage = (db: ReadDatabase, page: readonly Match[]): readonly RecordRow[] => {
  const statement = db.sql<{ json: string; revision: string }>('select json, revision from changes where change_no = ?')
  return page.flatMap(({ key, changeNo }) => {
    const row = statement.get(changeNo)
    return row === undefined ? [] : [{ key, json: presentedText(key, row.json), revision: row.revision }]
  })
}

/** Score by change number of every record of the commit that has a word of the search. */
const scoreVersions = (db: ReadDatabase, at: TableAt, search: Search): ReadonlyMap<number, number> => {
  const total = countRecords(db, at, { where: undefined })
  const counts = rankedWords(search).map((word) => countWord(db, at, word))
  const rarity = counts.map((found) => rarityOf(found.size, total))
  const versions = new Set(counts.flatMap((found) => [...found.keys()]))
  return new Map(
    [...versions].map((changeNo) => [
      changeNo,
      scoreOf(
        counts.map((found) => found.get(changeNo) ?? []),
        rarity,
      ),
    ]),
  )
}

/** How often a word occurs in each field of the versions that hold at the commit, fields in the order of the table's `search`. */
const countWord = (db: ReadDatabase, at: TableAt, { word, isPrefix }: RankedWord): ReadonlyMap<number, readonly number[]> => {
  const { line, storage } = at
  const columns = searchedColumns(at)
  const found = new Map<number, number[]>()
  const range = isPrefix ? 'w.term >= ? and w.term < ?' : 'w.term = ?'
  // The last character there is ends every range of words that start alike.
  const words = isPrefix ? [word, `${word}\u{10ffff}`] : [word]
  for (const { condition, parameters } of visibleSources(line, storage.name)) {
    const rows = db
      .sql<{ changeNo: number; col: string; n: number }>(
        `select w.doc changeNo, w.col col, count(*) n from ${storage.name}_words w cross join ${storage.name} v on v.change_no = w.doc
         where ${range} and ${condition} group by w.doc, w.col`,
      )
      .all(...words, ...parameters)
    for (const { changeNo, col, n } of rows) {
      const field = columns.indexOf(col)
      if (field < 0) continue
      const fields = found.get(changeNo) ?? Array<number>(columns.length).fill(0)
      fields[field] = n
      found.set(changeNo, fields)
    }
  }
  return found
}
