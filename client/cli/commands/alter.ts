import { Argument, type Command } from 'commander'
import { isObject, type Json } from '../../../api/contract/json.ts'
import type { OperationInput } from '../../../api/contract/operations.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { parseAddedColumn, parseColumnSettings } from '../input/parse-column.ts'
import { parseData } from '../input/parse-data.ts'
import { parseRules } from '../input/parse-rules.ts'
import { readObjectFile } from '../input/read-object-file.ts'
import { parseFieldValue } from '../input/read-patch.ts'
import { addExamples, addRequestIdOption, addWriteOptions, collect, splitList, toWriteScope, type WriteOptions } from '../options.ts'
import { printWrite, sayPreview } from '../output/print-write.ts'
import type { Session } from '../session.ts'

interface AlterOptions extends WriteOptions {
  readonly renameColumn?: readonly string[]
  readonly dropColumn?: readonly string[]
  readonly schema?: string
  readonly addColumn?: readonly string[]
  readonly setColumn?: readonly string[]
  readonly fill?: readonly string[]
  readonly rules?: string
  readonly columnsOrder?: readonly string[]
  readonly titles?: string
}

export const configureAlter: ConfigureCommand = (command, session) => {
  addAlterOptions(command).action(async (_what: string, table: string, options: AlterOptions) => {
    const changes = await readChanges(session, options)
    if (Object.keys(changes).length === 0) throw new UsageError('say what changes: --add-column, --set-column, --rename-column, …')
    const answer = await session.call('changeTable', { table, ...changes, ...toWriteScope(options), ...session.branch() })
    await printWrite(session, answer, { isAsked: false })
    if (answer.dryRun) sayPreview(session, answer)
  })
}

const addAlterOptions = (command: Command): Command => {
  command
    .addArgument(new Argument('<what>', 'what to change').choices(['table', 'collection']))
    .argument('<name>', 'id of the table')
    .option('--rename-column <old=new>', 'give a column another name, in every record too; repeat it', collect)
    .option('--drop-column <names>', 'columns that go, with their values in every record: a,b', splitList)
    .option('--schema <file>', 'a new JSON Schema, in JSON or YAML; the columns are derived again')
    .option('--add-column <column>', 'name:type, name:type! when required; "= value" fills the records: age:int! = 0; repeat it', collect)
    .option('--set-column <column>', 'another type (age:float), required (age:!) or not (age:?), or settings: age:{min_value: 0}; repeat it', collect)
    .option('--fill <field=value>', 'value for records that lack the field; repeat it', collect)
    .option('--rules <file>', 'rules that replace those of the same name, in YAML or JSON')
    .option('--columns-order <names>', 'order of the columns: a,b', splitList)
    .option('--titles <map>', 'names of the table by language: {en: Users}; null for none')
  addRequestIdOption(addWriteOptions(command))
  return addExamples(command, [
    'ingitdb alter table users --rename-column age=years',
    "ingitdb alter table users --add-column 'active:bool! = true' --dry-run",
    "ingitdb alter table users --set-column 'age:{type: float, min_value: 0}'",
  ])
}

type Changes = Omit<OperationInput<'changeTable'>, 'table'>

const readChanges = async (session: Session, options: AlterOptions): Promise<Changes> => {
  const { renameColumn, dropColumn, schema, addColumn, setColumn, fill, rules, columnsOrder, titles } = options
  return {
    ...(renameColumn !== undefined && { renameColumns: Object.fromEntries(renameColumn.map(splitRename)) }),
    ...(dropColumn !== undefined && { dropColumns: dropColumn }),
    ...(schema !== undefined && { schema: await readObjectFile(session, schema) }),
    ...(addColumn !== undefined && { addColumns: await Promise.all(addColumn.map((text) => parseAddedColumn(session, text))) }),
    ...(setColumn !== undefined && { setColumns: await Promise.all(setColumn.map((text) => parseColumnSettings(session, text))) }),
    ...(fill !== undefined && { fill: Object.fromEntries(await Promise.all(fill.map((text) => parseFill(session, text)))) }),
    ...(rules !== undefined && { rules: parseRules(await readObjectFile(session, rules), rules) }),
    ...(columnsOrder !== undefined && { columnsOrder }),
    ...(titles !== undefined && { titles: await parseTitles(session, titles) }),
  }
}

const splitRename = (text: string): readonly [string, string] => {
  const [old = '', name = '', ...more] = text.split('=').map((part) => part.trim())
  if (old === '' || name === '' || more.length > 0) throw new UsageError(`"${text}" renames nothing: say --rename-column OLD=NEW`)
  return [old, name]
}

const parseFill = async (session: Session, text: string): Promise<readonly [string, Json]> => {
  const equals = text.indexOf('=')
  if (equals <= 0) throw new UsageError(`"${text}" fills nothing: say --fill FIELD=VALUE`)
  return [text.slice(0, equals).trim(), await parseFieldValue(session, text.slice(equals + 1).trim(), '--fill')]
}

const parseTitles = async (session: Session, text: string): Promise<Readonly<Record<string, string>> | null> => {
  const value = await parseData(await session.formats(), text, '--titles')
  if (value === null) return null
  const entries = isObject(value) ? Object.entries(value) : []
  const titles = entries.flatMap(([language, title]): [string, string][] => (typeof title === 'string' ? [[language, title]] : []))
  if (titles.length === 0 || titles.length < entries.length) throw new UsageError('--titles maps languages to names: {en: Users}')
  return Object.fromEntries(titles)
}
