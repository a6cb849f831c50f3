import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder extends Disposable {
  readonly path: string
}

/** A folder of its own, gone when disposed. */
export const temporaryFolder = (): TemporaryFolder => {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'ingitdb-test-')))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

const identity = ['-c', 'user.name=Foreign', '-c', 'user.email=foreign@example.org', '-c', 'commit.gpgsign=false', '-c', 'gc.auto=0']

/** Plain git, as somebody else would use it. */
export const runGit = (directory: string, ...args: readonly string[]): string =>
  execFileSync('git', [...identity, '-C', directory, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
