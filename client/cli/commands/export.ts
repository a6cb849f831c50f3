import { extname } from 'node:path'
import type { TableAddress } from '../../../api/contract/address.ts'
import { type ExportFormat, exportFormats } from '../../../api/contract/formats.ts'
import type { OperationAnswer, OperationInput } from '../../../api/contract/operations.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError, unwrap } from '../errors.ts'
import { parseDelimiter } from '../input/parse-delimiter.ts'
import { readFilter } from '../input/read-filter.ts'
import {
  addExamples,
  addFilterOption,
  addReadOptions,
  createFormatOption,
  type FilterOptions,
  parseFields,
  parseTable,
  type ReadOptions,
} from '../options.ts'
import { type ExportFile, openExportFile, openStandardOutput } from '../output/export-file.ts'
import { answerWithNote } from '../output/note-uncommitted.ts'
import type { Session } from '../session.ts'

interface ExportOptions extends ReadOptions, FilterOptions {
  readonly output?: string
  readonly format?: ExportFormat
  readonly fields?: readonly string[]
  readonly keyColumn?: string
  readonly delimiter?: string
  readonly null?: string
  readonly escapeFormulas?: boolean
  readonly force?: boolean
}

export const configureExport: ConfigureCommand = (command, session) => {
  command
    .argument('<table>', 'table whose records are written (below a record: spaces/family/contacts)')
    .option('-o, --output <file>', 'file to write; packed by gzip where its name ends in .gz (default, and -: the standard output)')
    .addOption(createFormatOption('--format <format>', 'form of the records (default: by the name of the file)', exportFormats))
  addFilterOption(addReadOptions(command))
    .option('-f, --fields <names>', 'only these fields, in this order, and the key; * is all of them', parseFields)
    .option('--key-column <name>', 'name of the column for the key (default: $id)')
    .option('--delimiter <sign>', 'between the cells of CSV: one character, or "tab" (default: a comma)', parseSeparator)
    .option('--null <text>', 'what an absent value is written as in CSV and TSV (default: nothing)')
    .option('--escape-formulas', 'in CSV and TSV, an apostrophe before texts that a spreadsheet would run as formulas')
    .option('--force', 'replace a file that is there')
    .action(async (table: string, options: ExportOptions) => {
      const address = parseTable(table)
      await answerWithNote(session, { table: address.table, at: options.at }, () => exportTable(session, address, options))
    })
  addExamples(command, [
    'ingitdb export users --output people.csv',
    'ingitdb export users --output people.parquet',
    "ingitdb export users --at v1 --where 'age>30' --fields name,age --output adults.jsonl.gz",
  ])
}

const parseSeparator = (text: string): string => parseDelimiter(text, [])

const exportTable = async (session: Session, address: TableAddress, options: ExportOptions): Promise<void> => {
  const { output = '-', force = false } = options
  const format = options.format ?? formatOf(output)
  checkOptions(format, options)
  checkPacking(format, output)
  const file = output === '-' ? openStandardOutput(session.io) : await openExportFile(session.io.cwd, { name: output, force })
  const input = await toInput(session, address, options)
  const answer = await session.interruptibly(() =>
    session.call('exportRecords', { ...input, target: createTarget(session, file, { ...options, format, isPacked: isPacked(output) }) }),
  )
  await printExport(session, answer, { table: address.table, output })
}

const toInput = async (
  session: Session,
  { table, parent }: TableAddress,
  options: ExportOptions,
): Promise<Omit<OperationInput<'exportRecords'>, 'target'>> => {
  const { fields = [], keyColumn, at } = options
  return {
    table,
    ...(parent !== undefined && { parent }),
    ...(await readFilter(session, options)),
    ...(fields.length > 0 && { fields }),
    ...(keyColumn !== undefined && { keyColumn }),
    ...(at !== undefined && { at }),
    ...session.branch(),
  }
}

