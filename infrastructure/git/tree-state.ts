import type { CatFile } from './cat-file.ts'
import type { EditedFile, FileEdits } from './file-edits.ts'
import { readTree } from './list-tree.ts'
import { directoryMode, type TreeEntry } from './tree-object.ts'

type Directory = Map<string, TreeEntry>

const entriesMax = 500_000

/**
 * The tree of a branch's head, directory by directory as they are asked for, carried along as we commit: so an update of a known directory
 * needs no question to git. When the head is not ours, everything is asked again.
 */
export class TreeState {
  readonly #objects: CatFile
  readonly #directories = new Map<string, Promise<Directory>>()
  #commit: string | undefined
  #entries = 0

  constructor(objects: CatFile, commit: string | undefined) {
    this.#objects = objects
    this.#commit = commit
  }

  get commit(): string | undefined {
    return this.#commit
  }

  /** What the head has at a path; `undefined` when nothing. */
  async find(path: string): Promise<TreeEntry | undefined> {
    const [directory, name] = splitPath(path)
    return (await this.#directory(directory)).get(name)
  }

  /** Whether the head has this directory. */
  async hasDirectory(directory: string): Promise<boolean> {
    return directory === '' ? this.#commit !== undefined : (await this.find(directory))?.mode === directoryMode
  }

  /** Names in a directory of the head; empty when there is none. */
  list(directory: string): Promise<ReadonlyMap<string, TreeEntry>> {
    return this.#directory(directory)
  }

  /** The head is now this commit of ours, which did these edits on top of the one before. */
  async advance(commit: string, edits: readonly FileEdits[]): Promise<void> {
    this.#commit = commit
    if (this.#entries > entriesMax) this.#forget()
    for (const { removedDirectories, files } of edits) {
      for (const directory of removedDirectories) await this.#removeDirectory(directory)
      for (const [path, file] of files) await this.#setFile(path, file)
    }
  }

  #forget(): void {
    this.#directories.clear()
    this.#entries = 0
  }

  #directory(path: string): Promise<Directory> {
    const known = this.#directories.get(path)
    if (known !== undefined) return known
    const loading = this.#load(path)
    this.#directories.set(path, loading)
    loading.catch(() => this.#directories.delete(path))
    return loading
  }

  async #load(path: string): Promise<Directory> {
    const oid = await this.#treeId(path)
    const directory = oid === undefined ? new Map<string, TreeEntry>() : await readTree(this.#objects, oid)
    this.#entries += directory.size
    return directory
  }

  async #treeId(path: string): Promise<string | undefined> {
    if (path !== '') {
      const entry = await this.find(path)
      return entry?.mode === directoryMode && entry.oid !== '' ? entry.oid : undefined
    }
    return this.#commit === undefined ? undefined : (await this.#objects.read(`${this.#commit}^{tree}`))?.oid
  }

  async #setFile(path: string, file: EditedFile | null): Promise<void> {
    const [directory, name] = splitPath(path)
    const entries = await this.#directory(directory)
    if (file === null) {
      entries.delete(name)
      if (entries.size === 0 && directory !== '') await this.#removeDirectory(directory)
      return
    }
    entries.set(name, { mode: file.mode, oid: file.oid })
    await this.#addDirectory(directory)
  }

  /** Makes sure that every directory above a new file is listed; their ids are git's to know, so they stay empty: the entries here count. */
  async #addDirectory(directory: string): Promise<void> {
    if (directory === '') return
    const [parent, name] = splitPath(directory)
    const entries = await this.#directory(parent)
    if (entries.get(name)?.mode === directoryMode) return
    entries.set(name, { mode: directoryMode, oid: '' })
    await this.#addDirectory(parent)
  }

  async #removeDirectory(directory: string): Promise<void> {
    for (const path of this.#directories.keys()) if (path === directory || path.startsWith(`${directory}/`)) this.#directories.delete(path)
    const [parent, name] = splitPath(directory)
    const entries = await this.#directory(parent)
    entries.delete(name)
    if (entries.size === 0 && parent !== '') await this.#removeDirectory(parent)
  }
}

/** `a/b/c` → [`a/b`, `c`] */
export const splitPath = (path: string): readonly [string, string] => {
  const slash = path.lastIndexOf('/')
  return [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)]
}
