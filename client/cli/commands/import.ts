import { extname } from 'node:path'
import { sayIssue } from '../../../api/contract/describe-failure.ts'
import { type Encoding, encodings, type ImportFormat, importFormats } from '../../../api/contract/formats.ts'
import type { OperationAnswer, OperationInput } from '../../../api/contract/operations.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { OperationFailed, UsageError } from '../errors.ts'
import { importLegacy } from '../import-legacy.ts'
import { type ImportFile, openImportFile } from '../input/open-import-file.ts'
import { parseDelimiter } from '../input/parse-delimiter.ts'
import { addExamples, addWriteOptions, createFormatOption, parseTable, parseWhole, splitList, toWriteScope, type WriteOptions } from '../options.ts'
import { openRejectFile } from '../output/reject-file.ts'
import type { Session } from '../session.ts'

interface ImportOptions extends WriteOptions {
  readonly legacy?: boolean
  readonly into?: string
  readonly keyColumn?: string
  readonly format?: ImportFormat
  readonly encoding?: Encoding
  readonly onDuplicate?: 'fail' | 'skip' | 'replace' | 'merge'
  readonly continueOnError?: boolean
  readonly rejects?: string
  readonly batchSize?: number
  readonly delimiter?: string
  readonly null?: string
  readonly fields?: readonly string[]
  readonly inferSchema?: boolean
  readonly recordFormat?: 'yaml' | 'json' | 'csv' | 'jsonl' | 'toml' | 'ingr' | 'parquet'
  readonly sharded?: boolean
}

export const configureImport: ConfigureCommand = (command, session) => {
  command
    .argument('[file]', 'file of records, or - for the standard input; with --legacy the folder of the database (default: this one)')
    .option('--into <table>', 'table that the records go into')
    .option('--key-column <name>', 'field that holds the key; it is stored only if the table has that column')
    .addOption(createFormatOption('--format <format>', 'form of the records (default: by the name of the file)', importFormats))
    .addOption(createFormatOption('--encoding <name>', 'how the file is written (default: utf-8, or utf-16 where the file says so)', encodings))
    .addOption(
      createFormatOption('--on-duplicate <what>', 'what to do with keys that are taken (default: fail)', ['fail', 'skip', 'replace', 'merge']),
    )
    .option('--continue-on-error', 'leave out what is wrong, instead of importing nothing')
    .option('--rejects <file>', 'write what is left out to a new file, which can be repaired and imported; implies --continue-on-error')
    .option('--batch-size <n>', 'a commit for every n records (default: one for all)', (text) => parseWhole(text, 1))
    .option(
      '--delimiter <sign>',
      'between the cells of CSV: one character, "tab", or "auto" to take the likeliest (default: a comma)',
      parseSeparator,
    )
    .option('--null <text>', 'what an absent value is written as in CSV and TSV; an empty cell is absent anyhow')
    .option('--fields <list>', 'columns of CSV or TSV without a header line', splitList)
    .option('--infer-schema', 'make the table, with columns and types that fit all records')
    .addOption(
      createFormatOption('--record-format <format>', 'of a table that is made (default: yaml)', [
        'yaml',
        'json',
        'csv',
        'jsonl',
        'toml',
        'ingr',
        'parquet',
      ]),
    )
    .option('--sharded', 'spread the records of a table that is made over directories (default: above 5,000)')
    .option('--legacy', 'convert a database of a layout before 2024, in one commit')
    .action(async (file: string | undefined, options: ImportOptions) => {
      if (options.legacy === true) return importLegacy(session, file, options.dryRun === true)
      if (file === undefined)
        throw new UsageError('say what to import: ingitdb import FILE --into TABLE (--legacy converts a database of an old layout)')
      if (options.into === undefined) throw new UsageError('say which table: --into TABLE')
      await importFile(session, file, { ...options, into: options.into })
    })
  addWriteOptions(command)
  addExamples(command, [
    'ingitdb import users.jsonl --into users --key-column id',
    'ingitdb import - --into users --key-column id --format jsonl --on-duplicate replace < users.jsonl',
  ])
}

type FileOptions = ImportOptions & { readonly into: string }

const importFile = async (session: Session, file: string, options: FileOptions): Promise<void> => {
  if (isAddress(file))
    throw new UsageError(`"${file}" is the address of a repository: ingitdb clone copies the database in it; import takes a file of records`)
  const { keyColumn, onDuplicate, batchSize } = options
  const format = options.format ?? formatOf(file)
  checkOptions(options, format)
  const input = await openImportFile(session, file)
  const rejects = options.rejects === undefined ? undefined : await openRejectFile(session.io.cwd, options.rejects)
  try {
    const readers = await createReaders(session, { input, format, options })
    const answer = await session.interruptibly(() =>
      session.call('importRecords', {
        ...parseTable(options.into),
        source: {
          name: input.name,
          isRepeatable: input.isRepeatable,
          isText: format === 'csv' || format === 'tsv',
          share: input.share,
          ...readers,
        },
        ...(keyColumn !== undefined && { keyColumn }),
        ...(onDuplicate !== undefined && { onDuplicate }),
        ...(batchSize !== undefined && { batchSize }),
        ...(options.inferSchema === true && { create: toNewTable(options) }),
        continueOnError: options.continueOnError === true || rejects !== undefined,
        ...(rejects !== undefined && { rejects }),
        ...toWriteScope(options),
        ...session.branch(),
      }),
    )
    await printImport(session, answer, { file: input.name, ...options })
  } finally {
    await rejects?.close()
  }
}

interface ReaderInput {
  readonly input: ImportFile
  readonly format: ImportFormat
  readonly options: ImportOptions
}

