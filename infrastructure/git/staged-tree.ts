import { fail, ok, type Result } from '../../domain/result.ts'
import { type BlobCache, blobId } from './blob-cache.ts'
import { blobSizeBytesMax, type CatFile } from './cat-file.ts'
import { EditLayer } from './file-edits.ts'
import { type ListedFile, listTree } from './list-tree.ts'
import { checkPath } from './safe-path.ts'
import { directoryMode, linkMode, submoduleMode, type TreeEntry } from './tree-object.ts'
import type { TreeState } from './tree-state.ts'

export interface CurrentFile {
  readonly mode: string
  readonly bytes: Uint8Array
}

/** Files as they are after everything staged so far; an edit goes into the layer on top. Paths are from the top of the tree. */
export class StagedTree {
  readonly layer = new EditLayer()
  readonly #below: readonly EditLayer[]
  readonly #state: TreeState
  readonly #objects: CatFile
  readonly #blobs: BlobCache
  /** Paths written since `takeBytes`. */
  readonly #unsent = new Set<string>()
  #isSending = false

  /** @param below  layers staged before, newest first */
  constructor(source: { readonly state: TreeState; readonly objects: CatFile; readonly blobs: BlobCache }, below: readonly EditLayer[]) {
    this.#state = source.state
    this.#objects = source.objects
    this.#blobs = source.blobs
    this.#below = below
  }

  async exists(path: string): Promise<boolean> {
    const edited = this.#findEdit(path)
    return edited === undefined ? (await this.#state.find(path)) !== undefined : edited !== null
  }

  /** Names in a directory of the head; what was staged since is not among them. */
  listNames(directory: string): Promise<ReadonlyMap<string, TreeEntry>> {
    return this.#state.list(directory)
  }

  /** The file at a path, `undefined` when there is none; fails when something else than a file is there. */
  async read(path: string): Promise<Result<CurrentFile | undefined>> {
    const edited = this.#findEdit(path)
    if (edited === null) return ok(undefined)
    if (edited?.bytes !== undefined) return ok({ mode: edited.mode, bytes: edited.bytes })
    if (edited !== undefined && this.#isSending) return fail({ kind: 'invalid-input', issues: [sayShared(path)] })
    const entry = edited ?? (await this.#state.find(path))
    if (entry === undefined) return ok(undefined)
    const stranger = strangers[entry.mode]
    if (stranger !== undefined) return fail({ kind: 'unsupported', what: path, why: `there is a ${stranger} at this path` })
    const bytes = await readBlob(this.#objects, this.#blobs, entry.oid)
    if (bytes === undefined) return fail({ kind: 'unsupported', what: path, why: `the file is larger than ${blobSizeBytesMax} bytes` })
    return ok({ mode: entry.mode, bytes })
  }

  /** Every file below a directory, in no order. Cost: the directory's trees are read from git. */
  async list(directory: string): Promise<readonly ListedFile[]> {
    const { commit } = this.#state
    const found = commit === undefined ? [] : await listTree(this.#objects, commit, { directory })
    const paths = new Map(found.map((file) => [file.path, file]))
    for (const layer of [this.layer, ...this.#below])
      for (const [path, file] of layer.files) if (file !== null && isBelow(path, directory)) paths.set(path, { path, mode: file.mode, oid: file.oid })
    return [...paths.values()].flatMap((file) => {
      const edited = this.#findEdit(file.path)
      if (edited === null) return []
      return [edited === undefined ? file : { path: file.path, mode: edited.mode, oid: edited.oid }]
    })
  }

  /** The first of the directories above a path that is something else, a file above all, and what it is. */
  async findBlockedParent(path: string): Promise<{ readonly path: string; readonly what: string } | undefined> {
    const names = path.split('/')
    for (let depth = 1; depth < names.length; depth++) {
      const parent = names.slice(0, depth).join('/')
      const edited = this.#findEdit(parent)
      const entry = edited === undefined ? await this.#state.find(parent) : (edited ?? undefined)
      if (entry !== undefined && entry.mode !== directoryMode) return { path: parent, what: strangers[entry.mode] ?? 'file' }
    }
    return undefined
  }

  /** @param bytes  `undefined` removes the file */
  write(path: string, bytes: Uint8Array | undefined, mode = '100644'): string | undefined {
    checkPath(path)
    if (bytes === undefined) {
      this.layer.files.set(path, null)
      return undefined
    }
    const oid = blobId(bytes)
    this.#unsent.add(path)
    this.layer.files.set(path, { mode, oid, bytes })
    return oid
  }

  /** Content of the files written since the last time, for a store that keeps it from now on: here only its id stays. */
  takeBytes(): readonly Uint8Array[] {
    const taken: Uint8Array[] = []
    this.#isSending = true
    for (const path of this.#unsent) {
      const file = this.layer.files.get(path)
      if (file?.bytes === undefined) continue
      taken.push(file.bytes)
      this.layer.files.set(path, { mode: file.mode, oid: file.oid, bytes: undefined })
    }
    this.#unsent.clear()
    return taken
  }

  /** Lets a file stand at another path as it is: its blob is not read. */
  place(path: string, { mode, oid }: TreeEntry): void {
    checkPath(path)
    this.layer.files.set(path, { mode, oid, bytes: undefined })
  }

  #findEdit(path: string) {
    for (const layer of [this.layer, ...this.#below]) {
      const edited = layer.find(path)
      if (edited !== undefined) return edited
    }
    return undefined
  }
}

/** Where the content of files is not kept: two records would be written to one file. */
const sayShared = (path: string) => ({ rule: 'file-name', message: `another record that is written with this one has the same file, ${path}` })

const isBelow = (path: string, directory: string): boolean => directory === '' || path.startsWith(`${directory}/`)

const strangers: Readonly<Record<string, string>> = { [directoryMode]: 'directory', [linkMode]: 'symbolic link', [submoduleMode]: 'submodule' }

/** Content of a file; `undefined` when it is over 10 MiB. Throws when the blob is missing: the repository is damaged. */
export const readBlob = async (objects: CatFile, blobs: BlobCache, oid: string): Promise<Uint8Array | undefined> => {
  const known = blobs.get(oid)
  if (known !== undefined) return known
  const object = await objects.read(oid)
  if (object === undefined) throw new Error(`blob ${oid} is missing from the repository`)
  if (object.sizeBytes > blobSizeBytesMax) return undefined
  blobs.set(oid, object.bytes)
  return object.bytes
}
