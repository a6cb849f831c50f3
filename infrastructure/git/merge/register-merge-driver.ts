import { accessSync, constants, existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fail, ok, type Result } from '../../../domain/result.ts'
import { hasCode } from '../read-ref.ts'
import type { RepositoryLocation } from '../repository-location.ts'
import { Git } from '../run-git.ts'

/** How git is told to merge every file below a folder with our driver. */
const attribute = '* merge=ingitdb'
const attributesName = '.gitattributes'
const driverSetting = 'merge.ingitdb.driver'

/** The program as it can be started: node and a script. */
export interface Program {
  readonly node: string
  readonly script: string
  /** Where the shell looks for programs. */
  readonly searchPath: string | undefined
}

/**
 * Settings by which git merges as we do: the driver, and no detection of renames, since two similar record files are two records.
 * The driver's name is used where the shell finds this program by it, its place elsewhere. What it cannot do, because it is not there any more or
 * fails, git does by lines: exit codes over 1 say so.
 */
export const mergeSettings = ({ node, script, searchPath }: Program): ReadonlyMap<string, string> => {
  const isFound = findOnPath('ingitdb', searchPath) === realpathSync(script)
  const run = (options: string) => {
    const rest = `merge-driver ${options}--marker-size %L -- %O %A %B %P`
    const start = isFound ? `ingitdb ${rest}` : `if test -e ${quote(script)}; then ${quote(node)} ${quote(script)} ${rest}; else (exit 127); fi`
    return `${start}; code=$?; test $code -le 1 && exit $code; git merge-file -L ours -L base -L theirs --marker-size=%L %A %O %B || exit 1`
  }
  return new Map([
    ['merge.ingitdb.name', 'inGitDB: record by record, field by field'],
    [driverSetting, run('')],
    ['merge.ingitdb.recursive', 'ingitdb-ancestor'],
    ['merge.ingitdb-ancestor.name', 'inGitDB, for common ancestors of histories that crossed'],
    ['merge.ingitdb-ancestor.driver', run('--ancestor ')],
    ['merge.renames', 'false'],
  ])
}

/** For the shell, and for git, which reads `%` as the start of a name. */
const quote = (text: string): string => `'${text.replaceAll('%', '%%').replaceAll("'", `'\\''`)}'`

const findOnPath = (name: string, searchPath = ''): string | undefined => {
  for (const directory of searchPath.split(delimiter)) {
    const file = join(directory, name)
    if (directory !== '' && isExecutable(file)) return realpathSync(file)
  }
  return undefined
}

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Adds what a repository lacks so that git merges with our driver; nothing where all is there. @returns what was made, in words */
export const registerMergeDriver = async (
  location: RepositoryLocation,
  settings: ReadonlyMap<string, string>,
): Promise<Result<readonly string[]>> => {
  if (location.workTree === undefined) return ok([])
  const isNew = addAttribute(location.databaseDirectory)
  if (!isNew.ok) return isNew
  const git = new Git(location)
  const known = await readSettings(git)
  const missing = new Map([...settings].filter(([name, value]) => known.get(name) !== value))
  const written = await writeSettings(git, missing)
  if (!written.ok) return written
  return ok([...(isNew.value ? [attributesName] : []), ...(missing.size > 0 ? ['the merge driver of git'] : [])])
}

export const writeSettings = async (git: Git, settings: ReadonlyMap<string, string>): Promise<Result<void>> => {
  for (const [name, value] of settings) {
    const { code, stderr } = await git.run(['config', '--local', '--replace-all', '--', name, value])
    if (code !== 0) return fail({ kind: 'unavailable', what: 'git config', why: stderr.trim() })
  }
  return ok(undefined)
}

const readSettings = async (git: Git): Promise<ReadonlyMap<string, string>> => {
  const { stdout } = await git.run(['config', '--local', '-z', '--get-regexp', '^merge\\.'])
  const entries = stdout.toString().split('\0')
  return new Map(entries.map((entry) => [entry.slice(0, entry.indexOf('\n')), entry.slice(entry.indexOf('\n') + 1)]))
}

/** In front, so that what the file says of single files counts more. @returns whether it was not there */
const addAttribute = (directory: string): Result<boolean> => {
  const file = join(directory, attributesName)
  try {
    const text = existsSync(file) ? readFileSync(file, 'latin1') : ''
    if (hasAttribute(text)) return ok(false)
    const [mark = ''] = /^\xef\xbb\xbf/.exec(text) ?? []
    const end = /\r\n/.test(text) ? '\r\n' : '\n'
    writeFileSync(file, `${mark}${attribute}${end}${text.slice(mark.length)}`, 'latin1')
    return ok(true)
  } catch (error) {
    if (hasCode(error, ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EISDIR', 'ENOTDIR']))
      return fail({ kind: 'unavailable', what: file, why: String(error) })
    throw error
  }
}

const hasAttribute = (text: string): boolean => /^(\xef\xbb\xbf)?[ \t]*[^#\s]\S*[ \t](.*[ \t])?merge=ingitdb([ \t]|\r?$)/m.test(text)

/** `incomplete`: files name the driver, but git does not know it here, and merges them by lines: so it is in a fresh clone. */
export type MergeDriverState = 'registered' | 'incomplete' | 'unused'

export const readMergeDriver = async (location: RepositoryLocation): Promise<MergeDriverState> => {
  const places = [location.databaseDirectory, location.workTree].filter((place) => place !== undefined)
  const files = places.map((place) => join(place, attributesName)).filter((file) => existsSync(file))
  if (location.workTree === undefined || !files.some((file) => hasAttribute(readFileSync(file, 'latin1')))) return 'unused'
  const { code, stdout } = await new Git(location).run(['config', '--get', '--', driverSetting])
  const [, script] = /^if test -e '((?:[^']|'\\'')*)'/.exec(stdout.toString()) ?? []
  const isThere = script === undefined || existsSync(script.replaceAll(`'\\''`, "'").replaceAll('%%', '%'))
  return code === 0 && isThere ? 'registered' : 'incomplete'
}
