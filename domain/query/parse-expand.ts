import { listReferences, type Reference } from '../record/references.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Catalogue, Table } from '../table/table.ts'
import { over } from './filter-limits.ts'
import { createCursor, cursorFailure, isAtEnd, readQuoted, refuse, type TextCursor, take, takeMatch } from './text-cursor.ts'

/** A foreign key to follow: from its own record to the one it names, or from a record to those that name it. */
export interface ExpandStep {
  /** How answers name it: the column, or `table(column)`. */
  readonly name: string
  readonly direction: 'forward' | 'backward'
  readonly reference: Reference
  /** Table of the records it leads to. */
  readonly target: Table
  readonly next: readonly ExpandStep[]
}

const limits = {
  levels: { what: 'expand', limit: 3, unit: 'levels' },
  paths: { what: 'expand', limit: 20, unit: 'paths' },
} as const

/**
 * Reads paths of foreign keys: `author`, `author.country`, `books(author)` (the records of table books whose column author refers here),
 * `books(author).publisher`. The column may be left out where a table has one foreign key to here only; a subcollection of the table has its own
 * name or its whole id, `contacts()` or `spaces/contacts()`. Steps that several paths share are one.
 *
 * @returns `invalid-input` for a text that is no path or names no foreign key, `limit-exceeded` for more than 20 paths or 3 levels
 */
export const parseExpand = (catalogue: Catalogue, table: Table, texts: readonly string[]): Result<readonly ExpandStep[]> => {
  const tooMany = over(limits.paths, texts.length)
  if (tooMany !== undefined) return fail(tooMany)
  let steps: readonly ExpandStep[] = []
  for (const text of texts) {
    const path = parsePath(catalogue, table, text)
    if (!path.ok) return path
    steps = mergePath(steps, path.value)
  }
  return ok(steps)
}

/** A piece between dots; `column` is what stands in parentheses behind it. */
interface Piece {
  readonly name: string
  readonly column: string | undefined
}

type Hop = Omit<ExpandStep, 'next'>

const parsePath = (catalogue: Catalogue, start: Table, text: string): Result<readonly Hop[]> => {
  const cursor = createCursor('expand', text)
  const pieces = readPieces(cursor)
  if (pieces === undefined) return fail(cursorFailure(cursor, 'author.country,books(author)'))
  const hops: Hop[] = []
  let table = start
  // A table's id may hold dots: pieces that are no foreign key belong to the id that ends in parentheses.
  let prefix = ''
  for (const { name, column } of pieces) {
    const found =
      column !== undefined ? findBackward(catalogue, table, { id: prefix + name, column }) : prefix === '' ? findForward(catalogue, table, name) : []
    const [hop] = found
    if (hop === undefined && column === undefined) {
      prefix += `${name}.`
      continue
    }
    if (hop === undefined || found.length > 1) return refusePath(catalogue, table, { text: prefix + name, found })
    hops.push(hop)
    table = hop.target
    prefix = ''
  }
  if (prefix !== '') return refusePath(catalogue, table, { text: prefix.slice(0, -1), found: [] })
  const tooDeep = over(limits.levels, hops.length)
  return tooDeep === undefined ? ok(hops) : fail(tooDeep)
}

const readPieces = (cursor: TextCursor): readonly Piece[] | undefined => {
  const pieces: Piece[] = []
  do {
    const name = readName(cursor)
    if (name === undefined) return undefined
    if (!take(cursor, '(')) pieces.push({ name, column: undefined })
    else if (take(cursor, ')')) pieces.push({ name, column: '' })
    else {
      const column = readName(cursor)
      if (column === undefined || !take(cursor, ')')) return refuse(cursor, 'the closing parenthesis')
      pieces.push({ name, column })
    }
  } while (take(cursor, '.'))
  return isAtEnd(cursor) ? pieces : refuse(cursor, 'a dot or the end')
}

const readName = (cursor: TextCursor): string | undefined =>
  take(cursor, '`') ? readQuoted(cursor, '`') : (takeMatch(cursor, /[^\s,.()`]+/y) ?? refuse(cursor, 'a foreign key column, or table(column)'))

const findForward = (catalogue: Catalogue, table: Table, name: string): readonly Hop[] =>
  (listReferences(catalogue).from.get(table.id) ?? []).flatMap((reference): readonly Hop[] =>
    reference.column.name === name && reference.target !== undefined ? [{ name, direction: 'forward', reference, target: reference.target }] : [],
  )

const findBackward = (catalogue: Catalogue, table: Table, { id, column }: { readonly id: string; readonly column: string }): readonly Hop[] => {
  const module = table.id.includes('.') ? `${table.id.slice(0, table.id.indexOf('.'))}.` : ''
  return backwardOf(catalogue, table).filter(
    ({ reference }) => [id, module + id, `${table.id}/${id}`].includes(reference.table.id) && (column === '' || column === reference.column.name),
  )
}

const backwardOf = (catalogue: Catalogue, table: Table): readonly Hop[] =>
  (listReferences(catalogue).to.get(table.id) ?? []).map((reference) => ({
    name: `${reference.table.id}(${reference.column.name})`,
    direction: 'backward',
    reference,
    target: reference.table,
  }))

const refusePath = (
  catalogue: Catalogue,
  table: Table,
  { text, found }: { readonly text: string; readonly found: readonly Hop[] },
): Result<never> => {
  const forward = (listReferences(catalogue).from.get(table.id) ?? []).filter(({ target }) => target !== undefined).map(({ column }) => column.name)
  const among = [...forward, ...backwardOf(catalogue, table).map(({ name }) => name)]
  const choice = found.length > 1 ? found.map(({ name }) => name) : among
  const what = found.length > 1 ? `"${text}()" can mean several foreign keys` : `"${text}" is no foreign key of or to ${table.id}`
  const message = `${what}: ${choice.length === 0 ? 'there are none' : `say ${choice.join(' or ')}`}`
  return fail({ kind: 'invalid-input', issues: [{ rule: 'expand', message, field: '/expand', value: text, mistyped: { name: text, among } }] })
}

const mergePath = (steps: readonly ExpandStep[], [first, ...rest]: readonly Hop[]): readonly ExpandStep[] => {
  if (first === undefined) return steps
  const known = steps.find(({ name }) => name === first.name)
  if (known === undefined) return [...steps, { ...first, next: mergePath([], rest) }]
  return steps.map((step) => (step === known ? { ...step, next: mergePath(step.next, rest) } : step))
}
