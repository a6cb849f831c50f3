import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkClaim } from './claim.ts'
import type { DemoFolder } from './demo-folder.ts'
import { type CommandRun, formatCommand, runGit, runIngitdb } from './run-command.ts'
import type { Terminal } from './terminal.ts'

interface CommandOptions {
  /** Folder it is typed in; default: the database of the tour. */
  readonly cwd?: string
  /** Name of a file of the input folder, for the standard input. */
  readonly stdin?: string
  /** Exit code that it must have; default 0. */
  readonly status?: number
}

/** What a step of the tour has to work with. */
export interface Stage {
  readonly folder: DemoFolder
  readonly terminal: Terminal
  /** Shows an `ingitdb` command line, runs it, shows what it says, and checks its exit code. */
  ingitdb(args: readonly string[], options?: CommandOptions): CommandRun
  /** The same for git. */
  git(args: readonly string[]): CommandRun
  /** What git answers in the database of the tour, not shown. */
  readGit(...args: readonly string[]): string
  /** Checks a promise and shows that it held. */
  claim(what: string, values: { readonly actual: unknown; readonly expected: unknown }): void
}

export interface Step {
  readonly title: string
  run(stage: Stage): Promise<void>
}

export const openStage = (folder: DemoFolder, terminal: Terminal): Stage => {
  const show = (line: string, run: CommandRun, status: number): CommandRun => {
    terminal.output(run.stdout + run.stderr)
    if (run.status !== 0) terminal.exitCode(run.status)
    checkClaim(`the exit code of: ${line}`, { actual: run.status, expected: status })
    return run
  }
  return {
    folder,
    terminal,
    ingitdb: (args, { cwd = folder.world, stdin, status = 0 } = {}) => {
      const line = formatCommand(['ingitdb', ...args]) + (stdin === undefined ? '' : ` < ../input/${stdin}`)
      terminal.command(line)
      return show(line, runIngitdb(args, { cwd, ...(stdin !== undefined && { stdin: readFileSync(join(folder.input, stdin), 'utf8') }) }), status)
    },
    git: (args) => {
      const line = formatCommand(['git', ...args])
      terminal.command(line)
      return show(line, runGit(args, { cwd: folder.world }), 0)
    },
    readGit: (...args) => runGit(args, { cwd: folder.world }).stdout.trim(),
    claim: (what, values) => {
      checkClaim(what, values)
      terminal.held(what)
    },
  }
}
