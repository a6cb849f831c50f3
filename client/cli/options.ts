import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseRecordAddress, parseTableAddress, type RecordAddress, type TableAddress } from '../../api/contract/address.ts'
import { UsageError } from './errors.ts'

export const formatNames = ['json', 'jsonl', 'yaml', 'csv', 'tsv', 'md', 'toml', 'ingr'] as const
export type Format = (typeof formatNames)[number]

export interface ReadOptions {
  readonly at?: string
}

export interface FilterOptions {
  readonly where?: readonly string[]
}

export interface WriteOptions {
  readonly dryRun?: boolean
  readonly force?: boolean
  readonly message?: string
  readonly requestId?: string
}

/** Options of every command. */
export const addGlobalOptions = (program: Command): Command =>
  program
    .option('--path <dir>', 'folder of the database (default: the current folder, searched upwards); queries take several', collect)
    .option('--branch <name>', 'branch to read or write (default: the one checked out); queries take several', collect)
    .option('--remote <repo>', 'a repository somewhere else instead of --path: github.com/owner/repo[@ref], https, ssh or file')
    .option('--token <token>', 'token for the remote (default: GITHUB_TOKEN and the like, by its host)')
    .option('--provider <name>', 'what serves the remote, when its host does not say: github, gitlab or bitbucket')
    .option('--refresh', 'ask the remote again although that was done minutes ago')
    .option('--json', 'errors as JSON on the error stream, answers as JSON')
    .option('--quiet', 'no messages besides errors')
    .option('--no-color', 'no colours')

export const addFormatOption = (command: Command): Command =>
  command.addOption(createFormatOption('--format <format>', 'form of the answer', formatNames))

/** An option whose value is one of several formats; what a format is called elsewhere, as `yml` for `yaml`, is the same value. */
export const createFormatOption = (flags: string, description: string, formats: readonly string[]): Option =>
  new Option(flags, description).choices(formats).argParser((text) => {
    const format = formats.includes(text) ? text : otherNames.get(text)
    if (format === undefined || !formats.includes(format)) throw new InvalidArgumentError(`Allowed choices are ${formats.join(', ')}.`)
    return format
  })

const otherNames: ReadonlyMap<string, string> = new Map([
  ['yml', 'yaml'],
  ['markdown', 'md'],
  ['md', 'markdown'],
])

export const addReadOptions = (command: Command): Command =>
  command.option('--at <moment>', 'as it was at a commit, branch, tag or time (2026-01-31T12:00:00Z), or "worktree": the files as they are')

export const addFilterOption = (command: Command): Command =>
  command.option('-w, --where <condition>', "which records: age>30, name=='Ada' or {age: {$gt: 30}}; repeat it, and all must hold", collect)

export const addPageOptions = (command: Command): Command =>
  command
    .option('--limit <n>', 'at most so many; 0: all', (text) => parseWhole(text, 0))
    .option('--offset <n>', 'leave out the first n', (text) => parseWhole(text, 0))

export interface PageOptions {
  readonly limit?: number
  readonly offset?: number
}

/** The page as members of an operation's input; a limit of 0 asks for all, as leaving it out does. */
export const toPage = ({ limit = 0, offset }: PageOptions): PageOptions => ({
  ...(limit > 0 && { limit }),
  ...(offset !== undefined && { offset }),
})

/** Options of everything that commits. */
export const addWriteOptions = (command: Command): Command =>
  command
    .option('--dry-run', 'say what would happen, write nothing')
    .option('--message <text>', 'subject of the commit')
    .option('--force', 'commit although the files hold edits that are not committed; only this change is committed')

export const addRequestIdOption = (command: Command): Command =>
  command.option('--request-id <id>', 'the same id again gets the same answer and changes nothing')

/** Commands that work, under the help. */
export const addExamples = (command: Command, examples: readonly string[]): Command =>
  command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`)

export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value]

/** @param text whole number in decimal digits, from `min` up to what is exact */
export const parseWhole = (text: string, min: number): number => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min) throw new InvalidArgumentError(`It must be a whole number from ${min}.`)
  return value
}

/** `name, age` → its parts; blanks around them do not count. */
export const splitList = (text: string): readonly string[] => {
  const parts = text.split(',').map((part) => part.trim())
  if (parts.includes('')) throw new InvalidArgumentError('It must be names between commas.')
  return parts
}

/** The option given again adds to what it held. */
export const collectList = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), ...splitList(text)]

/** Names of fields; none for `*`, which means every field, as leaving the option out does. */
export const parseFields = (text: string): readonly string[] => (text.trim() === '*' ? [] : splitList(text))

/** `users/u1` → table and key; in a subcollection `spaces/family/contacts/c1`. */
export const parseAddress = (text: string): RecordAddress => {
  const address = parseRecordAddress(text)
  if (address === undefined)
    throw new UsageError(`"${text}" names no record: say the table and the key, users/u1 (below a record: spaces/family/contacts/c1)`)
  return address
}

/** `users`, or `spaces/family/contacts` for the records of a subcollection below one record. */
export const parseTable = (text: string): TableAddress => {
  const address = parseTableAddress(text)
  if (address === undefined) throw new UsageError(`"${text}" names no table: say users, or below a record spaces/family/contacts`)
  return address
}

/** The write options as members of an operation's input. */
export const toWriteScope = ({ dryRun, force, message, requestId }: WriteOptions): WriteOptions => ({
  ...(dryRun !== undefined && { dryRun }),
  ...(force !== undefined && { force }),
  ...(message !== undefined && { message }),
  ...(requestId !== undefined && { requestId }),
})