type TargetOptions = Omit<ExportOptions, 'format'> & { readonly format: ExportFormat; readonly isPacked: boolean }

/** Formats whose header, or whose table, has to name every field before the first record. */
const hasHeader: ReadonlySet<ExportFormat> = new Set<ExportFormat>(['csv', 'tsv', 'ingr', 'md', 'parquet'])

const createTarget = (session: Session, file: ExportFile, options: TargetOptions): OperationInput<'exportRecords'>['target'] => {
  const { format, isPacked, delimiter, null: nullText, escapeFormulas } = options
  return {
    needsAllColumns: hasHeader.has(format),
    write: async ({ table, columns }, batches) => {
      const formats = await session.formats()
      const written = await formats.writeRecords(batches, {
        format,
        title: table,
        columns,
        ...(delimiter !== undefined && { delimiter }),
        ...(nullText !== undefined && { nullText }),
        ...(escapeFormulas !== undefined && { escapeFormulas }),
      })
      const pieces = unwrap(written)
      await file.write(isPacked ? formats.compress(pieces) : pieces)
    },
  }
}

const checkOptions = (format: ExportFormat, { delimiter, null: nullText, escapeFormulas }: ExportOptions): void => {
  if (delimiter !== undefined && format !== 'csv') throw new UsageError('--delimiter is about CSV')
  const isAboutCells = nullText !== undefined || escapeFormulas !== undefined
  if (isAboutCells && format !== 'csv' && format !== 'tsv') throw new UsageError('--null and --escape-formulas are about CSV and TSV')
  if (nullText !== undefined && /["\t\r\n]/.test(nullText)) throw new UsageError('--null cannot have quotes, tabs and line ends')
  if (nullText !== undefined && format === 'csv' && nullText.includes(delimiter ?? ','))
    throw new UsageError('--null cannot have the sign that stands between cells')
}

const checkPacking = (format: ExportFormat, output: string): void => {
  if (format === 'parquet' && isPacked(output)) throw new UsageError('a Parquet file is packed inside: let its name end in .parquet')
}

const isPacked = (output: string): boolean => /\.gz$/i.test(output)

const formatOf = (file: string): ExportFormat => {
  const extension = extname(file.replace(/\.gz$/i, '')).slice(1).toLowerCase()
  const format = exportFormats.find((each) => each === extension) ?? otherExtensions.get(extension)
  if (format === undefined) throw new UsageError(`say the form of the records: --format ${exportFormats.join('|')}`)
  return format
}

const otherExtensions: ReadonlyMap<string, ExportFormat> = new Map([
  ['ndjson', 'jsonl'],
  ['yml', 'yaml'],
  ['tab', 'tsv'],
  ['markdown', 'md'],
])

type Answer = OperationAnswer<'exportRecords'>

const problemsShown = 10

const printExport = async (
  session: Session,
  answer: Answer,
  { table, output }: { readonly table: string; readonly output: string },
): Promise<void> => {
  session.progress.end()
  const { records, commit, unreadable, problems } = answer
  const where = commit === undefined ? 'the files as they are' : `commit ${commit.slice(0, 12)}`
  const count = `${records.toLocaleString('en')} ${records === 1 ? 'record' : 'records'}`
  if (output !== '-') session.say(`exported ${count} of ${table} to ${output} (${where})`)
  if (session.options.json === true && output !== '-') await session.io.out(`${JSON.stringify(answer)}\n`)
  if (unreadable === 0) return
  session.exitCode = 1
  for (const { file, line, message } of problems.slice(0, problemsShown)) session.say(`${file}${line === undefined ? '' : `:${line}`}: ${message}`)
  session.say(
    `note: ${unreadable.toLocaleString('en')} ${unreadable === 1 ? 'thing' : 'things'} of ${table} cannot be read, and ${unreadable === 1 ? 'is' : 'are'} not in it (ingitdb validate)`,
  )
}
