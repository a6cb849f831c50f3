import { lstatSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hasCode } from './read-ref.ts'

/** Says whether a file was touched since: changes with every write, replacement and removal. `-`: there is nothing. */
export const stampFile = (workTree: string, path: string): string => {
  const stat = lstatExisting(join(workTree, path))
  return stat === undefined ? '-' : `${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.mode}`
}

/** Whether the directories above a path are real directories or missing: git must not write through links, nor over files. */
export const hasPlainParents = (workTree: string, path: string): boolean => {
  const names = path.split('/').slice(0, -1)
  for (let depth = 1; depth <= names.length; depth++) {
    const stat = lstatExisting(join(workTree, ...names.slice(0, depth)))
    if (stat === undefined) return true
    if (!stat.isDirectory()) return false
  }
  return true
}

/** Removes a file and the directories that are empty then. @returns why it could not */
export const removeFile = (workTree: string, path: string): string | undefined => {
  try {
    rmSync(join(workTree, path), { force: true })
    for (let directory = dirname(path); directory !== '.'; directory = dirname(directory)) rmdirSync(join(workTree, directory))
    return undefined
  } catch (error) {
    if (hasCode(error, ['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EBUSY'])) return undefined
    if (hasCode(error, ['EACCES', 'EPERM', 'EROFS'])) return `${path} cannot be removed: ${String(error)}`
    throw error
  }
}

const lstatExisting = (file: string) => {
  try {
    return lstatSync(file, { bigint: true })
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'ENOTDIR'])) return undefined
    throw error
  }
}
