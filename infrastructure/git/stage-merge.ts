import type { RecordChange } from '../../domain/event-sourcing/change.ts'
import type { MergeConflict, Side, Sides } from '../../domain/merge/conflict.ts'
import type { FileContent, MergeFile } from '../../domain/merge/merge-file.ts'
import type { TreeMerge } from '../../domain/merge/merge-ports.ts'
import { type Resolution, settleFile } from '../../domain/merge/resolution.ts'
import { ok, type Result } from '../../domain/result.ts'
import { createTableFinder, type TableFinder } from '../../domain/table/find-table-of-path.ts'
import { blobSizeBytesMax } from './cat-file.ts'
import { diffTrees } from './diff-trees.ts'
import { emptyTree } from './inspect-files.ts'
import { type ObjectSource, readDefinitions } from './read-definitions.ts'
import type { Git } from './run-git.ts'
import { inDatabase, isDefinition, stageChanges } from './stage-changes.ts'
import type { StageContext } from './stage-context.ts'
import { readBlob } from './staged-tree.ts'
import type { TreeEntry } from './tree-object.ts'
import type { TreeState } from './tree-state.ts'

/** What merging needs; edits go into `tree`, which stands at ours. */
export interface MergeContext extends StageContext, ObjectSource {
  readonly git: Git
  readonly mergeFile: MergeFile
  readonly state: TreeState
}

/**
 * Merges theirs into the tree: what only they changed is taken as it is, what both changed is merged by what it says. Records that were settled
 * are written last.
 * Cost: what both sides changed since the base, and the definitions when those are among it.
 */
export const stageMerge = async (context: MergeContext, merge: TreeMerge): Promise<Result<readonly MergeConflict[]>> => {
  const { git, state, tree } = context
  const base = merge.base ?? emptyTree
  const [ours, theirs] = await Promise.all([diffTrees(git, base, state.commit ?? emptyTree), diffTrees(git, base, merge.theirs)])
  const conflicts: MergeConflict[] = []
  const added: string[] = []
  const identify = createIdentifier(context, merge)
  for (const [path, difference] of theirs) {
    const own = ours.get(path)
    if (own === undefined) {
      if (difference.after === undefined) tree.write(path, undefined)
      else tree.place(path, difference.after)
      if (difference.before === undefined) added.push(path)
      continue
    }
    if (isSame(own.after, difference.after)) continue
    const merged = await mergeBoth(context, { path, base: difference.before, ours: own.after, theirs: difference.after }, { merge, identify })
    if (!merged.ok) return merged
    conflicts.push(...merged.value)
  }
  conflicts.push(...(await placeAdded(context, added, merge.choices.resolutions)))
  await readCatalogue(context)
  const settled = await stageRecords(context, merge.choices.resolutions)
  return settled.ok ? ok(conflicts) : settled
}

const isSame = (a: TreeEntry | undefined, b: TreeEntry | undefined): boolean => a?.oid === b?.oid && a?.mode === b?.mode

interface MergedPath extends Sides<TreeEntry> {
  /** From the top of the tree. */
  readonly path: string
}

type Identify = (path: string) => Promise<FileContent>

const mergeBoth = async (
  context: MergeContext,
  { path, ...entries }: MergedPath,
  { merge, identify }: { readonly merge: TreeMerge; readonly identify: Identify },
): Promise<Result<readonly MergeConflict[]>> => {
  const { tree, mergeFile } = context
  const file = relative(context.databasePath, path)
  const name = file ?? path
  const taken = settleFile(merge.choices.resolutions, name)
  if (taken !== undefined) return takeSide(context, { path, ...entries }, taken)
  const why = explainUnmergeable(entries)
  if (why !== undefined) return ok([{ type: 'file', file: name, why }])
  const [base, ours, theirs] = await Promise.all([entries.base, entries.ours, entries.theirs].map((entry) => readFile(context, entry)))
  if (base === null || ours === null || theirs === null)
    return ok([{ type: 'file', file: name, why: `it is larger than ${blobSizeBytesMax} bytes, and both sides changed it` }])
  const content: FileContent = file === undefined ? { type: 'other' } : await identify(file)
  const merged = mergeFile({ path: name, sides: { base, ours, theirs }, content }, merge.choices)
  if (!merged.ok) return merged
  tree.write(path, merged.value.bytes, mergeModes(entries))
  return ok(merged.value.conflicts)
}

const takeSide = ({ tree }: MergeContext, { path, ...entries }: MergedPath, side: Side): Result<readonly MergeConflict[]> => {
  const entry = entries[side]
  if (entry === undefined) tree.write(path, undefined)
  else tree.place(path, entry)
  return ok([])
}

/** Links and submodules have no content that could be merged. */
const explainUnmergeable = (entries: Sides<TreeEntry>): string | undefined =>
  [entries.base, entries.ours, entries.theirs].every((entry) => entry === undefined || entry.mode.startsWith('100'))
    ? undefined
    : 'it is a link or a submodule, and both sides changed it'

