/** A piece of a statement, with its place in the text. What is between tokens, blanks and comments, is none. */
export interface SqlToken {
  readonly type: 'word' | 'quoted' | 'string' | 'number' | 'blob' | 'parameter' | 'operator'
  /** As it is written. */
  readonly text: string
  /** Of a word or something in quotes: what it names or says, without the quotes. */
  readonly value: string
  readonly start: number
  readonly end: number
}

/** A word without quotes in capitals, as keywords are written; SQLite folds ASCII alone, for which `\u017fELECT` is a name. */
export const toKeyword = (token: SqlToken | undefined): string | undefined =>
  token?.type === 'word' && /^[A-Za-z_]+$/.test(token.text) ? token.text.toUpperCase() : undefined

/** Whether a token is one of these keywords; a name in quotes is none. */
export const isKeyword = (token: SqlToken | undefined, ...keywords: readonly string[]): boolean => {
  const keyword = toKeyword(token)
  return keyword !== undefined && keywords.includes(keyword)
}

/** A name as SQLite compares it: capitals and small letters of ASCII are the same, all others are not. */
export const foldSqlName = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

export const isOperator = (token: SqlToken | undefined, text: string): boolean => token?.type === 'operator' && token.text === text
