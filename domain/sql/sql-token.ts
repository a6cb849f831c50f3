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

/** Whether a token is this keyword; a name in quotes is none. */
export const isKeyword = (token: SqlToken | undefined, ...keywords: readonly string[]): boolean =>
  token?.type === 'word' && keywords.includes(token.text.toUpperCase())

export const isOperator = (token: SqlToken | undefined, text: string): boolean => token?.type === 'operator' && token.text === text
