import { resolve } from 'node:path'
import { UsageError, unwrap } from './errors.ts'
import type { Conversion } from './local.ts'
import { describeConversion } from './output/describe-conversion.ts'
import type { Session } from './session.ts'

/** `import --legacy`: converts a database of an old layout, in one commit. @param dir  folder of the database, relative to the one the options name */
export const importLegacy = async (session: Session, dir: string | undefined, isDryRun: boolean): Promise<void> => {
  if (session.options.branch !== undefined)
    throw new UsageError('import --legacy works on the files that are checked out: switch to the branch first')
  const directory = resolve(session.io.cwd, session.options.path ?? '.', dir ?? '.')
  const { plan, apply } = unwrap(await (await session.local()).convert(directory))
  const isJson = session.options.json === true
  if (!isJson) await session.io.out(describeConversion(plan))
  const { commit } = isDryRun ? { commit: undefined } : unwrap(await apply())
  if (isJson) await session.io.out(`${JSON.stringify({ directory, ...describePlan(plan), ...(commit === undefined ? {} : { commit }) })}\n`)
  const { length } = plan.tables
  if (isDryRun) session.say('nothing is written: leave out --dry-run to convert')
  else if (commit === undefined) session.say('nothing was converted')
  else session.say(`converted ${length === 1 ? '1 table' : `${length} tables`} (commit ${commit.slice(0, 12)})\n  try: ingitdb validate`)
  if (!isDryRun && commit === undefined) session.exitCode = 1
}

const describePlan = ({ tables, written, moved, removed, notes, left }: Conversion['plan']) => ({
  tables,
  written: [...written.keys()],
  moved: [...moved].map(([from, to]) => ({ from, to })),
  removed,
  notes,
  left,
})
