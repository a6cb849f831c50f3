import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute path of the folder with `package.json`. */
export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export const readSource = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')

/**
 * Paths of the project's own files, relative to its root, `/` separated, sorted: what git tracks and what it would track.
 * Test data is left out: it may look like anything.
 */
export const listSources = (...endings: readonly string[]): readonly string[] =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: projectRoot, encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '' && !/^test\/(golden|fixtures)\//.test(path) && existsSync(join(projectRoot, path)))
    .filter((path) => endings.length === 0 || endings.some((ending) => path.endsWith(ending)))
    .sort()
