import type { Command } from 'commander'
import type { OperationAnswer, OperationInput } from '../../../api/contract/operations.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { addExamples, addFormatOption, addPageOptions, addReadOptions, type Format, type PageOptions, type ReadOptions, toPage } from '../options.ts'
import { chooseCommitForm, describeCommit, flattenAuthor } from '../output/describe-commit.ts'
import type { Rows } from '../output/format-rows.ts'
import { printIds, sayNextOffset, toRows } from '../output/print-answer.ts'

interface LogOptions extends ReadOptions, PageOptions {
  readonly table?: string
  readonly key?: string
  readonly author?: string
  readonly since?: string
  readonly until?: string
  readonly grep?: string
  readonly firstParent?: boolean
  readonly full?: boolean
  readonly format?: Format
}

export const configureLog: ConfigureCommand = (command, session) => {
  command.action(async ({ at, format, table, key, author, since, until, grep, firstParent, full, ...page }: LogOptions) => {
    if (firstParent === true && full === true) throw new UsageError('--first-parent and --full are two different logs: say one')
    if (key !== undefined && table === undefined) throw new UsageError('--key says which record together with --table')
    const { entries, next } = await session.call('readLog', {
      ...dropMissing({ table, id: key, author, since, until, message: grep, full, at }),
      ...toPage(page),
      ...session.branch(),
    })
    const rows = toLogRows(entries, chooseCommitForm(session, format))
    await printIds(session, { ids: entries.map(({ commit }) => commit), ...rows }, format)
    sayNextOffset(session, next)
  })
  addLogFilters(command)
  addFormatOption(addReadOptions(addPageOptions(command)))
  addExamples(command, ['ingitdb log --table users --author ada --since 2026-01-31', 'ingitdb log --full --limit 10 --format jsonl'])
}

const addLogFilters = (command: Command): Command =>
  command
    .option('--table <table>', 'only commits that changed records of this table, or its definition')
    .option('--key <key>', 'only commits that changed this record of the table')
    .option('--author <text>', 'only commits whose author, "Name <e-mail>", contains this; case does not count')
    .option('--since <time>', 'only commits made then or later: 2026-01-31, or 2026-01-31T12:00:00Z')
    .option('--until <time>', 'only commits made then or earlier')
    .option('--grep <text>', 'only commits whose message contains this; case does not count')
    .option('--first-parent', 'the commits of the branch itself, what was merged counting as the merge (default)')
    .option('--full', 'every commit that led here, also those of merged branches')

type LogInput = OperationInput<'readLog'>

const dropMissing = (input: { readonly [Name in keyof LogInput]: LogInput[Name] | undefined }): LogInput =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))

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
