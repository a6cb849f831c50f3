import { systemPrefix } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { readSqlTokens } from './read-sql-tokens.ts'
import { sqlFailure } from './sql-failure.ts'
import { sqlFunctions, sqlTableFunctions, wordsBeforeParenthesis } from './sql-functions.ts'
import { foldSqlName, isKeyword, isOperator, type SqlToken, toKeyword } from './sql-token.ts'

/** A place in a statement where a table is read. */
export interface SqlReference {
  /** As the statement names it, without quotes. */
  readonly name: string
  /** Of a system table, `ingitdb_diff('orders', 'v1', 'main')`: what stands in the parentheses; absent without them. */
  readonly arguments?: readonly string[]
  /** `AS OF 'v1'` */
  readonly asOf?: string
  /** The whole reference, up to its alias, which is not part of it. */
  readonly start: number
  readonly end: number
  /** It stands after IN, where no alias can be. */
  readonly hasAlias: boolean
}

/** One SELECT, and what it reads. */
export interface SqlQuery {
  readonly text: string
  readonly references: readonly SqlReference[]
  /** Names of parameters, `:country` as `country`, and positions, `?` as `1`. */
  readonly parameters: readonly string[]
}

/** Groups nested deeper than this are refused before SQLite's own parser would run out of stack. */
const depthMax = 100

/** Words that end a list of tables; without quotes none of them can be a name. */
const fromEnds = ['WHERE', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'UNION', 'INTERSECT', 'EXCEPT']
/** Words that may follow a table that has no alias. */
const afterTable = new Set([
  ...fromEnds,
  ...['ON', 'USING', 'JOIN', 'LEFT', 'RIGHT', 'FULL', 'INNER', 'CROSS', 'NATURAL', 'OUTER', 'WINDOW', 'INDEXED', 'NOT', 'SELECT', 'VALUES'],
])

/**
 * Reads a statement: which tables it reads, at which moments, and that it is one SELECT that calls nothing but functions that are known. What it does
 * not understand it refuses: SQLite is only ever given a statement all of whose tables have been found. Fails with `invalid-input`.
 */
export const readSqlQuery = (text: string): Result<SqlQuery> => {
  const tokens = readSqlTokens(text)
  if (!tokens.ok) return tokens
  const last = tokens.value.at(-1)
  const statement = isOperator(last, ';') ? tokens.value.slice(0, -1) : tokens.value
  const [first] = statement
  if (first === undefined) return fail(sqlFailure(text, 0, 'there is no statement'))
  if (!isKeyword(first, 'SELECT', 'WITH', 'VALUES'))
    return fail(sqlFailure(text, first.start, `only SELECT can be run, with WITH or VALUES; this starts with ${first.text}`))
  const reader = new QueryReader(text, statement)
  try {
    reader.readAll()
  } catch (error) {
    if (error instanceof Refusal) return fail(sqlFailure(text, error.at, error.message))
    throw error
  }
  return ok({ text, references: reader.references, parameters: [...new Set(reader.parameters)] })
}

/** Ends reading from any depth; never leaves this file. */
class Refusal extends Error {
  readonly at: number
  constructor(at: number, message: string) {
    super(message)
    this.at = at
  }
}

/** Names of WITH that can be read here, folded. */
type Scope = ReadonlySet<string>

class QueryReader {
  readonly references: SqlReference[] = []
  readonly parameters: string[] = []
  readonly #text: string
  readonly #tokens: readonly SqlToken[]
  #next = 0
  #depth = 0
  #positions = 0

  constructor(text: string, tokens: readonly SqlToken[]) {
    this.#text = text
    this.#tokens = tokens
  }

  readAll(): void {
    this.#readGroup(new Set(), false)
    const rest = this.#peek()
    if (rest !== undefined) throw new Refusal(rest.start, 'this parenthesis was never opened')
  }

