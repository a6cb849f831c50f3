import type { CommitId } from '../../domain/ids.ts'
import type { Git } from './run-git.ts'

/** A tree without files; git knows it without having it. */
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** The form of a patch must not depend on anybody's configuration: `git apply` has to take it. */
const patchArguments = ['-r', '-p', '--binary', '--full-index', '--unified=3', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames']
const prefixes = ['--src-prefix=a/', '--dst-prefix=b/']

export interface PatchQuestion {
  /** `undefined`: no files at all. */
  readonly from: CommitId | undefined
  readonly to: CommitId | undefined
  /** Directory that is looked at; empty for the whole repository. */
  readonly directory: string
  /** Which files, by their path relative to the directory. */
  isWanted(path: string): boolean
}

/** What makes the files of one commit those of another, as git's unified diff, with paths from the top of the repository. Throws when git fails. */
export const readPatch = async (git: Git, { from, to, directory, isWanted }: PatchQuestion): Promise<Buffer> => {
  const place = [from ?? emptyTree, to ?? emptyTree, '--', ...(directory === '' ? [] : [directory])]
  const run = async (args: readonly string[]): Promise<Buffer> => {
    const { code, stdout, stderr } = await git.run(['diff-tree', ...args, ...place])
    if (code !== 0) throw new Error(`git diff-tree exited with ${code}: ${stderr.trim()}`)
    return stdout
  }
  const names = (await run(['-r', '--name-only', '-z', '--no-renames'])).toString().split('\0').slice(0, -1)
  const prefix = directory === '' ? '' : `${directory}/`
  const wanted = names.map((name) => isWanted(name.slice(prefix.length)))
  if (!wanted.includes(true)) return Buffer.alloc(0)
  const patch = await run([...patchArguments, ...prefixes])
  if (!wanted.includes(false)) return patch
  const sections = splitPatch(patch)
  if (sections.length !== names.length) throw new Error(`git diff-tree named ${names.length} files and printed ${sections.length}`)
  return Buffer.concat(sections.filter((_, index) => wanted[index]))
}

const sectionStart = Buffer.from('diff --git ')

/** One piece for each file. Lines of hunks begin with a blank, a sign or `\`, and those of binary files hold no blanks: only headers begin so. */
const splitPatch = (patch: Buffer): readonly Buffer[] => {
  const starts: number[] = []
  for (let at = patch.indexOf(sectionStart); at >= 0; at = patch.indexOf(sectionStart, at + 1)) if (at === 0 || patch[at - 1] === 10) starts.push(at)
  return starts.map((start, index) => patch.subarray(start, starts[index + 1]))
}
