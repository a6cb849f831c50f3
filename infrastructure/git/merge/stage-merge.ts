import type { RecordChange } from '../../../domain/event-sourcing/change.ts'
import type { MergeConflict, Sides } from '../../../domain/merge/conflict.ts'
import type { FileContent, MergeFile } from '../../../domain/merge/merge-file.ts'
import type { TreeMerge } from '../../../domain/merge/merge-ports.ts'
import { isSettledWhole, type Resolution, settleFile } from '../../../domain/merge/resolution.ts'
import { joinKey } from '../../../domain/record/record-key.ts'
import { ok, type Result } from '../../../domain/result.ts'
import { blobSizeBytesMax } from '../cat-file.ts'
import { relativePath } from '../database-path.ts'
import { diffTrees, type TreeDifference } from '../diff-trees.ts'
import { emptyTree } from '../inspect-files.ts'
import type { ObjectSource } from '../read-definitions.ts'
import type { Git } from '../run-git.ts'
import { isDefinition, stageChanges } from '../stage-changes.ts'
import type { StageContext } from '../stage-context.ts'
import { readBlob } from '../staged-tree.ts'
import type { TreeEntry } from '../tree-object.ts'
import type { TreeState } from '../tree-state.ts'
import { adaptFiles } from './adapt-files.ts'
import { filterRestored } from './filter-restored.ts'
import { followReshard } from './follow-reshard.ts'
import { createIdentifier, type Identify } from './identify-file.ts'
import { readTableVersions } from './merge-tables.ts'

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
  const { git, state } = context
  const base = merge.base ?? emptyTree
  const [ours, different] = await Promise.all([diffTrees(git, base, state.commit ?? emptyTree), diffTrees(git, base, merge.theirs)])
  const theirs = await filterRestored(context, merge, different)
  const merging: Merging = { context, merge, changed: { ours, theirs }, conflicts: [], added: [] }
  const original = context.catalogue
  const states = [original, merge.base, merge.theirs].filter((each) => each !== undefined)
  const identify = createIdentifier(context, states)
  // Definitions come first: records are read by the definition of their side, and written by the merged one.
  const definitions = [...theirs.keys()].filter((path) => definesTables(context, path))
  const isDefined = definitions.length > 0 || [...ours.keys()].some((path) => definesTables(context, path))
  await mergePaths(merging, definitions, identify)
  await readCatalogue(context)
  const findVersions = isDefined ? await readTableVersions(context, { ...merging, ours: original, merged: context.catalogue }) : () => undefined
  const identifyVersions: Identify = async (path) => {
    const content = await identify(path)
    return content.type === 'records' ? { ...content, versions: findVersions(content.table.id) } : content
  }
  const followed = await followReshard(context, merging.changed, findVersions)
  if (!followed.ok) return followed
  const moved: Merging = { ...merging, changed: followed.value }
  const done = new Set(definitions)
  const others = [...moved.changed.theirs.keys()].filter((path) => !done.has(path))
  await mergePaths(moved, others, identifyVersions)
  const adapted = isDefined ? await adaptFiles(context, moved.changed, identifyVersions) : ok(undefined)
  if (!adapted.ok) return adapted
  await placeAdded(moved)
  await findTwins(moved, identify)
  const settled = await stageRecords(context, merge.choices.resolutions)
  return settled.ok ? ok(merging.conflicts) : settled
}

interface Merging {
  readonly context: MergeContext
  readonly merge: TreeMerge
  /** What each side changed since the base, by path from the top. */
  readonly changed: Readonly<Record<'ours' | 'theirs', ReadonlyMap<string, TreeDifference>>>
  readonly conflicts: MergeConflict[]
  /** Paths that only theirs has. */
  readonly added: string[]
}

const mergePaths = async ({ context, merge, changed, conflicts, added }: Merging, paths: readonly string[], identify: Identify): Promise<void> => {
  for (const path of paths) {
    const [own, other] = [changed.ours.get(path), changed.theirs.get(path)]
    if (other === undefined || (own !== undefined && isSame(own.after, other.after))) continue
    if (own !== undefined) {
      const merged = await mergeBoth(context, { path, base: other.before, ours: own.after, theirs: other.after }, { merge, identify })
      conflicts.push(...merged.filter((each) => each.type !== 'field' || !isSettledWhole(merge.choices.resolutions, each)))
      continue
    }
    placeEntry(context, path, other.after)
    if (other.before === undefined) added.push(path)
  }
}

/** Whether a path, from the top, is part of what defines tables. */
const definesTables = ({ databasePath, catalogueCodec, catalogue }: MergeContext, path: string): boolean => {
  const file = relativePath(databasePath, path)
  return file !== undefined && (isDefinition(catalogueCodec, file) || catalogue.bases?.includes(file) === true)
}

const isSame = (a: TreeEntry | undefined, b: TreeEntry | undefined): boolean => a?.oid === b?.oid && a?.mode === b?.mode

interface MergedPath extends Sides<TreeEntry> {
  /** From the top of the tree. */
  readonly path: string
}

