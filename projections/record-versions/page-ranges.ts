import { joinPieces, type Piece, piece } from './sql-piece.ts'

/** One order-by term, with what it is for the record that a page starts after. */
export interface TermAtRow {
  readonly term: Piece
  readonly descending: boolean
  /** SQL of the row's value, constant in its statement; not used when it is null. */
  readonly value: Piece
  readonly isNull: boolean
}

/**
 * What comes after a row, as ranges that an index on the terms serves, in their order: all records of one come before all records of the next. So a
 * page is read range by range, and costs the same at any depth. After (1, 2) by (a, b): `a = 1 and b > 2`, then `a > 1`.
 */
export const rangesAfter = (terms: readonly TermAtRow[]): readonly Piece[] =>
  terms
    .map((term, index) => beyond(term).map((test) => joinPieces([...terms.slice(0, index).map(sameAs), test], ' and ')))
    .reverse()
    .flat()

const sameAs = ({ term, value, isNull }: TermAtRow): Piece => (isNull ? piece`${term} is null` : piece`${term} = ${value}`)

/** Null sorts first ascending. `>= -9e999` is what an index can make of "not null". */
const beyond = ({ term, value, isNull, descending }: TermAtRow): readonly Piece[] => {
  if (descending) return isNull ? [] : [piece`${term} < ${value}`, piece`${term} is null`]
  return [isNull ? piece`${term} >= -9e999` : piece`${term} > ${value}`]
}
