import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from './source-tree.ts'

/** The command line as it is installed: `npm test` builds it first. */
export const cliPath = join(projectRoot, 'dist/client/cli/main.js')

export interface CliRun {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliRunOptions {
  readonly stdin?: string | Uint8Array
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A folder of its own, outside of any repository, with a git that knows only Ada. Gone when it is disposed of. */
export interface CliFolder extends AsyncDisposable {
  readonly path: string
  run(args: readonly string[], options?: CliRunOptions): Promise<CliRun>
  /** Runs a command line of the shell, with `ingitdb` on it; `$INGITDB_SOURCE` is where this source tree lies. */
  shell(script: string): Promise<CliRun>
  /** Runs git in a folder below this one and returns what it prints; fails the test when git does. */
  git(folder: string, ...args: readonly string[]): string
}

export const openCliFolder = async (): Promise<CliFolder> => {
  const path = await mkdtemp(join(tmpdir(), 'ingitdb-cli-'))
  await writeFile(join(path, '.gitconfig'), '[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n')
  const env = { PATH: process.env.PATH ?? '', HOME: path, GIT_CONFIG_NOSYSTEM: '1', GIT_CEILING_DIRECTORIES: tmpdir(), TZ: 'UTC', LANG: 'C.UTF-8' }
  const start = (program: string, args: readonly string[], { stdin = '', cwd = path, env: extra = {} }: CliRunOptions = {}): Promise<CliRun> =>
    runChild(program, args, { stdin, cwd, env: { ...env, ...extra } })
  return {
    path,
    run: (args, options) => start(process.execPath, [cliPath, ...args], options),
    shell: (script) => start('bash', ['-c', `INGITDB_SOURCE="${projectRoot}"; ingitdb() { "${process.execPath}" "${cliPath}" "$@"; }\n${script}`]),
    git: (folder, ...args) => {
      const { status, stdout, stderr } = spawnSync('git', args, { cwd: join(path, folder), env, encoding: 'utf8' })
      if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
      return stdout
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

const runChild = (
  program: string,
  args: readonly string[],
  { stdin, cwd, env }: { readonly stdin: string | Uint8Array; readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<CliRun> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: 'pipe' })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }))
    child.stdin.on('error', () => undefined)
    child.stdin.end(stdin)
  })