/** @returns null for a file that is too large */
const readFile = async ({ objects, blobs }: ObjectSource, entry: TreeEntry | undefined): Promise<Uint8Array | undefined | null> =>
  entry === undefined ? undefined : ((await readBlob(objects, blobs, entry.oid)) ?? null)

const mergeModes = ({ base, ours, theirs }: Sides<TreeEntry>): string | undefined =>
  ours?.mode === base?.mode || ours === undefined ? (theirs?.mode ?? ours?.mode) : ours.mode

/** Of a path in the database; `undefined` for one that lies elsewhere in the repository. */
const relative = (databasePath: string, path: string): string | undefined => {
  const prefix = inDatabase(databasePath, '')
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined
}

/** Says what a file is by our definitions, which a merge driver knows too; by those of the other commits where ours do not know it. */
const createIdentifier = (context: MergeContext, { base, theirs }: TreeMerge): Identify => {
  const { catalogueCodec, recordCodec, databasePath } = context
  const finders: Promise<TableFinder>[] = [Promise.resolve(createTableFinder(context.catalogue, recordCodec.excludes))]
  const others = [base, theirs].filter((commit) => commit !== undefined)
  const readFinder = async (commit: string): Promise<TableFinder> => {
    const definitions = await readDefinitions(context, commit, { path: databasePath, codec: catalogueCodec })
    return createTableFinder(catalogueCodec.read(definitions), recordCodec.excludes)
  }
  return async (path) => {
    if (isDefinition(catalogueCodec, path)) return { type: 'definition' }
    for (let index = 0; index <= others.length; index++) {
      finders[index] ??= readFinder(others[index - 1] ?? '')
      const found = (await finders[index])?.(path)
      if (found !== undefined) return { type: 'records', table: found.table, key: found.key, parent: found.parent }
    }
    return { type: 'other' }
  }
}

/** Looks for files that take the place of a directory, or the other way round: git would let the one that comes last win. */
const placeAdded = async (
  { tree, state, databasePath }: MergeContext,
  added: readonly string[],
  resolutions: readonly Resolution[],
): Promise<readonly MergeConflict[]> => {
  const conflicts: MergeConflict[] = []
  for (const path of added) {
    const parent = await tree.findBlockedParent(path)
    const isDirectory = (await state.find(path))?.mode === '40000' && (await tree.list(path)).some((file) => file.path.startsWith(`${path}/`))
    if (parent === undefined && !isDirectory) continue
    const file = relative(databasePath, path) ?? path
    const taken = settleFile(resolutions, file)
    if (taken === 'theirs') {
      if (parent !== undefined) tree.write(parent.path, undefined)
      else for (const below of await tree.list(path)) if (below.path !== path) tree.write(below.path, undefined)
      continue
    }
    tree.layer.files.delete(path)
    const why = parent === undefined ? 'ours has a directory at this path' : `ours has the file ${parent.path} where it needs a directory`
    if (taken === undefined) conflicts.push({ type: 'file', file, why })
  }
  return conflicts
}

/** The catalogue after the merge, where definitions are among what was merged. */
const readCatalogue = async (context: MergeContext): Promise<void> => {
  const { tree, databasePath, catalogueCodec } = context
  const touched = [...tree.layer.files.keys()].flatMap((path) => {
    const file = relative(databasePath, path)
    return file !== undefined && (isDefinition(catalogueCodec, file) || context.catalogue.bases?.includes(file)) ? [{ path, file }] : []
  })
  if (touched.length === 0) return
  const definitions = new Map(await context.definitions())
  for (const { path, file } of touched) {
    const entry = tree.layer.find(path)
    const read = await tree.read(path)
    if (!read.ok || read.value === undefined || entry === null || entry === undefined) definitions.delete(file)
    else definitions.set(file, { oid: entry.oid, bytes: read.value.bytes })
  }
  context.setDefinitions(definitions)
  context.catalogue = catalogueCodec.read(definitions)
}

/** Writes records as they were settled to be, over whatever the merge made of them. */
const stageRecords = async (context: MergeContext, resolutions: readonly Resolution[]): Promise<Result<unknown>> => {
  const last = new Map<string, RecordChange>()
  for (const each of resolutions) {
    if (each.type !== 'record') continue
    const { table, key, fields } = each
    last.set(
      `${table}/${key}`,
      fields === undefined ? { type: 'RecordDeleted', table, key, before: {} } : { type: 'RecordUpdated', table, key, before: fields, after: fields },
    )
  }
  const changes = [...last.values()].filter(({ table }) => context.catalogue.tables.some(({ id }) => id === table))
  return changes.length === 0 ? ok(undefined) : stageChanges(context, changes)
}
