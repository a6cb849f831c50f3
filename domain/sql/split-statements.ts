/** Quotes, comments and what is between them; two quotes in a row are two pieces, which changes nothing here. */
const piece = /'[^']*(?:'|$)|"[^"]*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|;|[^;'"`[\-/]+|[-/]/y

export interface SplitStatements {
  /** Each without the semicolon that ends it. */
  readonly statements: readonly string[]
  /** What follows the last semicolon; blank when that is nothing but blanks and comments that are closed. */
  readonly rest: string
}

/** Splits a text at the semicolons that stand in no quotes and no comment. */
export const splitSqlStatements = (text: string): SplitStatements => {
  const statements: string[] = []
  let start = 0
  let saysSomething = false
  piece.lastIndex = 0
  for (let found = piece.exec(text); found !== null && found[0] !== ''; found = piece.exec(text)) {
    const [token] = found
    if (token === ';') {
      if (saysSomething) statements.push(text.slice(start, found.index).trim())
      start = piece.lastIndex
      saysSomething = false
    } else if (!isIgnored(token)) saysSomething = true
  }
  return { statements, rest: saysSomething ? text.slice(start) : '' }
}

const isIgnored = (token: string): boolean =>
  token.trim() === '' || token.startsWith('--') || (token.startsWith('/*') && token.endsWith('*/') && token.length > 3)
