import type { Command } from 'commander'
import type { JsonObject } from '../../../api/contract/json.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { type InputFormat, type InputRecords, inputFormats, readRecords } from '../input/read-records.ts'
import {
  addExamples,
  addRequestIdOption,
  addWriteOptions,
  createFormatOption,
  parseTable,
  splitList,
  toWriteScope,
  type WriteOptions,
} from '../options.ts'
import { printWrite, type WriteAnswer } from '../output/print-write.ts'
import type { Session } from '../session.ts'

interface InsertOptions extends WriteOptions {
  readonly into?: string
  readonly key?: string
  readonly data?: string
  readonly edit?: boolean
  readonly empty?: boolean
  readonly format?: InputFormat
  readonly keyColumn?: string
  readonly fields?: readonly string[]
  readonly upsert?: boolean
}

export const configureInsert: ConfigureCommand = (command, session) => {
  addInsertOptions(command).action(async (options: InsertOptions) => {
    const { into, key, keyColumn, upsert, format } = options
    if (into === undefined) throw new UsageError('say which table: --into TABLE')
    if (key !== undefined && keyColumn !== undefined)
      throw new UsageError('--key names one record, --key-column a field of many: give one of the two')
    const target = parseTable(into)
    const insert = async (input: InputRecords): Promise<void> => {
      const records = key === undefined ? input.records : [addKey(input.records, key)]
      const answer = await session.call('insertRecords', {
        ...target,
        records,
        ...(keyColumn !== undefined && { keyColumn }),
        ...(upsert === true && { existing: 'replace' as const }),
        ...toWriteScope(options),
        ...session.branch(),
      })
      session.progress.end()
      await printWrite(session, answer, { isAsked: format === 'json', value: toAnswers(answer, input.isList) })
    }
    if (options.edit === true) await insertEdited(session, options, insert)
    else await insert(await readRecords(session, target.table, options))
  })
}

const insertEdited = async (session: Session, options: InsertOptions, insert: (input: InputRecords) => Promise<void>): Promise<void> => {
  const { into = '', key, data, empty, format, keyColumn } = options
  if (data !== undefined || empty === true || (format !== undefined && format !== 'json') || keyColumn !== undefined)
    throw new UsageError('--edit brings one record: --data, --empty, --format and --key-column do not go with it')
  const { editNewRecord } = await import('../input/edit-record.ts')
  const isWritten = await editNewRecord(session, {
    table: parseTable(into).table,
    key,
    write: (record) => insert({ records: [record], isList: false }),
  })
  if (!isWritten) session.say('nothing is inserted: the text was left as it was, or empty')
}

const addInsertOptions = (command: Command): Command => {
  command
    .option('--into <table>', 'table to insert into (below a record: spaces/family/contacts)')
    .option('--key <key>', 'key of the record (default: "$id" in the data, else the key field)')
    .option('--data <text>', 'the record in JSON or YAML; "-" or nothing: standard input')
    .option('--edit', 'write the record in an editor: $VISUAL, $EDITOR or vi')
    .option('--empty', 'a record without fields')
    .addOption(createFormatOption('--format <format>', 'format of the data; with json the answer is JSON too', inputFormats))
    .option('--key-column <name>', 'field that holds the key, when there are many records')
    .option('--fields <names>', 'names of the columns, when CSV comes without a header line', splitList)
    .option('--upsert', 'replace records that exist')
  addRequestIdOption(addWriteOptions(command))
  return addExamples(command, [
    `ingitdb insert --into users --key u1 --data '{"name":"Ada"}'`,
    'ingitdb insert --into users --format jsonl --key-column id < users.jsonl',
  ])
}

const addKey = (records: readonly JsonObject[], key: string): JsonObject => {
  const [record] = records
  if (record === undefined || records.length !== 1) throw new UsageError(`--key names one record, the data holds ${records.length}: use --key-column`)
  if (Object.hasOwn(record, '$id') && record.$id !== key) throw new UsageError(`--key says ${key}, "$id" in the data says otherwise`)
  return { ...record, $id: key }
}

/** `{id, rev, commit}`, or an array of them when a list was given. */
const toAnswers = ({ commit, changes, dryRun }: WriteAnswer, isList: boolean): unknown => {
  const answers = changes.map(({ id, rev }) => ({ id, rev, commit, ...(dryRun && { dryRun }) }))
  return isList ? answers : (answers[0] ?? { commit })
}
