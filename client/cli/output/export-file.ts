import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type FileHandle, link, lstat, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { OperationFailed } from '../errors.ts'
import type { Io } from '../io.ts'

/** Takes a file in pieces. */
export interface ExportFile {
  /** All of it; nothing is left where the pieces end with an error. Resolves when it is on the disk. */
  write(pieces: AsyncIterable<string | Uint8Array>): Promise<void>
}

interface Place {
  /** As the user says it. */
  readonly name: string
  readonly force: boolean
}

/**
 * A file that is there whole or not at all: it is written beside its place, under a name with a dot, and then renamed. What is there already is replaced only with
 * `force`, through a link too; a device or a pipe is written to as it is. Git's own files are nobody's to replace.
 */
export const openExportFile = async (cwd: string, place: Place): Promise<ExportFile> => {
  const path = resolve(cwd, place.name)
  try {
    const found = await look(path)
    if (found === 'folder') throw codedError('EISDIR')
    if (found === 'device') return { write: (pieces) => explained(place.name, () => writeDevice(path, pieces)) }
    if (found === 'file' && !place.force) throw codedError('EEXIST')
    const target = found === 'file' ? await realpath(path) : join(await realpath(dirname(path)), basename(path))
    refuseGitFolder(target, place.name)
    return { write: (pieces) => explained(place.name, () => writeBeside(target, pieces, place.force)) }
  } catch (error) {
    throw explain(error, place.name)
  }
}

/** The standard output; the pieces are not asked for any more when its reader has gone. */
export const openStandardOutput = (io: Io): ExportFile => ({
  async write(pieces) {
    for await (const piece of pieces) {
      await io.out(piece)
      if (io.readerIsGone?.() === true) return
    }
  },
})

const look = async (path: string): Promise<'nothing' | 'file' | 'folder' | 'device'> => {
  try {
    // A link that leads nowhere is something, too.
    const found = await stat(path).catch(() => lstat(path))
    if (found.isDirectory()) return 'folder'
    return found.isFile() || found.isSymbolicLink() ? 'file' : 'device'
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'nothing'
    throw error
  }
}

const refuseGitFolder = (path: string, name: string): void => {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder))
    if (['HEAD', 'objects', 'refs'].every((part) => existsSync(join(folder, part))))
      throw new OperationFailed({ kind: 'unavailable', what: `file ${name}`, why: 'it would be among the files of git: choose another folder' })
}

const writeBeside = async (path: string, pieces: AsyncIterable<string | Uint8Array>, force: boolean): Promise<void> => {
  const beside = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`)
  const file = await open(beside, 'wx')
  try {
    try {
      await writePieces(file, pieces)
      await file.sync()
    } finally {
      await file.close()
    }
    await (force ? rename(beside, path) : moveToFreeName(beside, path))
  } finally {
    await rm(beside, { force: true })
  }
}

/** What has come to be there meanwhile stays; only a file system without hard links cannot tell in one step. */
const moveToFreeName = async (from: string, to: string): Promise<void> => {
  try {
    await link(from, to)
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || existsSync(to)) throw codedError('EEXIST')
    await rename(from, to)
  }
}

const writeDevice = async (path: string, pieces: AsyncIterable<string | Uint8Array>): Promise<void> => {
  const file = await open(path, 'w')
  try {
    await writePieces(file, pieces)
  } finally {
    await file.close()
  }
}

const bufferedMax = 256 * 1024

const writePieces = async (file: FileHandle, pieces: AsyncIterable<string | Uint8Array>): Promise<void> => {
  let held: Buffer[] = []
  let size = 0
  const flush = async (): Promise<void> => {
    // Unlike `write`, this goes on after a short write.
    await file.writeFile(Buffer.concat(held))
    held = []
    size = 0
  }
  for await (const piece of pieces) {
    const bytes = Buffer.from(piece)
    held.push(bytes)
    size += bytes.length
    if (size >= bufferedMax) await flush()
  }
  await flush()
}

const explained = async (name: string, work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    throw explain(error, name)
  }
}

const explain = (error: unknown, name: string): unknown => {
  const code = codeOf(error)
  if (code === 'EEXIST')
    return new OperationFailed({ kind: 'already-exists', what: 'file', id: name, why: `the file ${name} is there already: --force replaces it` })
  if (code === 'EISDIR')
    return new OperationFailed({ kind: 'invalid-input', issues: [{ rule: 'file', message: 'this is a folder, a file is needed', file: name }] })
  const why = code === undefined ? undefined : reasons.get(code)
  return why === undefined ? error : new OperationFailed({ kind: 'unavailable', what: `file ${name}`, why })
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such folder'],
  ['ENOTDIR', 'a part of its path is no folder'],
  ['EACCES', 'you may not write there'],
  ['EPERM', 'you may not write there'],
  ['EROFS', 'nothing can be written there'],
  ['ELOOP', 'the links on its path lead in a circle'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['ENOSPC', 'the disk is full; nothing is left of it'],
  ['EDQUOT', 'your part of the disk is full; nothing is left of it'],
  ['EFBIG', 'it would be larger than a file may be there; nothing is left of it'],
  ['EPIPE', 'its reader has gone'],
])

const codedError = (code: string): Error => Object.assign(new Error(code), { code })

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
