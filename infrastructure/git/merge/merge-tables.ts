import { findRenamedColumns } from '../../../domain/difference/find-renamed-columns.ts'
import { asJson, isJsonObject, type JsonObject } from '../../../domain/json.ts'
import type { Sides } from '../../../domain/merge/conflict.ts'
import type { TableVersions } from '../../../domain/merge/merge-file.ts'
import type { TreeMerge } from '../../../domain/merge/merge-ports.ts'
import { createTableFinder } from '../../../domain/table/find-table-of-path.ts'
import type { ColumnNames } from '../../../domain/table/rename-columns.ts'
import { type Catalogue, findTable, type Table } from '../../../domain/table/table.ts'
import { inDatabase } from '../database-path.ts'
import type { TreeDifference } from '../diff-trees.ts'
import { type ObjectSource, readDefinitions } from '../read-definitions.ts'
import type { Codecs } from '../stage-context.ts'
import { readBlob } from '../staged-tree.ts'

/** Files of a table that are looked at to see which columns only got another name. */
const filesMax = 500

type Differences = ReadonlyMap<string, TreeDifference>

export interface MergedDefinitions {
  readonly merge: TreeMerge
  readonly ours: Catalogue
  readonly merged: Catalogue
  /** What each side changed, by path from the top. */
  readonly changed: { readonly ours: Differences; readonly theirs: Differences }
}

/** Tables by id, in each state of a merge. */
export type FindVersions = (table: string) => TableVersions | undefined

/** Reads what tables were on each side, where a side changed definitions, and finds out which columns only got another name. */
export const readTableVersions = async (
  context: Codecs & ObjectSource & { readonly databasePath: string },
  { merge: { base, theirs }, ours, merged, changed }: MergedDefinitions,
): Promise<FindVersions> => {
  const read = async (commit: string | undefined): Promise<Catalogue | undefined> =>
    commit === undefined
      ? undefined
      : context.catalogueCodec.read(await readDefinitions(context, commit, { path: context.databasePath, codec: context.catalogueCodec }))
  const catalogues = { base: await read(base), ours, theirs: await read(theirs) }
  const found = new Map<string, TableVersions>()
  for (const table of merged.tables) {
    const versionOf = (side: keyof Sides<unknown>) => catalogues[side] && findTable(catalogues[side], table.id)
    const sides = { base: versionOf('base'), ours: versionOf('ours'), theirs: versionOf('theirs') }
    if ([sides.base, sides.ours, sides.theirs].every((version) => version?.fingerprint === table.fingerprint)) continue
    const renamed = {
      ours: await findRenames(context, { before: sides.base, after: sides.ours, other: sides.theirs }, changed.ours),
      theirs: await findRenames(context, { before: sides.base, after: sides.theirs, other: sides.ours }, changed.theirs),
    }
    found.set(table.id, { sides, merged: table, renamed })
  }
  return (id) => found.get(id)
}

interface SideOfTable {
  readonly before: Table | undefined
  readonly after: Table | undefined
  readonly other: Table | undefined
}

const findRenames = async (
  context: Codecs & ObjectSource & { readonly databasePath: string },
  { before, after, other }: SideOfTable,
  changed: Differences,
): Promise<ColumnNames> => {
  if (before === undefined || after === undefined) return {}
  const [gone, added] = [without(before, after), without(after, before)]
  const isInOther = (name: string): boolean => other?.columns.some((column) => column.name === name) === true
  if (other !== undefined) for (const name of gone.keys()) if (!isInOther(name)) gone.delete(name)
  // Both sides added it: records of the other have a value there already, which a renamed one would replace.
  for (const name of added.keys()) if (isInOther(name)) added.delete(name)
  if (gone.size === 0 || added.size === 0) return {}
  const updates = await readUpdates(context, { before, after }, changed)
  return Object.fromEntries(findRenamedColumns({ gone, added, updates }).map(({ from, to }) => [from, to]))
}

const without = (table: Table, other: Table): Map<string, JsonObject> =>
  new Map(
    table.columns.flatMap((column) => {
      const { name, ...settings } = column
      const described = asJson(settings)
      return other.columns.some((each) => each.name === name) || !isJsonObject(described) ? [] : [[name, described]]
    }),
  )

const readUpdates = async (
  { objects, blobs, recordCodec, databasePath }: Codecs & ObjectSource & { readonly databasePath: string },
  { before, after }: { readonly before: Table; readonly after: Table },
  changed: Differences,
): Promise<readonly { readonly before: JsonObject; readonly after: JsonObject }[]> => {
  const find = createTableFinder({ tables: [before], problems: [] }, recordCodec.excludes)
  const prefix = inDatabase(databasePath, '')
  const readFile = async (table: Table, oid: string, key: string | undefined) => {
    const bytes = await readBlob(objects, blobs, oid)
    return new Map(bytes === undefined ? [] : recordCodec.read(table, bytes, key).records.map((record) => [record.key, record.fields]))
  }
  const updates: { before: JsonObject; after: JsonObject }[] = []
  let files = 0
  for (const [path, difference] of changed) {
    const owner = path.startsWith(prefix) ? find(path.slice(prefix.length)) : undefined
    if (owner === undefined || difference.before === undefined || difference.after === undefined) continue
    if (++files > filesMax) break
    const [old, now] = [await readFile(before, difference.before.oid, owner.key), await readFile(after, difference.after.oid, owner.key)]
    for (const [key, fields] of old) {
      const next = now.get(key)
      if (next !== undefined) updates.push({ before: fields, after: next })
    }
  }
  return updates
}