const mergeBoth = async (
  context: MergeContext,
  { path, ...entries }: MergedPath,
  { merge, identify }: { readonly merge: TreeMerge; readonly identify: Identify },
): Promise<readonly MergeConflict[]> => {
  const { tree, mergeFile } = context
  const file = relativePath(context.databasePath, path)
  const name = file ?? path
  const blobs = blobsOf(entries)
  const taken = settleFile(merge.choices.resolutions, name, blobs)
  if (taken !== undefined) {
    placeEntry(context, path, entries[taken])
    return []
  }
  const { base: before, ours: own, theirs: other } = entries
  if (before !== undefined && own !== undefined && other !== undefined && (before.oid === own.oid || before.oid === other.oid)) {
    // One side changed nothing but the mode.
    const mode = mergeModes(entries)
    if (isRegular(before) && isRegular(own) && isRegular(other) && mode !== undefined) {
      tree.place(path, { mode, oid: before.oid === own.oid ? other.oid : own.oid })
      return []
    }
  }
  const why = explainUnmergeable(entries)
  if (why !== undefined) return [{ type: 'file', file: name, why, blobs }]
  const [base, ours, theirs] = await Promise.all([entries.base, entries.ours, entries.theirs].map((entry) => readFile(context, entry)))
  if (base === null || ours === null || theirs === null)
    return [{ type: 'file', file: name, why: `it is larger than ${blobSizeBytesMax} bytes, and both sides changed it`, blobs }]
  const content: FileContent = file === undefined ? { type: 'other' } : await identify(file)
  const merged = mergeFile({ path: name, sides: { base, ours, theirs }, content }, merge.choices)
  tree.write(path, merged.bytes, mergeModes(entries))
  return merged.conflicts.map((conflict) => (conflict.type === 'file' ? { ...conflict, blobs } : conflict))
}

const blobsOf = ({ base, ours, theirs }: Sides<TreeEntry>): Sides<string> => ({ base: base?.oid, ours: ours?.oid, theirs: theirs?.oid })

const placeEntry = ({ tree }: MergeContext, path: string, entry: TreeEntry | undefined): void => {
  if (entry === undefined) tree.write(path, undefined)
  else tree.place(path, entry)
}

/** Links and submodules have no content that could be merged. */
const explainUnmergeable = (entries: Sides<TreeEntry>): string | undefined =>
  [entries.base, entries.ours, entries.theirs].every((entry) => entry === undefined || isRegular(entry))
    ? undefined
    : 'it is a link or a submodule, and both sides changed it'

const isRegular = ({ mode }: TreeEntry): boolean => mode.startsWith('100')

/** @returns null for a file that is too large */
const readFile = async ({ objects, blobs }: ObjectSource, entry: TreeEntry | undefined): Promise<Uint8Array | undefined | null> =>
  entry === undefined ? undefined : ((await readBlob(objects, blobs, entry.oid)) ?? null)

const mergeModes = ({ base, ours, theirs }: Sides<TreeEntry>): string | undefined =>
  ours?.mode === base?.mode || ours === undefined ? (theirs?.mode ?? ours?.mode) : ours.mode

/** Looks for files that take the place of a directory, or the other way round: git would let the one that comes last win. */
const placeAdded = async ({ context: { tree, state, databasePath }, merge, changed, conflicts, added }: Merging): Promise<void> => {
  const { resolutions } = merge.choices
  for (const path of added) {
    const parent = await tree.findBlockedParent(path)
    const isDirectory = (await state.find(path))?.mode === '40000' && (await tree.list(path)).some((file) => file.path.startsWith(`${path}/`))
    if (parent === undefined && !isDirectory) continue
    const file = relativePath(databasePath, path) ?? path
    const blobs = { base: undefined, ours: undefined, theirs: changed.theirs.get(path)?.after?.oid }
    const taken = settleFile(resolutions, file, blobs)
    if (taken === 'theirs') {
      if (parent !== undefined) tree.write(parent.path, undefined)
      else for (const below of await tree.list(path)) if (below.path !== path) tree.write(below.path, undefined)
      continue
    }
    tree.layer.files.delete(path)
    const why = parent === undefined ? 'ours has a directory at this path' : `ours has the file ${parent.path} where it needs a directory`
    if (taken === undefined) conflicts.push({ type: 'file', file, why, blobs })
  }
}

/** Looks for a record that each side inserted in a file of its own: one of them would be served and the other not. */
const findTwins = async ({ context: { tree, databasePath }, merge, changed, conflicts, added }: Merging, identify: Identify): Promise<void> => {
  const nameOf = async (path: string): Promise<string | undefined> => {
    const file = relativePath(databasePath, path)
    const content = file === undefined ? undefined : await identify(file)
    return content?.type === 'records' && content.key !== undefined ? `${content.table.id} ${joinKey(content.parent, content.key)}` : undefined
  }
  const own = new Map<string, string>()
  for (const [path, { before, after }] of added.length === 0 ? [] : changed.ours) {
    const name = before === undefined && after !== undefined ? await nameOf(path) : undefined
    if (name !== undefined) own.set(name, path)
  }
  for (const path of own.size === 0 ? [] : added) {
    const twin = own.get((await nameOf(path)) ?? '')
    if (twin === undefined || twin === path) continue
    const file = relativePath(databasePath, path) ?? path
    const blobs = { base: undefined, ours: changed.ours.get(twin)?.after?.oid, theirs: changed.theirs.get(path)?.after?.oid }
    const taken = settleFile(merge.choices.resolutions, file, blobs)
    if (taken === 'theirs') tree.write(twin, undefined)
    else tree.layer.files.delete(path)
    if (taken === undefined)
      conflicts.push({ type: 'file', file, why: `ours has the same record in ${relativePath(databasePath, twin) ?? twin}`, blobs })
  }
}

/** The catalogue after the merge, where definitions are among what was merged. */
const readCatalogue = async (context: MergeContext): Promise<void> => {
  const { tree, databasePath, catalogueCodec } = context
  const touched = [...tree.layer.files.keys()].filter((path) => definesTables(context, path))
  if (touched.length === 0) return
  const definitions = new Map(await context.definitions())
  for (const path of touched) {
    const file = relativePath(databasePath, path) ?? path
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
