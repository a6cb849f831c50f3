import { DummyDriver, Kysely, type RawBuilder, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { SqlValue } from '../read-database.ts'

/** SQL text with the values that its `?` stand for, in order. */
export interface Piece {
  readonly text: string
  readonly parameters: readonly SqlValue[]
}

const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

/** Compiled once, used for every index range that a question is asked in. */
export const compilePiece = (expression: RawBuilder<unknown>): Piece => {
  const { sql: text, parameters } = expression.compile(compiler)
  return { text, parameters: parameters as readonly SqlValue[] }
}

export const noPiece: Piece = { text: '', parameters: [] }

/** Pieces after one another, with texts between them as they are. */
export const piece = (texts: TemplateStringsArray, ...values: readonly (Piece | string)[]): Piece => ({
  text: texts.reduce((text, next, index) => text + textOf(values[index - 1]) + next),
  parameters: values.flatMap((value) => (typeof value === 'string' ? [] : value.parameters)),
})

export const joinPieces = (pieces: readonly Piece[], separator: string): Piece => ({
  text: pieces.map(({ text }) => text).join(separator),
  parameters: pieces.flatMap(({ parameters }) => parameters),
})

const textOf = (value: Piece | string | undefined): string => (typeof value === 'object' ? value.text : (value ?? ''))
