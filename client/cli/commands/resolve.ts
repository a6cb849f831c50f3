import { Option } from 'commander'
import { parseRecordAddress } from '../../../api/contract/address.ts'
import type { OperationInput } from '../../../api/contract/operations.ts'
import { exitCodes } from '../../../api/contract/problem.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError, unwrap } from '../errors.ts'
import { addExamples } from '../options.ts'
import { formatConflict } from '../output/print-merge.ts'
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
}

export const configureResolve: ConfigureCommand = (command, session) => {
  command
    .argument('[record]', 'record in conflict, or one to change so that a rule holds: users/u1')
    .option('--merge <id>', 'a merge that waits (default: the one into the current branch)')
    .option('--field <pointer>', 'only this field: email, or a JSON pointer /address/city')
    .option('--file <path>', 'a definition or another file, instead of a record')
    .addOption(new Option('--take <side>', 'the side that counts').choices(['base', 'ours', 'theirs']))
    .option('--value <json>', 'what shall stand there instead: a value of the field, or a whole record')
    .option('--delete', 'nothing shall stand there')
    .option('--all', 'with --take: everything that is open')
    .action(async (record: string | undefined, options: ResolveOptions) => {
      const answer = await session.call('resolveConflicts', {
        ...(options.merge !== undefined && { merge: options.merge }),
        ...(await readAsked(session, record, options)),
      })
      if (answer.status === 'conflicts') session.exitCode = exitCodes.no
      if (session.options.json === true) return session.io.out(`${JSON.stringify(answer)}\n`)
      const count = answer.conflicts.length
      session.say(
        count === 0
          ? `everything is settled: finish with "ingitdb merge --continue ${answer.merge}"`
          : `${count === 1 ? 'one conflict is' : `${count} conflicts are`} still open:`,
      )
      await session.io.out(answer.conflicts.map(formatConflict).join(''))
    })
  addExamples(command, [
    'ingitdb resolve users/u1 --field email --take theirs',
    'ingitdb resolve users/u1 --field age --value 37',
    'ingitdb resolve --all --take ours',
  ])
}

const readAsked = async (
  session: Session,
  record: string | undefined,
  { field, file, take, value, delete: isDelete, all }: ResolveOptions,
): Promise<Pick<OperationInput<'resolveConflicts'>, 'resolutions' | 'all'>> => {
  if (all === true) {
    if (take === undefined || record !== undefined || file !== undefined)
      throw new UsageError('--all goes with --take, and without a record or --file')
    return { all: take }
  }
  if ((record === undefined) === (file === undefined)) throw new UsageError('say what is settled: a record, --file, or --all')
  const pointer =
    field === undefined ? undefined : field === '' || field.startsWith('/') ? field : `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`
  const target: Resolution = { ...(file !== undefined && { file }), ...(record !== undefined && readRecord(record)) }
  const choice: Resolution = {
    ...(take !== undefined && { take }),
    ...(value !== undefined && { value: unwrap(await (await session.formats()).parseJson(value)) }),
    ...(isDelete === true && { delete: true }),
  }
  return { resolutions: [{ ...target, ...(pointer !== undefined && { pointer }), ...choice }] }
}

const readRecord = (text: string): Resolution => {
  const address = parseRecordAddress(text)
  if (address === undefined) throw new UsageError(`"${text}" is no record: say table/key`)
  return { table: address.table, id: address.id }
}
