import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface CommandRun {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

interface CommandPlace {
  readonly cwd: string
  readonly stdin?: string
}

/** The command line as `npm run build` makes it; an absolute path. */
export const cliFile = fileURLToPath(new URL('../../cli/main.js', import.meta.url))

/** Runs the real `ingitdb` in a process of its own, which prints as on a terminal: tables instead of JSON. */
export const runIngitdb = (args: readonly string[], place: CommandPlace): CommandRun =>
  run([process.execPath, '--import', 'data:text/javascript,process.stdout.isTTY=true', cliFile, ...args], place, process.env)

/** Runs git without the settings of this machine, whose hooks and signatures have no business in a demo. */
export const runGit = (args: readonly string[], place: CommandPlace): CommandRun => {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))
  return run(['git', ...args], place, { ...Object.fromEntries(inherited), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' })
}

/** A command line in which words that a shell would change are quoted. */
export const formatCommand = (words: readonly string[]): string => words.map(quoteWord).join(' ')

const run = ([program = '', ...args]: readonly string[], { cwd, stdin = '' }: CommandPlace, env: NodeJS.ProcessEnv): CommandRun => {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, input: stdin, encoding: 'utf8' })
  if (error !== undefined) throw error
  return { status: status ?? 1, stdout, stderr }
}

const quoteWord = (word: string): string => {
  if (/^[\w./:,=@%+-]+$/.test(word)) return word
  return word.includes("'") ? `"${word.replaceAll(/["$`\\]/g, '\\$&')}"` : `'${word}'`
}
