import type { RecordAddress, TableAddress } from '../../../api/contract/address.ts'
import type { OperationAnswer } from '../../../api/contract/operations.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { readFilter } from '../input/read-filter.ts'
import {
  addExamples,
  addFilterOption,
  addFormatOption,
  addPageOptions,
  addReadOptions,
  type FilterOptions,
  type Format,
  parseAddress,
  parseTable,
  type ReadOptions,
} from '../options.ts'
import { chooseCommitForm, describeCommit, flattenAuthor } from '../output/describe-commit.ts'
import type { Rows } from '../output/format-rows.ts'
import { printList, toRows } from '../output/print-answer.ts'
import type { Session } from '../session.ts'

interface BlameOptions extends ReadOptions, FilterOptions {
  readonly from?: string
  readonly nested?: boolean
  readonly removed?: boolean
  readonly orderBy?: string
  readonly limit?: number
  readonly offset?: number
  readonly format?: Format
}

export const configureBlame: ConfigureCommand = (command, session) => {
  command.argument('[table/key]', 'the record').action(async (address: string | undefined, options: BlameOptions) => {
    const { from } = options
    if ((address === undefined) === (from === undefined))
      throw new UsageError('say whose: TABLE/KEY for the fields of one record, --from TABLE for records')
    if (address !== undefined) await blameFields(session, parseAddress(address), options)
    else if (from !== undefined) await blameRecords(session, parseTable(from), options)
  })
  command
    .option('--nested', 'the members of objects one by one, instead of whole fields')
    .option('--removed', 'also fields that the record has lost since it was inserted')
    .option('--from <table>', 'the last change of each record of a table')
  addFilterOption(command).option('--order-by <fields>', 'name,-age: by name, then by age from the highest')
  addFormatOption(addReadOptions(addPageOptions(command)))
  addExamples(command, ['ingitdb blame users/u1 --nested', "ingitdb blame --from users --where 'age>30' --format json"])
}

const blameFields = async (session: Session, address: RecordAddress, { nested, removed, at, format, ...options }: BlameOptions): Promise<void> => {
  const extra = (['where', 'orderBy', 'limit', 'offset'] as const).find((name) => options[name] !== undefined)
  if (extra !== undefined) throw new UsageError('the fields of one record are blamed all: filters, order and pages go with --from')
  const { entries } = await session.call('readBlame', {
    ...address,
    ...(nested !== undefined && { nested }),
    ...(removed !== undefined && { removed }),
    ...(at !== undefined && { at }),
    ...session.branch(),
  })
  await printList(session, toFieldRows(entries, chooseForm(session, format)), format)
}

type Form = ReturnType<typeof chooseCommitForm>

/** A pipe gets everything, as it does from `select`. */
const chooseForm = (session: Session, format: Format | undefined): Form =>
  format === undefined && !session.io.outIsTerminal ? 'program' : chooseCommitForm(session, format)

type FieldEntries = OperationAnswer<'readBlame'>['entries']

const toFieldRows = (entries: FieldEntries, form: Form): Rows => {
  switch (form) {
    case 'people':
      return toRows(
        ['field', 'value', 'commit', 'time', 'author', 'message'],
        entries.map(({ json, message, ...entry }) => ({
          field: nameField(entry),
          value: json === undefined ? '(removed)' : shorten(json),
          ...describeCommit(entry),
          message: message.split('\n', 1)[0],
        })),
      )
    case 'sheet':
      return withValues(['field', 'value', 'commit', 'author', 'email', 'time', 'operation', 'message'], entries, (entry) => ({
        field: nameField(entry),
        commit: entry.commit,
        ...flattenAuthor(entry),
        time: entry.time,
        operation: entry.operation,
        message: entry.message,
      }))
    case 'program':
      return withValues([], entries, ({ json, field, pointer, ...entry }) => ({
        field,
        pointer,
        ...(json === undefined && { removed: true }),
        ...entry,
      }))
  }
}

/** The name of a whole field; the pointer of a member inside one. */
const nameField = ({ field, pointer }: Pick<FieldEntries[number], 'field' | 'pointer'>): string => (pointer.includes('/', 1) ? pointer : field)

const valueWidthMax = 40

/** A text as it is, any other value as JSON; long ones end in `…`. */
const shorten = (json: string): string => {
  const characters = [...(json.startsWith('"') ? String(JSON.parse(json)) : json)]
  return characters.length > valueWidthMax ? `${characters.slice(0, valueWidthMax - 1).join('')}…` : characters.join('')
}

/** Rows with the value as it is stored in them, so that its digits are exact. */
const withValues = (columns: readonly string[], entries: FieldEntries, describe: (entry: FieldEntries[number]) => object): Rows => ({
  columns,
  rows: entries.map((entry) => {
    const row = JSON.stringify(describe(entry))
    return entry.json === undefined ? row : `${row.slice(0, -1)},"value":${entry.json}}`
  }),
})

const blameRecords = async (session: Session, records: TableAddress, options: BlameOptions): Promise<void> => {
  const { nested, removed, orderBy, limit, offset, at, format } = options
  if (nested !== undefined || removed !== undefined) throw new UsageError('--nested and --removed go with one record, TABLE/KEY')
  const { entries } = await session.call('readLastChanges', {
    ...records,
    ...(await readFilter(session, options)),
    ...(orderBy !== undefined && { orderBy }),
    ...(limit !== undefined && { limit }),
    ...(offset !== undefined && { offset }),
    ...(at !== undefined && { at }),
    ...session.branch(),
  })
  await printList(session, toRecordRows(entries, chooseForm(session, format)), format)
}

const toRecordRows = (entries: OperationAnswer<'readLastChanges'>['entries'], form: Form): Rows => {
  switch (form) {
    case 'people':
      return toRows(
        ['id', 'commit', 'time', 'author', 'operation', 'message'],
        entries.map(({ id, operation, message, ...entry }) => ({ id, ...describeCommit(entry), operation, message: message.split('\n', 1)[0] })),
      )
    case 'sheet':
      return toRows(
        ['id', 'commit', 'author', 'email', 'time', 'operation', 'message'],
        entries.map((entry) => ({ ...entry, ...flattenAuthor(entry) })),
      )
    case 'program':
      return toRows(['id', 'commit', 'author', 'time', 'operation', 'message'], entries)
  }
}
