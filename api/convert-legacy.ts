import type { LegacyPlan } from '../domain/legacy/legacy-plan.ts'
import { ok, type Result } from '../domain/result.ts'

/** A folder of an old layout, as the wiring can look at it and write to it. */
export interface LegacyFolder {
  /** Files that git has or could have, relative to the database, sorted; hidden ones too. */
  listFiles(): Promise<readonly string[]>
  readFile(path: string): Uint8Array
  plan(files: { readonly paths: readonly string[]; read(path: string): Uint8Array }): Result<LegacyPlan>
  /** Moves, writes and removes files, in one commit. */
  commit(files: {
    readonly written: ReadonlyMap<string, Uint8Array>
    readonly present: readonly string[]
    readonly moved: ReadonlyMap<string, string>
    readonly removed: readonly string[]
    readonly message: string
  }): Promise<Result<string>>
}

/** What is to be done with a database of an old layout, and the way to do it. */
export interface Conversion {
  readonly plan: LegacyPlan
  /** Makes the commit; none when there is nothing to convert. */
  apply(): Promise<Result<{ readonly commit?: string }>>
}

/**
 * Works out how the files of a folder become a database of today. Writes nothing before `apply`.
 * @returns `invalid-input` when nothing in the folder is of an old layout; of `apply`, `uncommitted-changes` for files that take part
 */
export const convertLegacy = async (folder: LegacyFolder): Promise<Result<Conversion>> => {
  const planned = folder.plan({ paths: await folder.listFiles(), read: folder.readFile })
  if (!planned.ok) return planned
  const plan = planned.value
  const { tables, written, moved, removed } = plan
  return ok({
    plan,
    apply: async () => {
      if (tables.length === 0 && removed.length === 0) return ok({})
      const message = `convert ${tables.length === 1 ? `table ${tables[0]?.id}` : `${tables.length} tables`} from an old layout`
      const commit = await folder.commit({ written, moved, removed, present: [], message })
      return commit.ok ? ok({ commit: commit.value }) : commit
    },
  })
}
