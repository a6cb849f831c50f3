import type { OperationAnswer } from '../../../api/contract/operations.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import {
  addExamples,
  addFormatOption,
  addPageOptions,
  addReadOptions,
  type Format,
  type PageOptions,
  parseAddress,
  type ReadOptions,
  toPage,
} from '../options.ts'
import { chooseCommitForm, describeCommit, flattenAuthor } from '../output/describe-commit.ts'
import type { Rows } from '../output/format-rows.ts'
import { printIds, sayNextOffset, toRows } from '../output/print-answer.ts'

interface HistoryOptions extends ReadOptions, PageOptions {
  readonly field?: string
  readonly format?: Format
}

export const configureHistory: ConfigureCommand = (command, session) => {
  command.argument('<table/key>', 'the record').action(async (address: string, { at, field, format, ...page }: HistoryOptions) => {
    const { entries, next } = await session.call('readHistory', {
      ...parseAddress(address),
      ...(field !== undefined && { field }),
      ...toPage(page),
      ...(at !== undefined && { at }),
      ...session.branch(),
    })
    const rows = toHistoryRows(entries, chooseCommitForm(session, format))
    await printIds(session, { ids: entries.map(({ commit }) => commit), ...rows }, format)
    sayNextOffset(session, next)
  })
  command.option('--field <field>', 'only commits that changed this field: its name, or a pointer such as /address/city')
  addFormatOption(addReadOptions(addPageOptions(command)))
  addExamples(command, ['ingitdb history users/u1', 'ingitdb history users/u1 --field age --limit 5 --format json'])
}

type Entries = OperationAnswer<'readHistory'>['entries']

const toHistoryRows = (entries: Entries, form: ReturnType<typeof chooseCommitForm>): Rows => {
  switch (form) {
    case 'people':
      return toRows(
        ['commit', 'time', 'author', 'operation', 'fields'],
        entries.map((entry) => ({ ...describeCommit(entry), operation: entry.operation, fields: entry.fields.join(', ') })),
      )
    case 'sheet':
      return toRows(
        ['commit', 'author', 'email', 'time', 'operation', 'fields', 'message'],
        entries.map((entry) => ({ ...entry, ...flattenAuthor(entry), fields: entry.fields.join(', ') })),
      )
    case 'program':
      return toRows(['commit', 'author', 'time', 'operation', 'fields', 'message'], entries)
  }
}
