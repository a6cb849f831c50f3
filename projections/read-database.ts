export type SqlValue = string | number | bigint | null | Uint8Array

/** One prepared statement. Rows come as objects by column name; `Row` is the caller's claim about its own SQL. */
export interface Statement<Row> {
  run(...parameters: readonly SqlValue[]): void
  get(...parameters: readonly SqlValue[]): Row | undefined
  all(...parameters: readonly SqlValue[]): Row[]
  iterate(...parameters: readonly SqlValue[]): IterableIterator<Row>
}

/** The SQLite file that projections write and read; `infrastructure/sqlite` implements it. Everything is synchronous. */
export interface ReadDatabase {
  /** Prepared once per text and kept. Integers come back as numbers, so only use it where values stay below 2^53. */
  sql<Row = unknown>(text: string): Statement<Row>
  /** Statements that are run once: DDL, pragmas, transaction control. */
  execute(text: string): void
  /** Starts a transaction that may write; false when another connection is writing. */
  tryBegin(): boolean
  commit(): void
  /** Takes back everything since `tryBegin`; does nothing outside a transaction. */
  rollback(): void
  /** Runs some reads on one state of the file, whatever others write meanwhile. */
  readConsistently<T>(work: () => T): T
  close(): void
}

/** The file is not a database or its pages contradict each other: throw it away and build it again from git. */
export class ReadModelDamaged extends Error {}

/** The read model cannot be used now, and building it again would not help: another process holds it, or its folder cannot be written to. */
export class ReadModelUnavailable extends Error {}

/** The file behind the connections is no longer the one at its place: another process has built it again. Open the read model anew. */
export class ReadModelReplaced extends Error {}
