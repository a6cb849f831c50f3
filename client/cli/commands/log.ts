import type { OperationAnswer } from '../../../api/contract/operations.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples, addFormatOption, addPageOptions, addReadOptions, type Format, type PageOptions, type ReadOptions, toPage } from '../options.ts'
import { chooseCommitForm, describeCommit, flattenAuthor } from '../output/describe-commit.ts'
import type { Rows } from '../output/format-rows.ts'
import { printIds, toRows } from '../output/print-answer.ts'

interface LogOptions extends ReadOptions, PageOptions {
  readonly format?: Format
}

export const configureLog: ConfigureCommand = (command, session) => {
  command.action(async ({ at, format, ...page }: LogOptions) => {
    const { entries } = await session.call('readLog', {
      ...toPage(page),
      ...(at !== undefined && { at }),
      ...session.branch(),
    })
    const rows = toLogRows(entries, chooseCommitForm(session, format))
    await printIds(session, { ids: entries.map(({ commit }) => commit), ...rows }, format)
  })
  addFormatOption(addReadOptions(addPageOptions(command)))
  addExamples(command, ['ingitdb log --limit 10', 'ingitdb log --format jsonl'])
}

type Entries = OperationAnswer<'readLog'>['entries']

const toLogRows = (entries: Entries, form: ReturnType<typeof chooseCommitForm>): Rows => {
  switch (form) {
    case 'people':
      return toRows(
        ['commit', 'time', 'author', 'inserted', 'updated', 'deleted', 'message'],
        entries.map(({ inserted, updated, deleted, message, ...entry }) => ({
          ...describeCommit(entry),
          inserted,
          updated,
          deleted,
          message: message.split('\n', 1)[0],
        })),
      )
    case 'sheet':
      return toRows(
        ['commit', 'parents', 'author', 'email', 'time', 'message', 'inserted', 'updated', 'deleted'],
        entries.map((entry) => ({ ...entry, ...flattenAuthor(entry), parents: entry.parents.join(' ') })),
      )
    case 'program':
      return toRows(['commit', 'parents', 'author', 'time', 'message', 'inserted', 'updated', 'deleted'], entries)
  }
}
