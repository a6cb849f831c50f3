import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type JsonObject, stringifyJson } from '../../domain/json.ts'
import { parseJson } from '../../infrastructure/formats/json/parse-json.ts'
import { projectRoot } from '../support/source-tree.ts'

const folder = join(projectRoot, 'node_modules', '.cache', 'go-tools')

/** A program of the Go side, or why it cannot be had here. */
export type GoTool = { readonly path: string } | { readonly missing: string }

/** Installs the Go tools, once a process: the first time takes a quarter of a minute, and a second after that. */
const install = (): void => {
  mkdirSync(folder, { recursive: true })
  execFileSync('bash', [join(projectRoot, 'test/differential/install-go-tools.sh'), folder], { stdio: ['ignore', 'ignore', 'inherit'] })
}

let isInstalled = false

export const findGoTool = (name: 'go-libraries' | 'ingitdb'): GoTool => {
  if (!isInstalled) install()
  isInstalled = true
  const reason = join(folder, `${name}.missing`)
  return existsSync(reason) ? { missing: readFileSync(reason, 'utf8').trim() } : { path: join(folder, name) }
}

/** Suffix of the name of a suite whose tests are skipped, so that the report says why. */
export const whyMissing = (tool: GoTool): string => ('missing' in tool ? ` (skipped: ${tool.missing.split('\n', 1)[0]})` : '')

export interface GoLibraries extends AsyncDisposable {
  /** One request of `go-libraries/main.go`, answered in turn. */
  ask(request: JsonObject): Promise<JsonObject>
}

export const startGoLibraries = (tool: GoTool): GoLibraries => {
  if ('missing' in tool) throw new Error(tool.missing)
  const child = spawn(tool.path, [], { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting: ((line: string) => void)[] = []
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line))
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting.push((line) => {
          const answer = parseJson(line)
          if (answer.ok && typeof answer.value === 'object') resolve(answer.value as JsonObject)
          else reject(new Error(`the Go program answered ${line}`))
        })
        child.stdin.write(`${stringifyJson(request)}\n`)
      }),
    [Symbol.asyncDispose]: () => end(child),
  }
}

const end = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('close', () => resolve())
    child.stdin?.end()
  })
