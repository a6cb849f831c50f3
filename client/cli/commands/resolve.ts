import { Option } from 'commander'
import { parseRecordAddress } from '../../../api/contract/address.ts'
import type { OperationInput } from '../../../api/contract/operations.ts'
import { exitCodes } from '../../../api/contract/problem.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { addExamples } from '../options.ts'
import { printConflicts, printMerge } from '../output/print-merge.ts'
import type { Session } from '../session.ts'

type Side = 'base' | 'ours' | 'theirs'
type Resolution = NonNullable<OperationInput<'resolveConflicts'>['resolutions']>[number]

interface ResolveOptions {
  readonly merge?: string
  readonly field?: string
  readonly file?: string
  readonly take?: Side
  readonly value?: string
  readonly delete?: boolean
  readonly all?: boolean
  readonly undo?: boolean
  readonly strategy?: 'max' | 'min'
  readonly plain?: boolean
}

type Asked = Pick<OperationInput<'resolveConflicts'>, 'resolutions' | 'all' | 'undoAll'>

export const configureResolve: ConfigureCommand = (command, session) => {
  command
    .argument('[record]', 'record in conflict, or one to change so that a rule holds: users/u1')
    .option('--merge <id>', 'a merge that waits (default: the one into the current branch)')
    .option('--field <pointer>', 'only this field: email, or a JSON pointer /address/city')
    .option('--file <path>', 'a definition or another file, instead of a record')
    .addOption(new Option('--take <side>', 'the side that counts').choices(['base', 'ours', 'theirs']))
    .option('--value <json>', 'what shall stand there instead: a value of the field, or a whole record')
    .option('--delete', 'nothing shall stand there')
    .option('--undo', 'forget how it was settled: it is open again; with --all everything')
    .option('--all', 'everything that is open: with --take, --strategy or --undo')
    .addOption(new Option('--strategy <strategy>', 'with --all: the larger or the smaller of two numbers or texts').choices(['max', 'min']))
    .option('--plain', 'ask line by line instead of on the whole screen, and read the answers from the standard input')
    .action(async (record: string | undefined, options: ResolveOptions) => {
      if (saysNothing(record, options)) return settleByHand(session, options)
      if (options.plain === true) throw new UsageError('--plain asks about everything that is open: it goes with --merge alone')
      const answer = await session.call('resolveConflicts', {
        ...(options.merge !== undefined && { merge: options.merge }),
        ...(await readAsked(session, record, options)),
      })
      if (answer.status === 'conflicts') session.exitCode = exitCodes.no
      if (session.options.json === true) return session.io.out(`${JSON.stringify(answer)}\n`)
      const count = answer.conflicts.length
      session.say(count === 0 ? `everything is settled: finish with "ingitdb merge --continue ${answer.merge}"` : `${sayOpen(count)} still open:\n`)
      await printConflicts(session, answer)
    })
  addExamples(command, [
    'ingitdb resolve users/u1 --field nickname --take theirs',
    'ingitdb resolve users/u1 --field age --value 37',
    'ingitdb resolve --all --take ours',
  ])
}

const saysNothing = (record: string | undefined, { field, file, take, value, delete: isDelete, all, undo, strategy }: ResolveOptions): boolean =>
  [record, field, file, take, value, isDelete, all, undo, strategy].every((each) => each === undefined)

/** A person goes through what is open: on the whole screen of a terminal, else line by line when that was asked for. */
const settleByHand = async (session: Session, { merge, plain = false }: ResolveOptions): Promise<void> => {
  const { io } = session
  if (!plain && !(io.stdinIsTerminal && io.outIsTerminal))
    throw new UsageError('there is no terminal to choose on: say what is settled (a record, --file or --all), or --plain to answer line by line')
  const [{ ConflictList }, { settleOnScreen }, { settleByLines }] = await Promise.all([
    import('../input/conflict-list.ts'),
    import('../input/settle-on-screen.ts'),
    import('../input/settle-by-lines.ts'),
  ])
  const list = await ConflictList.open(session, merge)
  const ending = plain ? await settleByLines(session, list) : await settleOnScreen(session, list)
  if (ending === 'finish') return printMerge(session, await session.call('continueMerge', { merge: list.merge }))
  if (list.openCount > 0) session.exitCode = exitCodes.no
  session.say(
    list.openCount === 0
      ? `everything is settled: finish with "ingitdb merge --continue ${list.merge}"`
      : `${sayOpen(list.openCount)} still open; what was settled is kept: go on with "ingitdb resolve"`,
  )
}

const sayOpen = (count: number): string => (count === 1 ? 'one conflict is' : `${count.toLocaleString('en')} conflicts are`)

const readAsked = async (session: Session, record: string | undefined, options: ResolveOptions): Promise<Asked> => {
  const { field, file, take, value, delete: isDelete, all, undo, strategy } = options
  if (all === true) {
    const said = [take, strategy, undo].filter((each) => each !== undefined)
    if (said.length !== 1 || [record, file, field, value, isDelete].some((each) => each !== undefined))
      throw new UsageError('--all goes with one of --take, --strategy and --undo, and without a record or --file')
    return undo === true ? { undoAll: true } : { all: strategy ?? take ?? 'ours' }
  }
  if (strategy !== undefined) throw new UsageError('--strategy goes with --all')
  if ((record === undefined) === (file === undefined)) throw new UsageError('say what is settled: a record, --file, or --all')
  const pointer =
    field === undefined ? undefined : field === '' || field.startsWith('/') ? field : `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`
  const target: Resolution = { ...(file !== undefined && { file }), ...(record !== undefined && readRecord(record)) }
  const choice: Resolution = {
    ...(take !== undefined && { take }),
    ...(value !== undefined && { value: await parseValue(session, value) }),
    ...(isDelete === true && { delete: true }),
    ...(undo === true && { undo: true }),
  }
  return { resolutions: [{ ...target, ...(pointer !== undefined && { pointer }), ...choice }] }
}

/** People write `--value London`, which is no JSON. */
const parseValue = async (session: Session, text: string): Promise<Resolution['value']> => {
  const parsed = await (await session.formats()).parseJson(text)
  if (parsed.ok) return parsed.value
  throw new UsageError(`the value ${JSON.stringify(text)} is no JSON: a text goes in double quotes, as in --value '${JSON.stringify(text)}'`)
}

const readRecord = (text: string): Resolution => {
  const address = parseRecordAddress(text)
  if (address === undefined) throw new UsageError(`"${text}" is no record: say table/key`)
  return { table: address.table, id: address.id }
}
