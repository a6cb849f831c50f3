import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Mailmap, parseMailmap } from '../../domain/event-sourcing/mailmap.ts'
import type { RefReader } from './read-ref.ts'
import type { Git } from './run-git.ts'

/** What a mailmap is made of must not fill the memory; git itself has no limit. */
const sizeBytesMax = 10 * 1024 * 1024

const headMailmap = 'HEAD:.mailmap'

/**
 * Keeps the mailmap of a repository: `.mailmap` at the top of HEAD's tree, then the blob that `mailmap.blob` names (in a bare repository instead,
 * as in git), then the file of `mailmap.file`. Read again when HEAD, the repository's configuration or that file changes; asking otherwise starts no process.
 */
export class MailmapReader {
  readonly #git: Git
  readonly #refs: RefReader
  #read: { readonly stamp: string; readonly file: string | undefined; readonly mailmap: Mailmap } | undefined

  constructor(git: Git, refs: RefReader) {
    this.#git = git
    this.#refs = refs
  }

  async read(): Promise<Mailmap> {
    const known = this.#read
    if (known !== undefined && (await this.#stamp(known.file)) === known.stamp) return known.mailmap
    const { blob, file } = await this.#readSettings()
    const stamp = await this.#stamp(file)
    const isBare = this.#git.location.workTree === undefined
    const blobs = isBare && blob !== undefined ? [blob] : [headMailmap, ...(blob === undefined ? [] : [blob])]
    const texts = [...(await this.#readBlobs(blobs)), ...(file === undefined ? [] : await readText(file))]
    const mailmap = parseMailmap(texts)
    this.#read = { stamp, file, mailmap }
    return mailmap
  }

  async #stamp(file: string | undefined): Promise<string> {
    const { commonDirectory, gitDirectory } = this.#git.location
    const branch = this.#refs.readCurrentBranch()
    const files = [
      join(commonDirectory, 'config'),
      ...(branch === undefined ? [join(gitDirectory, 'HEAD')] : []),
      ...(file === undefined ? [] : [file]),
    ]
    return [branch && this.#refs.readBranch(branch), ...(await Promise.all(files.map(stampOf)))].join(' ')
  }

  async #readSettings(): Promise<{ readonly blob: string | undefined; readonly file: string | undefined }> {
    const { stdout } = await this.#git.run(['config', '-z', '--type=path', '--get-regexp', '^mailmap\\.(file|blob)$'])
    // Later entries win, as in git: each is `name`, a line break, and the value.
    const settings = new Map(
      stdout
        .toString()
        .split('\0')
        .map((entry) => [entry.slice(0, entry.indexOf('\n')), entry.slice(entry.indexOf('\n') + 1)]),
    )
    const directory = this.#git.location.workTree ?? this.#git.location.gitDirectory
    const [blob, file] = [settings.get('mailmap.blob') || undefined, settings.get('mailmap.file') || undefined]
    return { blob: blob?.includes('\n') ? undefined : blob, file: file && resolve(directory, file) }
  }

  async #readBlobs(names: readonly string[]): Promise<readonly string[]> {
    const { stdout } = await this.#git.run(['cat-file', '--batch'], { input: names.map((name) => `${name}\n`).join('') })
    return parseBatch(stdout)
  }
}

/** Blobs in an answer of `git cat-file --batch`; names that lead to nothing, or to something else, are passed over. */
const parseBatch = (output: Buffer): readonly string[] => {
  const texts: string[] = []
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at)
    const [, type, size] = /^[0-9a-f]{40} (\w+) (\d+)$/.exec(output.toString('utf8', at, end)) ?? []
    at = end + 1
    if (size === undefined) continue
    if (type === 'blob' && Number(size) <= sizeBytesMax) texts.push(output.toString('utf8', at, at + Number(size)))
    at += Number(size) + 1
  }
  return texts
}

const readText = async (file: string): Promise<readonly string[]> => {
  try {
    const found = await stat(file)
    return found.isFile() && found.size <= sizeBytesMax ? [await readFile(file, 'utf8')] : []
  } catch {
    return [] // git shows names as they are, too, when it cannot read the file
  }
}

const stampOf = async (file: string): Promise<string> => {
  const found = await stat(file, { bigint: true }).catch(() => undefined)
  return found === undefined ? '-' : `${found.ino}:${found.size}:${found.mtimeNs}`
}