  #peek(offset = 0): SqlToken | undefined {
    return this.#tokens[this.#next + offset]
  }

  /** Where the next token is, for what is said about it. */
  #at(): number {
    return this.#peek()?.start ?? this.#text.length
  }

  /** Everything up to the parenthesis that ends the group, which is left. @param isFrom  the group is a list of tables */
  #readGroup(outer: Scope, isFrom: boolean): void {
    if (this.#depth++ > depthMax) throw new Refusal(this.#at(), `parentheses are nested deeper than ${depthMax}`)
    const scope = isKeyword(this.#peek(), 'WITH') ? this.#readWith(outer) : outer
    let [inFrom, expectsTable] = [isFrom, isFrom]
    for (let token = this.#peek(); token !== undefined && !isOperator(token, ')'); token = this.#peek()) {
      if (isOperator(token, ';')) throw new Refusal(token.start, 'only one statement can be run at once')
      if (inFrom && expectsTable && isName(token)) {
        this.#readReference(scope, false)
        expectsTable = false
        continue
      }
      if (isOperator(token, '(')) {
        const isList = inFrom && expectsTable && !isKeyword(this.#peek(1), 'SELECT', 'WITH', 'VALUES')
        this.#readParenthesis(scope, isList)
        expectsTable = false
        continue
      }
      if (this.#startsFrom(token)) [inFrom, expectsTable] = [true, true]
      else if (inFrom && (isOperator(token, ',') || isKeyword(token, 'JOIN'))) expectsTable = true
      else if (isKeyword(token, ...fromEnds) || (inFrom && this.#startsWindow(token))) [inFrom, expectsTable] = [false, false]
      else if (isKeyword(token, 'SELECT', 'VALUES')) [inFrom, expectsTable] = [false, false]
      this.#readOther(token, scope)
    }
    this.#depth--
  }

  /** `IS DISTINCT FROM` compares; every other FROM starts a list of tables. */
  #startsFrom(token: SqlToken): boolean {
    return isKeyword(token, 'FROM') && !(isKeyword(this.#peek(-1), 'DISTINCT') && isKeyword(this.#peek(-2), 'IS', 'NOT'))
  }

  /** WINDOW can be an alias too, after which the list of tables would go on. */
  #startsWindow(token: SqlToken): boolean {
    if (!isKeyword(token, 'WINDOW')) return false
    if (isName(this.#peek(1)) && isKeyword(this.#peek(2), 'AS')) return true
    throw new Refusal(token.start, 'WINDOW as a name goes in double quotes')
  }

  #readOther(token: SqlToken, scope: Scope): void {
    this.#next++
    if (token.type === 'parameter') this.#readParameter(token)
    if (isKeyword(token, 'IN') && isName(this.#peek())) this.#readReference(scope, true)
    else if ((token.type === 'word' || token.type === 'quoted') && isOperator(this.#peek(), '(')) this.#checkCall(token)
  }

  #readParameter(token: SqlToken): void {
    if (token.text === '?') this.parameters.push(String(++this.#positions))
    else if (token.text.startsWith('?')) throw new Refusal(token.start, 'number no parameters: name them, :country')
    else this.parameters.push(token.text.slice(1))
  }

  /** A name before a parenthesis calls a function, except for keywords and for types, `CAST(x AS decimal(10, 2))`. */
  #checkCall(token: SqlToken): void {
    if (wordsBeforeParenthesis.has(toKeyword(token) ?? '')) return
    if (sqlFunctions.has(foldSqlName(token.value))) return
    if (isKeyword(this.#peek(-2), 'AS') && this.#peek(1)?.type === 'number') return
    throw new Refusal(token.start, `there is no function ${token.value}`)
  }

  #readParenthesis(scope: Scope, isList: boolean): void {
    const opening = this.#peek()
    this.#next++
    this.#readGroup(scope, isList)
    if (this.#peek() === undefined) throw new Refusal(opening?.start ?? 0, 'this parenthesis is never closed')
    this.#next++
  }

  /** All names of a WITH can be read in each of its parts and after it. */
  #readWith(outer: Scope): Scope {
    this.#next++
    if (isKeyword(this.#peek(), 'RECURSIVE') && isName(this.#peek(1)) && !isKeyword(this.#peek(1), 'AS')) this.#next++
    const scope = new Set(outer)
    const bodies: number[] = []
    do {
      const name = this.#peek()
      if (!isName(name)) throw new Refusal(this.#at(), 'WITH is followed by a name')
      scope.add(foldSqlName(name.value))
      this.#next++
      if (isOperator(this.#peek(), '(')) this.#skipParenthesis()
      while (isKeyword(this.#peek(), 'AS', 'NOT', 'MATERIALIZED')) this.#next++
      if (!isOperator(this.#peek(), '(')) throw new Refusal(this.#at(), `${name.text} is followed by AS (SELECT …)`)
      bodies.push(this.#next)
      this.#skipParenthesis()
    } while (isOperator(this.#peek(), ',') && this.#next++ >= 0)
    const end = this.#next
    for (const body of bodies) {
      this.#next = body
      this.#readParenthesis(scope, false)
    }
    this.#next = end
    if (!isKeyword(this.#peek(), 'SELECT', 'VALUES')) throw new Refusal(this.#at(), 'only reading can be done: WITH is followed by SELECT or VALUES')
    return scope
  }

  #skipParenthesis(): void {
    const opening = this.#peek()
    let open = 0
    do {
      const token = this.#peek()
      if (token === undefined) throw new Refusal(opening?.start ?? 0, 'this parenthesis is never closed')
      if (isOperator(token, '(')) open++
      if (isOperator(token, ')')) open--
      this.#next++
    } while (open > 0)
  }

  #readReference(scope: Scope, isAfterIn: boolean): void {
    const name = this.#peek()
    if (name === undefined) return
    this.#next++
    if (isOperator(this.#peek(), '.')) this.#refuseSchema(name)
    const isOurs = foldSqlName(name.value).startsWith(systemPrefix)
    const isCall = isOperator(this.#peek(), '(')
    if (isCall && !isOurs) {
      if (!sqlTableFunctions.has(foldSqlName(name.value))) throw new Refusal(name.start, `there is no table ${name.value}(…)`)
      this.#readParenthesis(scope, false)
      return
    }
    const args = isCall ? this.#readArguments() : undefined
    const asOf = this.#readAsOf()
    if (args === undefined && scope.has(foldSqlName(name.value))) {
      if (asOf !== undefined) throw new Refusal(name.start, `${name.value} is made by WITH: AS OF goes with the tables that it reads`)
      return
    }
    const end = this.#peek(-1)?.end ?? name.end
    this.references.push({
      name: name.value,
      ...(args !== undefined && { arguments: args }),
      ...(asOf !== undefined && { asOf }),
      ...{ start: name.start, end, hasAlias: isAfterIn || this.#hasAlias() },
    })
  }

  #refuseSchema(name: SqlToken): never {
    const whole = `${name.value}.${this.#peek(1)?.value ?? ''}`
    throw new Refusal(name.start, `a table is named by its id; one that holds a dot goes in double quotes, "${whole}"`)
  }

  #readArguments(): readonly string[] {
    const values: string[] = []
    do {
      this.#next++
      const value = this.#peek()
      if (value?.type !== 'string') throw new Refusal(this.#at(), "what a system table is asked for are texts in single quotes, 'orders'")
      values.push(value.value)
      this.#next++
    } while (isOperator(this.#peek(), ','))
    if (!isOperator(this.#peek(), ')')) throw new Refusal(this.#at(), 'here the parenthesis should be closed')
    this.#next++
    return values
  }

  /** `AS OF` without a text in single quotes is an alias, "of". */
  #readAsOf(): string | undefined {
    if (!isKeyword(this.#peek(), 'AS') || !isKeyword(this.#peek(1), 'OF') || this.#peek(2)?.type !== 'string') return undefined
    const moment = this.#peek(2)?.value
    this.#next += 3
    return moment
  }

  #hasAlias(): boolean {
    const token = this.#peek()
    return isKeyword(token, 'AS') || (isName(token) && !afterTable.has(toKeyword(token) ?? ''))
  }
}

/** SQLite takes a text in single quotes for a name where only a name can be. */
const isName = (token: SqlToken | undefined): token is SqlToken => token?.type === 'word' || token?.type === 'quoted' || token?.type === 'string'
