import { Option } from 'commander'
import type { OperationAnswer } from '../../../api/contract/operations.ts'
import { exitCodes } from '../../../api/contract/problem.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { addExamples } from '../options.ts'
import { formatFinding } from '../output/format-finding.ts'

interface ValidateOptions {
  readonly only?: 'definition' | 'records'
  readonly at?: string
  readonly fromCommit?: string
  readonly toCommit?: string
  readonly format?: 'text' | 'json'
}

export const configureValidate: ConfigureCommand = (command, session) => {
  session.exitCodeOfFailure = exitCodes.couldNotRun
  command
    .addOption(new Option('--only <part>', 'check only one part').choices(['definition', 'records']))
    .option('--at <moment>', 'as it was at a commit, branch, tag or time; "worktree" is the files as they are (the default where there are any)')
    .option('--from-commit <commit>', 'only what is wrong since this commit')
    .option('--to-commit <commit>', 'the commit to look at; the same as --at')
    .addOption(new Option('--format <format>', 'form of the answer').choices(['text', 'json']))
    .action(async ({ only, at, fromCommit, toCommit, format }: ValidateOptions) => {
      if (at !== undefined && toCommit !== undefined) throw new UsageError('--at and --to-commit say the same: give one')
      const moment = at ?? toCommit
      const answer = await session.call('validateDatabase', {
        ...(only !== undefined && { only }),
        ...(fromCommit !== undefined && { fromCommit }),
        ...(moment !== undefined && { at: moment }),
        ...session.branch(),
      })
      if (answer.errors > 0) session.exitCode = exitCodes.no
      if (format === 'json' || (format === undefined && session.options.json === true)) await session.io.out(`${JSON.stringify(answer)}\n`)
      else await session.io.out(answer.findings.map((finding) => `${formatFinding(finding, session.usesColor())}\n`).join(''))
      session.say(countFindings(answer, only))
    })
  addExamples(command, [
    'ingitdb validate',
    'ingitdb validate --only definition --format json',
    'ingitdb validate --from-commit origin/main --to-commit HEAD',
  ])
}

/** `2 errors and 1 warning in 3 tables with 120 records` */
const countFindings = ({ errors, warnings, tables, records }: OperationAnswer<'validateDatabase'>, only: ValidateOptions['only']): string =>
  `${sayCount(errors, 'error')} and ${sayCount(warnings, 'warning')} in ${sayCount(tables, 'table')}${only === 'definition' ? '' : ` with ${sayCount(records, 'record')}`}`

const sayCount = (count: number, what: string): string => `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
