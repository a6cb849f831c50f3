import { Command, CommanderError } from 'commander'
import { commandList } from './command-list.ts'
import { UsageError } from './errors.ts'
import type { Io } from './io.ts'
import type { Local } from './local.ts'
import { addGlobalOptions } from './options.ts'
import { readVersion } from './read-version.ts'
import { type GlobalOptions, Session } from './session.ts'

/**
 * Runs one command line to its end.
 *
 * @param args words after the program's name
 * @returns the exit code; everything that went wrong has been said
 */
export const runProgram = async (args: readonly string[], io: Io, loadLocal: () => Promise<Local>): Promise<number> => {
  const session = new Session(io, loadLocal)
  if (args[0] === '__complete') {
    await (await import('./completion/complete.ts')).printCompletion(session, args.slice(1))
    return 0
  }
  if (args[0] === 'merge-driver') return (await import('./merge-driver.ts')).runMergeDriver(session, args.slice(1))
  try {
    try {
      await parseAndRun(session, args)
    } finally {
      await session.close()
    }
    return session.exitCode
  } catch (error) {
    const { reportError } = await import('./report-error.ts')
    return reportError(error, session)
  }
}

const parseAndRun = async (session: Session, args: readonly string[]): Promise<void> => {
  const output: string[] = []
  const program = createProgram(session, output)
  const [first, ...rest] = args
  try {
    if (first === undefined) program.outputHelp()
    else await program.parseAsync(first === 'help' ? [...rest, '--help'] : args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    session.options = readGlobalOptions(program)
    if (error.exitCode !== 0) throw new UsageError(sayUsage(error))
  }
  await session.io.out(output.join(''))
}

const createProgram = (session: Session, output: string[]): Command => {
  const program = new Command('ingitdb')
    .description('A database whose storage engine is a git repository.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.push(text), writeErr: () => undefined })
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .version(readVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'explain the command')
  addGlobalOptions(program)
  for (const { name, alias, summary, load } of commandList) {
    const command = program.command(name).description(summary)
    if (alias !== undefined) command.alias(alias)
    lazily.set(command, async () => (await load())(command, session))
  }
  return program
    .hook('preSubcommand', async (_program, command) => {
      session.command = command.name()
      await lazily.get(command)?.()
    })
    .hook('preAction', (_program, command) => {
      session.options = readGlobalOptions(program)
      const { paths = [], branches = [] } = session.options
      if ((paths.length > 1 || branches.length > 1) && !severalSources.has(session.command ?? ''))
        throw new UsageError(
          `only ${[...severalSources].join(', ').replace(/, (?=[^,]*$)/, ' and ')} take several ${paths.length > 1 ? 'databases' : 'branches'}: name one`,
        )
      const place = session.command ?? ''
      if (branches.length > 0 && checkedOut.has(place))
        throw new UsageError(`${place} works on the files that are checked out: switch to the branch first`)
      session.asksForPast = asksForPast.has(command.name()) || command.opts<{ readonly at?: string }>().at !== undefined
      if (session.options.remote !== undefined) checkRemote(session.command ?? '', session.options)
    })
}

/** Commands about the past, whatever their options: a clone needs all of it for them. */
const asksForPast: ReadonlySet<string> = new Set(['history', 'log', 'blame', 'diff', 'rebuild'])

const checkRemote = (command: string, { branches = [] }: GlobalOptions): void => {
  if (command === 'init' || command === 'setup') throw new UsageError(`${command} makes a database in a folder: --remote names one that there is`)
  if (command === 'branch' || command === 'tag')
    throw new UsageError(`--remote is read and written at one branch: ${command} needs a clone, which --path names`)
  if (branches.length > 1) throw new UsageError('--remote is read at one branch at a time: name one')
}

/** Commands that answer of several databases and branches at once. */
const severalSources: ReadonlySet<string> = new Set(['select', 'count', 'distinct', 'facets'])

/** Commands that write files where they are, whatever branch that is. */
const checkedOut: ReadonlySet<string> = new Set(['init', 'setup'])

const readGlobalOptions = (program: Command): GlobalOptions => {
  const { path: paths, branch: branches, ...rest } = program.opts<Omit<GlobalOptions, 'path' | 'branch' | 'paths' | 'branches'> & SourceOptions>()
  const [path, branch] = [paths?.[0], branches?.[0]]
  return {
    ...rest,
    ...(paths !== undefined && { paths: [...new Set(paths)] }),
    ...(branches !== undefined && { branches: [...new Set(branches)] }),
    ...(path !== undefined && { path }),
    ...(branch !== undefined && { branch }),
  }
}

interface SourceOptions {
  readonly path?: readonly string[]
  readonly branch?: readonly string[]
}

/** Arguments and options of a command are defined when it is run or its help is asked for, so that one command does not load the others. */
const lazily = new WeakMap<Command, () => Promise<void>>()

/** What is wrong, and on a line of its own what was probably meant. */
const sayUsage = ({ code, message }: CommanderError): string =>
  code === 'commander.help' ? 'no command is given' : message.replace(/^error: /, '').replace(/\n\(Did (you mean .*\?)\)$/, '\ndid $1')
