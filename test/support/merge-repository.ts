import { execFileSync, spawn } from 'node:child_process'
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { catalogueCodec } from '../../infrastructure/formats/definition/catalogue-codec.ts'
import { mergeWithMarkers } from '../../infrastructure/formats/merge/merge-with-markers.ts'
import { recordCodec } from '../../infrastructure/formats/record-codec.ts'
import { mergeDriverFiles } from '../../infrastructure/git/merge/merge-driver.ts'
import type { Files } from './random-merge.ts'
import { runGit } from './temporary-repository.ts'

/** Makes a branch whose last commit has exactly these files. @returns the commit's id */
export const commitAll = (
  directory: string,
  branch: string,
  { files, parents }: { readonly files: Files; readonly parents: readonly string[] },
): string => {
  const [from, ...merged] = parents
  const lines = [
    `reset refs/heads/${branch}\ncommit refs/heads/${branch}\ncommitter Foreign <foreign@example.org> 1700000000 +0000\ndata 7\nforeign\n`,
    from === undefined ? '' : `from ${from}\n`,
    ...merged.map((parent) => `merge ${parent}\n`),
    'deleteall\n',
    ...Object.entries(files).map(([path, text]) => `M 100644 inline "${path}"\ndata ${Buffer.byteLength(text)}\n${text}\n`),
  ]
  execFileSync('git', ['-C', directory, 'fast-import', '--quiet', '--force'], { input: lines.join(''), stdio: ['pipe', 'ignore', 'pipe'] })
  return runGit(directory, 'rev-parse', `refs/heads/${branch}`)
}

export interface GitRun {
  readonly code: number
  readonly output: string
}

/** Plain git, with a driver that answers meanwhile. */
export const startGit = (directory: string, ...args: readonly string[]): Promise<GitRun> =>
  new Promise((resolve, reject) => {
    const settings = ['-c', 'user.name=Foreign', '-c', 'user.email=foreign@example.org', '-c', 'core.editor=true', '-c', 'gc.auto=0']
    const child = spawn('git', [...settings, ...args], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 128, output }))
  })

export interface DriverServer extends Disposable {
  /** What the driver threw, if ever. */
  readonly errors: readonly unknown[]
}

/**
 * Registers the merge driver of a repository as it is, but for the process: starting one for each file would take most of the time of a test. The shell
 * hands the file names over through a pipe, and waits for the exit code in another.
 */
export const serveDriver = (directory: string): DriverServer => {
  const [request, answer] = ['request', 'answer'].map((name) => join(directory, '.git', name))
  if (request === undefined || answer === undefined) throw new Error('two pipes have two names')
  execFileSync('/bin/sh', ['-c', 'mkfifo "$0" "$1"', request, answer])
  const lines = `printf '%%s\\n' "$PWD" %O %A %B %P; env | grep ^GITHEAD_; echo .`
  runGit(directory, 'config', 'merge.ingitdb.driver', `{ ${lines}; } > '${request}'; read code < '${answer}'; exit $code`)
  const errors: unknown[] = []
  const out = openSync(answer, 'r+')
  const wake = openSync(request, 'r+')
  const input = createReadStream('', { fd: openSync(request, 'r+') })
  let text = ''
  input.on('data', (chunk) => {
    text += chunk.toString()
    if (!text.endsWith('\n.\n')) return
    const [cwd = '', base = '', ours = '', theirs = '', path = '', ...env] = text.slice(0, -3).split('\n')
    text = ''
    const ports = { catalogueCodec, recordCodec, merge: (file: Parameters<typeof mergeWithMarkers>[0]) => mergeWithMarkers(file, 7) }
    const environment = Object.fromEntries(env.map((line) => [line.split('=')[0] ?? '', '']))
    mergeDriverFiles({ base, ours, theirs, path }, { cwd, env: environment }, ports).then(
      ({ conflicts }) => writeSync(out, conflicts.length === 0 ? '0\n' : '1\n'),
      (error: unknown) => {
        errors.push(error)
        writeSync(out, '2\n')
      },
    )
  })
  return {
    errors,
    [Symbol.dispose]() {
      input.destroy()
      writeSync(wake, '\n')
      closeSync(wake)
      closeSync(out)
    },
  }
}
