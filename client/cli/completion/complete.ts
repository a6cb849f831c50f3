import { Command, type Option } from 'commander'
import { commandList } from '../command-list.ts'
import { addGlobalOptions } from '../options.ts'
import type { GlobalOptions, Session } from '../session.ts'
import { type Candidate, listValues, type ValueKind } from './list-values.ts'

/** What may stand where the last word is: candidates that start with it, or paths of the file system. */
type Completion = readonly Candidate[] | 'files' | 'dirs'

/** Prints what may come next, for the scripts of `completion/scripts.ts`. Whatever goes wrong, nothing is printed and nothing is said. */
export const printCompletion = async (session: Session, args: readonly string[]): Promise<void> => {
  try {
    const completion = await complete(session, args[0] === '--' ? args.slice(1) : args)
    if (typeof completion === 'string') await session.io.out(`:${completion}\n`)
    else await session.io.out(completion.map(({ value, description }) => `${value}${description === undefined ? '' : `\t${description}`}\n`).join(''))
  } catch {
    // A shell that asks while somebody types has no place for a message.
  }
  await session.close().catch(() => undefined)
}

/** @param args words after the program's name, up to the one that is being typed; a shell that splits at `=` gives that as a word of its own */
const complete = async (session: Session, args: readonly string[]): Promise<Completion> => {
  const words = args.map((word) => (word === '""' ? '' : word))
  const last = words.at(-1) ?? ''
  const current = last === '=' ? '' : last
  const before = words.slice(0, -1)
  if (last === '=' || before.at(-1) === '=') {
    const [name = ''] = (last === '=' ? before : before.slice(0, -1)).slice(-1)
    return completeOption(session, { before: before.filter((word) => word !== '='), name, typed: current, prefix: '' })
  }
  const known = before.filter((word) => word !== '=')
  const [, joined, typed = ''] = /^(--[\w-]+)=(.*)$/s.exec(current) ?? []
  if (joined !== undefined) return completeOption(session, { before: known, name: joined, typed, prefix: `${joined}=` })
  const line = await readLine(session, known)
  if (line.open !== undefined) return completeOption(session, { before: known, name: known.at(-1) ?? '', typed: current, prefix: '' })
  if (current.startsWith('-'))
    return line.options.filter(({ long }) => isWanted(long, current)).map(({ long, description }) => ({ value: long ?? '', description }))
  if (line.command === undefined) {
    const names = commandList.map(({ name, summary }) => ({ value: name, description: summary }))
    return startingWith(known.includes('help') ? names : [...names, { value: 'help', description: 'explain a command' }], current)
  }
  const { commands } = line.command
  if (commands.length > 0) {
    const inner = commands.map((command) => ({ value: command.name(), description: command.description() }))
    return startingWith(inner, current)
  }
  return completeArgument(session, line, current)
}

interface Line {
  readonly command: Command | undefined
  readonly options: readonly Option[]
  /** Values of the options given so far, by their long names. */
  readonly given: ReadonlyMap<string, string>
  /** Words that are neither options nor their values, without the command. */
  readonly positional: readonly string[]
  /** The option that waits for its value. */
  readonly open: Option | undefined
}

const readLine = async (session: Session, words: readonly string[]): Promise<Line> => {
  const program = addGlobalOptions(new Command())
  let command: Command | undefined
  let options: readonly Option[] = program.options
  const given = new Map<string, string>()
  const positional: string[] = []
  let open: Option | undefined
  for (const word of words) {
    const [, name = word, value] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? []
    if (open !== undefined) {
      given.set(open.long ?? '', word)
      open = undefined
    } else if (word.startsWith('-')) {
      const option = options.find(({ long, short }) => long === name || short === name)
      if (option !== undefined && value !== undefined) given.set(option.long ?? '', value)
      else if (option?.required === true) open = option
    } else if (command === undefined && word !== 'help') {
      command = await buildCommand(session, word)
      options = [...(command?.options ?? []), ...program.options]
    } else if (command !== undefined && command.commands.length > 0) {
      command = command.commands.find((inner) => inner.name() === word) ?? command
      options = [...command.options, ...program.options]
    } else if (command !== undefined) positional.push(word)
  }
  return { command, options, given, positional, open }
}