type Readers = Pick<OperationInput<'importRecords'>['source'], 'read' | 'columnTypes'>

const createReaders = async (session: Session, { input, format, options }: ReaderInput): Promise<Readers> => {
  const formats = await session.formats()
  if (format !== 'parquet')
    return { read: (types) => formats.readRecords(input.read(), { format, ...toReadOptions(options), ...(types !== undefined && { types }) }) }
  const { ranges } = input
  if (ranges === undefined)
    throw new UsageError('a Parquet file says at its end what is in it, so it cannot be read from the standard input: import from a file')
  return { read: () => formats.readParquet(ranges), columnTypes: () => formats.readParquetTypes(ranges) }
}

/** The name of a scheme, or user and host as ssh takes them. */
const isAddress = (file: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(file) || /^[\w.-]+@[\w.-]+:/.test(file)

const checkOptions = (
  { inferSchema, recordFormat, sharded, fields, delimiter, null: nullText, encoding }: ImportOptions,
  format: ImportFormat,
): void => {
  if (inferSchema !== true && (recordFormat !== undefined || sharded !== undefined))
    throw new UsageError('--record-format and --sharded are about a table that is made: add --infer-schema')
  const isAboutCells = fields !== undefined || delimiter !== undefined || nullText !== undefined
  if (isAboutCells && format !== 'csv' && format !== 'tsv') throw new UsageError('--fields, --delimiter and --null are about CSV and TSV')
  if (encoding !== undefined && format === 'parquet') throw new UsageError('--encoding is about texts, and a Parquet file is none')
}

const parseSeparator = (text: string): string => parseDelimiter(text, ['auto'])

const toReadOptions = ({ encoding, fields, delimiter, null: nullText }: ImportOptions) => ({
  ...(encoding !== undefined && { encoding }),
  ...(fields !== undefined && { fields }),
  ...(delimiter !== undefined && { delimiter }),
  ...(nullText !== undefined && { nullText }),
})

const toNewTable = ({ recordFormat, sharded }: ImportOptions) => ({
  ...(recordFormat !== undefined && { recordFormat }),
  ...(sharded !== undefined && { sharded }),
})

const formatOf = (file: string): ImportFormat => {
  const extension = extname(file.replace(/\.gz$/i, '')).slice(1).toLowerCase()
  const format = importFormats.find((each) => each === extension) ?? otherExtensions.get(extension)
  if (format === undefined) throw new UsageError(`say the form of the records: --format ${importFormats.join('|')}`)
  return format
}

const otherExtensions: ReadonlyMap<string, ImportFormat> = new Map([
  ['ndjson', 'jsonl'],
  ['yml', 'yaml'],
  ['tab', 'tsv'],
  ['pq', 'parquet'],
])

type Answer = OperationAnswer<'importRecords'>

const issuesShown = 10

const printImport = async (session: Session, answer: Answer, { file, into, rejects }: FileOptions & { readonly file: string }): Promise<void> => {
  session.progress.end()
  if (answer.table !== undefined) for (const line of describeTable(answer.table, into)) session.say(line)
  if (answer.rejected > 0) {
    for (const issue of answer.issues.slice(0, issuesShown)) session.say(sayIssue(issue))
    const more = answer.rejected - Math.min(issuesShown, answer.issues.length)
    if (more > 0) session.say(`and ${more.toLocaleString('en')} more`)
  }
  session.say(describeImport(answer, { file, into }))
  for (const { id, message } of (answer.warnings ?? []).slice(0, 3)) session.say(`note: ${id}: ${message}`)
  if (answer.rejected > 0 && rejects !== undefined && !answer.dryRun)
    session.say(`  what was left out is in ${rejects}: repair it there and import that file`)
  if (session.options.json === true) await session.io.out(`${JSON.stringify(answer)}\n`)
  if (answer.stopped !== undefined) throw new OperationFailed(answer.stopped)
  if (answer.rejected > 0) session.exitCode = 1
}

/** What was inferred, a line a column: `  price: float in all 4, so required`. */
const describeTable = (
  { columns, keyColumn = '$id', keyEvidence, recordFormat, sharded }: NonNullable<Answer['table']>,
  id: string,
): readonly string[] => [
  `table ${id}, ${recordFormat}${sharded ? ', sharded' : ''}`,
  `  ${keyColumn}: the key, ${keyEvidence}`,
  ...columns.map(({ name, evidence }) => `  ${name}: ${evidence}`),
]

/** `imported a.jsonl into users: 3 inserted, 1 updated, 2 left as they were, 1 rejected (commit 1a2b3c4d5e6f)` */
const describeImport = (
  { commits, inserted, updated, skipped, rejected, dryRun, stopped }: Answer,
  { file, into }: { readonly file: string; readonly into: string },
): string => {
  const parts = [
    `${inserted.toLocaleString('en')} inserted`,
    ...(updated > 0 ? [`${updated.toLocaleString('en')} updated`] : []),
    ...(skipped > 0 ? [`${skipped.toLocaleString('en')} left as they were`] : []),
    ...(rejected > 0 ? [`${rejected.toLocaleString('en')} rejected`] : []),
  ].join(', ')
  const [first] = commits
  const last = commits.at(-1)
  const where =
    first === undefined
      ? 'nothing is written'
      : commits.length === 1
        ? `commit ${first.slice(0, 12)}`
        : `${commits.length} commits up to ${last?.slice(0, 12)}`
  if (stopped !== undefined) return `imported a part of ${file} into ${into}: ${parts} (${where}); to go on, import it again with --on-duplicate skip`
  return `${dryRun ? 'would import' : 'imported'} ${file} into ${into}: ${parts} (${dryRun ? 'dry run, nothing is written' : where})`
}
