/** What converting a database of an old layout does to its files. */
export interface LegacyPlan {
  readonly tables: readonly ConvertedTable[]
  /** Files to write, relative to the database; one that exists is replaced. */
  readonly written: ReadonlyMap<string, Uint8Array>
  /** Record files: old path → new one. Their bytes stay. */
  readonly moved: ReadonlyMap<string, string>
  /** Old definition files that are in the new ones as a whole. Nothing else is removed. */
  readonly removed: readonly string[]
  /** What is said in another way than before. */
  readonly notes: readonly LegacyNote[]
  /** What is not converted, and stays as it is. */
  readonly left: readonly LegacyNote[]
}

export interface ConvertedTable {
  readonly id: string
  /** The old file that defined it, and the new one. */
  readonly from: string
  readonly definition: string
  /** Files of records that belong to it, moved or not. */
  readonly files: number
}

export interface LegacyNote {
  readonly path: string
  /** One sentence that names what in the file is meant. */
  readonly why: string
}
