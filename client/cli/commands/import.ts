import { resolve } from 'node:path'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError, unwrap } from '../errors.ts'
import type { Conversion } from '../local.ts'
import { addExamples } from '../options.ts'
import { describeConversion } from '../output/describe-conversion.ts'

interface ImportOptions {
  readonly legacy?: boolean
  readonly dryRun?: boolean
}

export const configureImport: ConfigureCommand = (command, session) => {
  command
    .argument('[dir]', 'folder of the database (default: this one)')
    .option('--legacy', 'convert a database of a layout before 2024, in one commit')
    .option('--dry-run', 'only say what would be done')
    .action(async (dir: string | undefined, options: ImportOptions) => {
      if (options.legacy !== true) throw new UsageError('say what to import: --legacy converts a database of an old layout')
      const directory = resolve(session.io.cwd, session.options.path ?? '.', dir ?? '.')
      const { plan, apply } = unwrap(await (await session.local()).convert(directory))
      const isJson = session.options.json === true
      if (!isJson) await session.io.out(describeConversion(plan))
      const { commit } = options.dryRun === true ? { commit: undefined } : unwrap(await apply())
      if (isJson) await session.io.out(`${JSON.stringify({ directory, ...describePlan(plan), ...(commit === undefined ? {} : { commit }) })}\n`)
      const { length } = plan.tables
      if (options.dryRun === true) session.say('nothing is written: leave out --dry-run to convert')
      else if (commit === undefined) session.say('nothing was converted')
      else session.say(`converted ${length === 1 ? '1 table' : `${length} tables`} (commit ${commit.slice(0, 12)})\n  try: ingitdb validate`)
      if (options.dryRun !== true && commit === undefined) session.exitCode = 1
    })
  addExamples(command, ['ingitdb import --legacy --dry-run', 'ingitdb import --legacy'])
}

const describePlan = ({ tables, written, moved, removed, notes, left }: Conversion['plan']) => ({
  tables,
  written: [...written.keys()],
  moved: [...moved].map(([from, to]) => ({ from, to })),
  removed,
  notes,
  left,
})
