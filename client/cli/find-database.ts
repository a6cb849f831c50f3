import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Result } from '../../api/contract/result.ts'

/**
 * The database's folder: the one given, else the nearest folder from `cwd` upwards that holds `.ingitdb`, or that is a git repository
 * (with a work tree or bare); a repository without `.ingitdb` is an empty database.
 */
export const findDatabase = (cwd: string, path: string | undefined): Result<string> => {
  if (path !== undefined) return { ok: true, value: resolve(cwd, path) }
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (isDatabase(folder)) return { ok: true, value: folder }
    if (dirname(folder) === folder) {
      const why = `there is no database in ${cwd}, nor in a folder above it`
      return { ok: false, failure: { kind: 'not-found', what: 'database', id: cwd, why } }
    }
  }
}

const isDatabase = (folder: string): boolean => {
  const has = (name: string): boolean => existsSync(join(folder, name))
  return has('.ingitdb') || has('.git') || (has('HEAD') && has('objects') && has('refs'))
}
