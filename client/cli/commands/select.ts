import type { Command } from 'commander'
import type { RecordAddress, TableAddress } from '../../../api/contract/address.ts'
import type { OperationInput } from '../../../api/contract/operations.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { OperationFailed, UsageError } from '../errors.ts'
import { readFilter } from '../input/read-filter.ts'
import {
  addExamples,
  addFilterOption,
  addFormatOption,
  addPageOptions,
  addReadOptions,
  type FilterOptions,
  type Format,
  type PageOptions,
  parseAddress,
  parseFields,
  parseTable,
  parseWhole,
  type ReadOptions,
  splitList,
  toPage,
} from '../options.ts'
import { answerWithNote } from '../output/note-uncommitted.ts'
import { printList, printObject } from '../output/print-answer.ts'
import type { Session } from '../session.ts'

interface SelectOptions extends ReadOptions, PageOptions, FilterOptions {
  readonly id?: string
  readonly from?: string
  readonly orderBy?: string
  readonly fields?: readonly string[]
  readonly expand?: readonly string[]
  readonly search?: string
  readonly cursor?: string
  readonly minAffected?: number
  readonly format?: Format
}

export const configureSelect: ConfigureCommand = (command, session) => {
  addSelectOptions(command).action(async (options: SelectOptions) => {
    const { id, from } = options
    if ((id === undefined) === (from === undefined)) throw new UsageError('say which records: --id TABLE/KEY for one, --from TABLE for many')
    const { at } = options
    if (session.sources().length > 1) return selectFromSeveral(session, options)
    if (id !== undefined) {
      const address = parseAddress(id)
      await answerWithNote(session, { ...address, at }, () => selectOne(session, address, options))
    } else if (from !== undefined) {
      const records = parseTable(from)
      await answerWithNote(session, { table: records.table, at: options.cursor ?? at }, () => selectMany(session, records, options))
    }
  })
}

const addSelectOptions = (command: Command): Command => {
  command.option('--id <table/key>', 'one record').option('--from <table>', 'records of a table (below a record: spaces/family/contacts)')
  addFilterOption(command)
    .option('--search <words>', 'only records that have these words, the best first: tea "green leaves" cook* -milk')
    .option('--order-by <fields>', 'name,-age: by name, then by age from the highest')
    .option('-f, --fields <names>', 'only these fields, and "$id"; * is all of them', parseFields)
    .option('--expand <keys>', 'with the records that foreign keys name, author.country, or that refer to it, books(author)', splitList)
  addPageOptions(command)
    .option('--cursor <cursor>', 'go on where a page ended, in the commit that it was read from')
    .option('--min-affected <n>', 'fail when fewer records match', (text) => parseWhole(text, 0))
  addFormatOption(addReadOptions(command))
  return addExamples(command, [
    'ingitdb select --id users/u1 --format json',
    "ingitdb select --from users --where 'age>30' --order-by name --fields name,age --limit 10",
    "ingitdb select --from 'spaces/*/contacts' --order-by '$parent'",
  ])
}

const selectOne = async (session: Session, address: RecordAddress, options: SelectOptions): Promise<void> => {
  const { json } = await session.call('getRecord', toOneInput(session.branch(), address, options))
  await printObject(session, { columns: ['$id'], rows: [json] }, options.format)
}

const toOneInput = (branch: { readonly branch?: string }, address: RecordAddress, options: SelectOptions): OperationInput<'getRecord'> => {
  const extra = (['where', 'search', 'orderBy', 'limit', 'offset', 'cursor', 'minAffected'] as const).find((name) => options[name] !== undefined)
  if (extra !== undefined) throw new UsageError('--id reads one record: filters, order and pages go with --from')
  const { at, fields = [], expand } = options
  return {
    ...address,
    ...(fields.length > 0 && { fields }),
    ...(expand !== undefined && { expand }),
    ...(at !== undefined && { at }),
    ...branch,
  }
}

/** One list of what several databases and branches answer, each row with where it is from. Order and limit hold within each. */
const selectFromSeveral = async (session: Session, options: SelectOptions): Promise<void> => {
  const { id, from, cursor, minAffected = 0, format } = options
  const { askAll, printLabelled } = await import('../several-sources.ts')
  if (cursor !== undefined) throw new UsageError('a cursor leads on in one branch of one database: name one')
  if (id !== undefined) {
    const address = parseAddress(id)
    const found = await askAll(session, 'getRecord', (branch) => toOneInput(branch, address, options))
    const rows = found.map(({ label, answer }) => ({ label, columns: ['$id'], rows: [answer.json] }))
    return printLabelled(session, rows, format)
  }
  const address = parseTable(from ?? '')
  const input = await toInput(session, address, options)
  const pages = await askAll(session, 'selectRecords', (branch) => ({ ...input, ...branch }))
  checkAffected(
    address.table,
    pages.reduce((sum, { answer }) => sum + (answer.total ?? answer.records.length), 0),
    minAffected,
  )
  const rows = pages.map(({ label, answer }) => ({ label, columns: answer.columns, rows: answer.records.map(({ json }) => json) }))
  await printLabelled(session, rows, format)
  for (const { label, answer } of pages) {
    if (answer.next !== undefined) session.say(`note: there are more in ${Object.values(label).join(' ')}: ask it alone with --cursor ${answer.next}`)
  }
}

const checkAffected = (table: string, count: number, min: number): void => {
  if (count >= min) return
  const message = `${count} ${count === 1 ? 'record matches' : 'records match'}, at least ${min} should`
  throw new OperationFailed({ kind: 'constraint-violation', issues: [{ rule: 'min-affected', message, table }] })
}

const selectMany = async (session: Session, address: TableAddress, options: SelectOptions): Promise<void> => {
  const { minAffected = 0, format } = options
  const { columns, records, next, total = records.length } = await session.call('selectRecords', await toInput(session, address, options))
  checkAffected(address.table, total, minAffected)
  await printList(session, { columns, rows: records.map(({ json }) => json) }, format)
  if (next !== undefined) sayNext(session, next)
}

/** Where to go on: a note for people; one JSON object on the error stream for programs, since what the standard output holds are records. */
const sayNext = (session: Session, next: string): void => {
  if (session.options.json === true) session.io.err(`${JSON.stringify({ next })}\n`)
  else session.say(`note: there are more, go on with --cursor ${next}`)
}

const toInput = async (session: Session, { table, parent }: TableAddress, options: SelectOptions): Promise<OperationInput<'selectRecords'>> => {
  const { orderBy, fields = [], expand, search, cursor, minAffected, at } = options
  return {
    table,
    // What matches is counted, not what a page of it holds.
    ...(minAffected !== undefined && { count: true }),
    ...(parent !== undefined && { parent }),
    ...(await readFilter(session, options)),
    ...(search !== undefined && { search }),
    ...(orderBy !== undefined && { orderBy }),
    ...(fields.length > 0 && { fields }),
    ...(expand !== undefined && { expand }),
    ...toPage(options),
    ...(cursor !== undefined && { cursor }),
    ...(at !== undefined && { at }),
    ...session.branch(),
  }
}
