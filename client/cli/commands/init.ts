import { resolve } from 'node:path'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError, unwrap } from '../errors.ts'
import { askYesNo } from '../input/ask-yes-no.ts'
import { addExamples } from '../options.ts'
import { describeProposal } from '../output/describe-proposal.ts'
import type { Session } from '../session.ts'

interface InitOptions {
  readonly adopt?: boolean
  readonly yes?: boolean
  readonly dryRun?: boolean
}

export const configureInit: ConfigureCommand = (command, session) => {
  command
    .argument('[dir]', 'folder to make the database in: a new one, or an empty one; with --adopt one with files in it (default: this one)')
    .option(
      '--adopt',
      'propose tables over the YAML, JSON, JSONL, TOML, CSV and Markdown files that the folder holds, and define them where they are',
    )
    .option('--yes', 'with --adopt: do not ask')
    .option('--dry-run', 'with --adopt: only say what would be defined')
    .action(async (dir: string | undefined, options: InitOptions) => {
      if (options.adopt === true) return adopt(session, dir ?? '.', options)
      if (dir === undefined) throw new UsageError('say in which folder: ingitdb init DIR, or ingitdb init --adopt for files that are there')
      if (options.yes === true || options.dryRun === true) throw new UsageError('--yes and --dry-run go with --adopt')
      const directory = resolve(session.io.cwd, session.options.path ?? '.', dir)
      const local = await session.local()
      const { commit } = unwrap(await local.init(directory))
      session.say(`made a database in ${dir} (commit ${commit.slice(0, 12)})`)
      if (session.options.json === true) await session.io.out(`${JSON.stringify({ directory, commit })}\n`)
    })
  addExamples(command, [
    'ingitdb init mydb',
    'ingitdb init mydb && cd mydb && ingitdb status',
    'ingitdb init --adopt --dry-run',
    'ingitdb init --adopt --yes',
  ])
}

/** Shows the proposal on the standard output, asks where somebody can answer, and defines the tables. */
const adopt = async (session: Session, dir: string, { yes, dryRun }: InitOptions): Promise<void> => {
  const directory = resolve(session.io.cwd, session.options.path ?? '.', dir)
  const { proposal, apply } = unwrap(await (await session.local()).adopt(directory))
  const isJson = session.options.json === true
  if (!isJson) await session.io.out(describeProposal(proposal))
  const { tables } = proposal
  const what = tables.length === 1 ? 'this table' : `these ${tables.length} tables`
  if (dryRun === true) {
    if (isJson) await session.io.out(`${JSON.stringify({ directory, proposal })}\n`)
    session.say('nothing is written: leave out --dry-run to define them')
    return
  }
  if (yes !== true && !(await askYesNo(session, `Define ${what}? No record file is moved or changed.`))) {
    session.say('nothing is written')
    session.exitCode = 1
    return
  }
  const { commit } = unwrap(await apply())
  const records = tables.reduce((sum, table) => sum + table.records, 0)
  session.say(`defined ${tables.length} ${tables.length === 1 ? 'table' : 'tables'} over ${records} records (commit ${commit.slice(0, 12)})`)
  if (isJson) await session.io.out(`${JSON.stringify({ directory, proposal, commit })}\n`)
  else session.say(`  try: ingitdb select --from ${tables[0]?.table.id} --limit 5`)
}
