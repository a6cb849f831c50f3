import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import type { OperationInput } from '../../../api/contract/operations.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { parseRules } from '../input/parse-rules.ts'
import { readObjectFile } from '../input/read-object-file.ts'
import { addExamples, addRequestIdOption, addWriteOptions, createFormatOption, toWriteScope, type WriteOptions } from '../options.ts'
import { printWrite } from '../output/print-write.ts'
import type { Session } from '../session.ts'

type Columns = NonNullable<OperationInput<'createTable'>['columns']>

type RecordFormat = NonNullable<OperationInput<'createTable'>['recordFormat']>

const recordFormats: readonly RecordFormat[] = ['yaml', 'json', 'csv', 'jsonl', 'markdown', 'toml', 'ingr', 'parquet']

interface CreateOptions extends WriteOptions {
  readonly schema?: string
  readonly columns?: Columns
  readonly rules?: string
  readonly recordFormat?: RecordFormat
  readonly contentField?: string
  readonly keyField?: string
  readonly sharded?: boolean
  readonly levels?: '1' | '2'
  readonly recordsDirectory?: string
}

export const configureCreate: ConfigureCommand = (command, session) => {
  addCreateOptions(command).action(async (_what: string, table: string, options: CreateOptions) => {
    if ((options.schema === undefined) === (options.columns === undefined))
      throw new UsageError('say what the table holds: --schema FILE, or --columns LIST')
    const answer = await session.call('createTable', await toInput(session, table, options))
    if (options.sharded === true || options.levels !== undefined) session.say('note: the Go tools do not see the records of a sharded table')
    if (options.recordsDirectory !== undefined) session.say('note: the Go tools do not see records that lie outside of $records')
    await printWrite(session, answer, { isAsked: false })
  })
}

const addCreateOptions = (command: Command): Command => {
  command
    .addArgument(new Argument('<what>', 'what to create').choices(['table', 'collection']))
    .argument('<name>', 'id of the table: letters, digits, "." and "_"; spaces/contacts for a subcollection')
    .option('--schema <file>', 'JSON Schema (2020-12) of the records, in JSON or YAML')
    .option('--columns <list>', 'columns instead of a schema: name:string!,age:int (! for required)', parseColumns)
    .option('--rules <file>', 'unique, on_delete, defaults and indexes, in YAML or JSON')
    .addOption(createFormatOption('--record-format <format>', 'format of the record files (default: yaml)', recordFormats))
    .option('--content-field <name>', 'field that holds the text of a markdown record (default: $content)')
    .option('--key-field <name>', 'field that repeats the key (default: id, when the schema has it)')
    .option('--sharded', 'spread the records over 256 directories: for more than some thousand records')
    .addOption(new Option('--levels <n>', 'as --sharded, over 2 levels: for more than 100,000 records').choices(['1', '2']))
    .option('--records-directory <dir>', 'where record files lie: "." for the directory of the table, or one below it (default: $records)')
  addRequestIdOption(addWriteOptions(command))
  return addExamples(command, [
    'ingitdb create table users --schema users.schema.json',
    "ingitdb create table countries --columns 'name:string!,population:int' --record-format json",
  ])
}

const toInput = async (session: Session, table: string, options: CreateOptions): Promise<OperationInput<'createTable'>> => {
  const { schema, columns, rules, recordFormat, contentField, keyField, sharded, levels, recordsDirectory } = options
  return {
    table,
    ...(schema !== undefined && { schema: await readObjectFile(session, schema) }),
    ...(columns !== undefined && { columns }),
    ...(rules !== undefined && { rules: parseRules(await readObjectFile(session, rules), rules) }),
    ...(recordFormat !== undefined && { recordFormat }),
    ...(contentField !== undefined && { contentField }),
    ...(keyField !== undefined && { keyField }),
    ...(sharded === true && { sharded }),
    ...(levels !== undefined && { levels: levels === '2' ? 2 : 1 }),
    ...(recordsDirectory !== undefined && { recordsDirectory }),
    ...toWriteScope(options),
    ...session.branch(),
  }
}

const parseColumns = (text: string): Columns =>
  text.split(',').map((part) => {
    const match = /^\s*([^\s:]+)\s*:\s*([^\s!]+)(!?)\s*$/.exec(part)
    const [, name, type, mark] = match ?? []
    if (name === undefined || type === undefined) throw new InvalidArgumentError(`"${part.trim()}" is no column: say name:type, as in age:int.`)
    return { name, type, ...(mark === '!' && { required: true }) }
  })
