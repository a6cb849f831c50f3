import type { TreeEntry } from './tree-object.ts'

/** A file as one of our commits leaves it. */
export interface EditedFile extends TreeEntry {
  /** `undefined`: git has the blob already, the file only moves. */
  readonly bytes: Uint8Array | undefined
}

/** What a commit of ours does to the tree: paths are from the top of the tree. */
export interface FileEdits {
  /** Directories that go with everything in them; applied before `files`. */
  readonly removedDirectories: ReadonlySet<string>
  /** path → new content, or null where the file goes. */
  readonly files: ReadonlyMap<string, EditedFile | null>
}

/** Edits laid over one another, in the making. */
export class EditLayer implements FileEdits {
  readonly removedDirectories = new Set<string>()
  readonly files = new Map<string, EditedFile | null>()

  /** What these edits say about a path: the file, null (gone), or `undefined` (untouched). */
  find(path: string): EditedFile | null | undefined {
    const file = this.files.get(path)
    if (file !== undefined) return file
    return this.removedDirectories.size > 0 && this.#isRemoved(path) ? null : undefined
  }

  removeDirectory(directory: string): void {
    for (const path of this.files.keys()) if (path.startsWith(`${directory}/`)) this.files.delete(path)
    this.removedDirectories.add(directory)
  }

  add(edits: FileEdits): void {
    for (const directory of edits.removedDirectories) this.removeDirectory(directory)
    for (const [path, file] of edits.files) this.files.set(path, file)
  }

  #isRemoved(path: string): boolean {
    for (const directory of this.removedDirectories) if (path.startsWith(`${directory}/`)) return true
    return false
  }
}
