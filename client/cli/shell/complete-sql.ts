import { quoteSqlName, sqlFunctions, systemTables } from '../../../api/contract/sql-text.ts'

/** What the database has that a word can be. */
export interface SqlWords {
  listTables(): Promise<readonly string[]>
  /** None for a table that there is not. */
  listColumns(table: string): Promise<readonly string[]>
  /** Branches and tags. */
  listMoments(): Promise<readonly string[]>
}

export interface Completion {
  /** Each replaces the word. */
  readonly candidates: readonly string[]
  /** What has been typed of it, at the end of the text. */
  readonly word: string
}

const keywords =
  `SELECT FROM WHERE JOIN LEFT INNER CROSS ON USING GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET UNION ALL INTERSECT EXCEPT DISTINCT AS OF WITH RECURSIVE
  VALUES CASE WHEN THEN ELSE END AND OR NOT IN IS NULL LIKE GLOB BETWEEN EXISTS CAST OVER PARTITION`.split(/\s+/)

/** What may stand at a place in a statement that is being typed. @param typed  `before` that place, and `after` it */
export const completeSql = async (
  { before: text, after }: { readonly before: string; readonly after: string },
  words: SqlWords,
): Promise<Completion> => {
  const quoted = /'([^']*)$/.exec(oddQuotes(text, "'") ? text : '')
  if (quoted !== null) return completeText(text.slice(0, quoted.index), quoted[1] ?? '', words)
  const word = (oddQuotes(text, '"') ? /"[^"]*$/ : /[A-Za-z_$][\w$]*$/).exec(text)?.[0] ?? ''
  const before = text.slice(0, text.length - word.length)
  const owner = /("[^"]+"|[A-Za-z_][\w$]*)\.$/.exec(before)?.[1]
  if (owner !== undefined) return pick(word, (await columnsOf(text + after, owner, words)).map(nameInSql))
  if (expectsTable(before)) return pick(word, [...(await words.listTables()).map(nameInSql), ...systemTables.keys()])
  const columns = await Promise.all([...readTables(text + after).values()].map((table) => listColumns(table, words)))
  const others = word === '' || word.startsWith('"') ? [] : [...sqlFunctions.map((name) => `${name}(`), ...keywords.map(inCaseOf(word))]
  return pick(word, [...columns.flat().map(nameInSql), ...others])
}

/** In single quotes stands the table of a system table, a moment, or something that nobody can guess. */
const completeText = async (before: string, word: string, words: SqlWords): Promise<Completion> => {
  if (/\bingitdb_(?:history|blame|diff)\s*\(\s*$/i.test(before)) return pick(word, await words.listTables())
  if (/\bas\s+of\s*$|\bingitdb_diff\s*\(\s*'[^']*'\s*,(?:\s*'[^']*'\s*,)?\s*$/i.test(before)) return pick(word, await words.listMoments())
  return { candidates: [], word }
}

const oddQuotes = (text: string, quote: string): boolean => text.split(quote).length % 2 === 0

/** After FROM and JOIN, and after a comma in such a list. */
const expectsTable = (before: string): boolean => {
  if (/\b(?:from|join)\s+\(?\s*$/i.test(before)) return true
  const last = [...before.matchAll(/\b(?:select|from|join|where|on|using|group|order|having|limit|values)\b/gi)].at(-1)?.[0].toLowerCase()
  return last === 'from' && /,\s*$/.test(before)
}

/** Tables that a statement names, by alias and by name. */
const readTables = (text: string): ReadonlyMap<string, string> => {
  const found = text.matchAll(
    /(?:\b(?:from|join)\s+|,\s*)("[^"]+"|[A-Za-z_][\w$]*)(\s*\(\s*'([^']*)'[^)]*\))?(?:\s+as\s+of\s+'[^']*')?(?:\s+(?:as\s+)?([A-Za-z_][\w$]*))?/gi,
  )
  const tables = new Map<string, string>()
  for (const [, written = '', , , alias] of found) {
    const table = withoutQuotes(written)
    tables.set(table, table)
    if (alias !== undefined) tables.set(alias, table)
  }
  return tables
}

const columnsOf = async (text: string, owner: string, words: SqlWords): Promise<readonly string[]> =>
  listColumns(readTables(text).get(withoutQuotes(owner)) ?? withoutQuotes(owner), words)

const listColumns = async (table: string, words: SqlWords): Promise<readonly string[]> =>
  systemTables.get(table.toLowerCase()) ?? (await words.listColumns(table))

const withoutQuotes = (name: string): string => (name.startsWith('"') ? name.slice(1, -1) : name)

const nameInSql = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) && !keywords.includes(name.toUpperCase()) ? name : quoteSqlName(name))

const inCaseOf =
  (word: string) =>
  (keyword: string): string =>
    word === word.toLowerCase() ? keyword.toLowerCase() : keyword

/** Those that start as the word does, whatever its case and quotes, each once. */
const pick = (word: string, candidates: readonly string[]): Completion => {
  const typed = word.replace(/^"/, '').toLowerCase()
  const starting = candidates.filter((candidate) => candidate.replace(/^"/, '').toLowerCase().startsWith(typed))
  return { candidates: [...new Set(starting)].sort(), word }
}
