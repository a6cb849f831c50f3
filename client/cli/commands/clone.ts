import { join, relative, resolve } from 'node:path'
import { sayText } from '../../../api/contract/describe-failure.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError, unwrap } from '../errors.ts'
import { nameOfClone, resolveCloneAddress } from '../input/resolve-address.ts'
import type { CloneReport } from '../local.ts'
import { addExamples } from '../options.ts'
import { addTransportOptions, refuseRemoteOption, type TransportOptions } from '../transport-options.ts'

interface CloneOptions extends TransportOptions {
  readonly bare?: boolean
}

export const configureClone: ConfigureCommand = (command, session) => {
  command
    .argument('<url>', 'github.com/OWNER/REPO, or an https, ssh or file address, user@host:path, or path')
    .argument('[dir]', 'folder to make, or an empty one (default: the name of the repository)')
    .option('--bare', 'without files: for a server or a mirror')
    .action(async (url: string, dir: string | undefined, { bare, timeout }: CloneOptions) => {
      refuseRemoteOption(session)
      const { cwd } = session.io
      const address = resolveCloneAddress(cwd, url)
      if (address.ref !== undefined && session.options.branch !== undefined) throw new UsageError('the branch is named twice: leave out --branch')
      const name = dir ?? nameOfClone(address.url, bare === true)
      const branch = address.ref ?? session.options.branch
      const local = await session.local()
      const report = unwrap(
        await session.interruptibly(() =>
          local.clone(
            {
              url: address.url,
              directory: resolve(cwd, session.options.path ?? '.', name),
              bare: bare === true,
              ...(branch !== undefined && { branch }),
              ...(timeout !== undefined && { stallMs: timeout * 1_000 }),
            },
            session.watch,
          ),
        ),
      )
      session.progress.end()
      for (const line of describeClone(report, relative(cwd, report.directory) || '.')) session.say(line)
      if (session.options.json === true) await session.io.out(`${JSON.stringify(report)}\n`)
    })
  addTransportOptions(command)
  addExamples(command, ['ingitdb clone ../origin.git copy', 'ingitdb clone ../origin.git mirror.git --bare'])
}

const describeClone = ({ url, branch, commit, database, problem }: CloneReport, place: string): readonly string[] => {
  const cloned = `cloned ${sayText(url)} into ${sayText(place)}`
  if (commit === undefined) return [`${cloned}; it has no commit yet: ingitdb setup --path ${sayText(place)} makes it a database`]
  if (problem !== undefined) return [cloned, `note: it cannot be read as a database: ${problem}`]
  if (database === undefined)
    return [
      `${cloned}; it is no database: in it, ingitdb init --adopt proposes tables over the files that are there, and ingitdb setup starts without`,
    ]
  const { path, tables, records } = database
  const size = `${count(tables, 'table')}, ${count(records, 'record')}`
  const where = path === '' ? '' : `; the database is in ${sayText(join(place, path))}`
  return [`${cloned}: ${size}, branch ${sayText(branch ?? 'none')} at ${commit.slice(0, 12)}${where}`]
}

const count = (number: number, what: string): string => `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`