/** The command as its file defines it; nothing is run. */
const buildCommand = async (session: Session, name: string): Promise<Command | undefined> => {
  const entry = commandList.find((candidate) => candidate.name === name || candidate.alias === name)
  if (entry === undefined) return undefined
  const command = new Command(entry.name)
  const configure = await entry.load()
  configure(command, session)
  return command
}

const isWanted = (long: string | undefined | null, typed: string): boolean => long?.startsWith(typed) === true

const startingWith = (candidates: readonly Candidate[], typed: string): readonly Candidate[] =>
  candidates.filter(({ value }) => value.startsWith(typed))

interface OptionValue {
  readonly before: readonly string[]
  readonly name: string
  readonly typed: string
  /** What stands before the value in the same word. */
  readonly prefix: string
}

const completeOption = async (session: Session, { before, name, typed, prefix }: OptionValue): Promise<Completion> => {
  const line = await readLine(session, before)
  const option = line.options.find(({ long, short }) => long === name || short === name)
  if (option === undefined) return []
  const choices = option.argChoices?.map((value) => ({ value }))
  const found = choices ?? (await completeValue(session, line, { kind: kindOf(line, option.long ?? ''), typed }))
  return typeof found === 'string' ? found : startingWith(found, typed).map(({ value, ...rest }) => ({ value: `${prefix}${value}`, ...rest }))
}

/** `--from` is a table, except where a branch starts. */
const kindOf = ({ command }: Line, option: string): ValueKind | 'files' | 'dirs' | undefined =>
  option === '--from' && command?.name() === 'create' ? 'moment' : kindOfOption[option]

const kindOfOption: Readonly<Record<string, ValueKind | 'files' | 'dirs'>> = {
  '--path': 'dirs',
  '--schema': 'files',
  '--rules': 'files',
  '--into': 'table',
  '--from': 'table',
  '--table': 'table',
  '--collection': 'table',
  '--id': 'record',
  '--where': 'column',
  '--set': 'assignment',
  '--unset': 'columns',
  '--fields': 'columns',
  '--order-by': 'columns',
  '--key-column': 'column',
  '--branch': 'branch',
  '--base': 'moment',
  '--at': 'moment',
}

const completeArgument = async (session: Session, line: Line, typed: string): Promise<Completion> => {
  const { command, positional } = line
  const argument = command?.registeredArguments[positional.length] ?? command?.registeredArguments.find(({ variadic }) => variadic)
  if (argument === undefined) return []
  if (argument.argChoices !== undefined)
    return startingWith(
      argument.argChoices.map((value) => ({ value })),
      typed,
    )
  const found = await completeValue(session, line, { kind: kindOfArgument[argument.name()], typed })
  return typeof found === 'string' ? found : startingWith(found, typed)
}

const kindOfArgument: Readonly<Record<string, ValueKind | 'files' | 'dirs'>> = {
  dir: 'dirs',
  file: 'files',
  name: 'table',
  table: 'table',
  'table/key': 'record',
  branch: 'branch',
  tag: 'tag',
}

interface WantedValue {
  readonly kind: ValueKind | 'files' | 'dirs' | undefined
  readonly typed: string
}

const completeValue = async (session: Session, line: Line, { kind, typed }: WantedValue): Promise<Completion> => {
  if (kind === undefined) return []
  if (kind === 'files' || kind === 'dirs') return kind
  session.options = toGlobalOptions(line.given)
  const table = line.given.get('--from') ?? line.given.get('--into') ?? line.given.get('--id')?.split('/')[0]
  return listValues(session, { kind, table, typed })
}

const toGlobalOptions = (given: ReadonlyMap<string, string>): GlobalOptions => {
  const [path, branch] = [given.get('--path'), given.get('--branch')]
  return { quiet: true, ...(path !== undefined && { path }), ...(branch !== undefined && { branch }) }
}
