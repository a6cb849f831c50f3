import { ExportFailed } from '../../domain/export/export-failed.ts'
import type { RecordKey } from '../../domain/ids.ts'
import type { RecordQuery } from '../../domain/query/filter.ts'
import type { Result } from '../../domain/result.ts'
import type { Table } from '../../domain/table/table.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import type { OperationContext } from './operation-context.ts'
import { shapeRecords } from './shape-records.ts'

export interface PagedQuestion {
  readonly table: Table
  /** Without a limit. */
  readonly query: RecordQuery
  readonly fields: readonly string[] | undefined
}

/** Reads all records of a question in pages, as often as it is asked to. */
export interface PageReader {
  count(): Promise<Result<number>>
  /** Records as JSON texts, by key. Throws `ExportFailed` when it is called off, and when the commit is gone. */
  pages(): AsyncGenerator<readonly string[]>
}

const rowsMax = 1_000
/** A page of large records has fewer of them. */
const charactersMax = 4 * 2 ** 20

/**
 * Every page is of the commit of the snapshot. Where the read model was damaged, or has forgotten the commit, it is read again and the page asked for once more.
 */
export const createPageReader = (context: OperationContext, first: Snapshot, { table, query, fields }: PagedQuestion): PageReader => {
  let snapshot = first
  const ask = async <T>(question: () => Promise<Result<T>>): Promise<Result<T>> => {
    try {
      return await question()
    } catch (error) {
      const { commit, isWorkTree } = snapshot
      if (commit === undefined || isWorkTree === true || !(await context.database.recover(error))) throw error
      const again = await context.database.read({ at: commit })
      if (!again.ok) return again
      snapshot = again.value
      return question()
    }
  }
  return {
    count: () => ask(() => snapshot.countRecords(table.id, query.where)),
    async *pages() {
      let after: RecordKey | undefined
      for (let limit = 100; ; ) {
        if (context.signal?.aborted === true) throw new ExportFailed({ kind: 'unavailable', what: 'the export', why: 'it was interrupted' })
        const rows = await ask(() => snapshot.selectRecords(table.id, { ...query, limit, ...(after !== undefined && { after }) }))
        if (!rows.ok) throw new ExportFailed(rows.failure)
        const shaped = await shapeRecords(snapshot, { table, fields, expand: undefined, rows: rows.value })
        if (!shaped.ok) throw new ExportFailed(shaped.failure)
        if (rows.value.length > 0) yield shaped.value.rows.map(({ json }) => json)
        if (rows.value.length < limit) return
        after = rows.value.at(-1)?.key
        limit = nextLimit(rows.value)
      }
    },
  }
}

const nextLimit = (rows: readonly { readonly json: string }[]): number => {
  const characters = rows.reduce((sum, { json }) => sum + json.length, 0)
  return Math.max(1, Math.min(rowsMax, Math.floor((charactersMax * rows.length) / characters)))
}
