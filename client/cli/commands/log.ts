import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples, addFormatOption, addPageOptions, addReadOptions, type Format, type ReadOptions } from '../options.ts'
import { describeCommit } from '../output/describe-commit.ts'
import { printIds, toRows } from '../output/print-answer.ts'

interface LogOptions extends ReadOptions {
  readonly limit?: number
  readonly offset?: number
  readonly format?: Format
}

export const configureLog: ConfigureCommand = (command, session) => {
  command.action(async ({ limit, offset, at, format }: LogOptions) => {
    const { entries } = await session.call('readLog', {
      ...(limit !== undefined && { limit }),
      ...(offset !== undefined && { offset }),
      ...(at !== undefined && { at }),
      ...session.branch(),
    })
    const isTable = format === undefined && session.options.json !== true
    const rows = isTable
      ? toRows(
          ['commit', 'time', 'author', 'inserted', 'updated', 'deleted', 'message'],
          entries.map(({ inserted, updated, deleted, ...entry }) => ({
            ...describeCommit(entry),
            inserted,
            updated,
            deleted,
            message: entry.message.split('\n', 1)[0],
          })),
        )
      : toRows(['commit', 'parents', 'author', 'time', 'message', 'inserted', 'updated', 'deleted'], entries)
    await printIds(session, { ids: entries.map(({ commit }) => commit), ...rows }, format)
  })
  addFormatOption(addReadOptions(addPageOptions(command)))
  addExamples(command, ['ingitdb log --limit 10', 'ingitdb log --format jsonl'])
}
