import { isObject, type Json, type JsonObject, toJsonText } from '../../../api/contract/json.ts'

/** Columns of a table, as `describeTable` answers them. */
type Definition = JsonObject

/**
 * Lines that say what a record of a table may hold: `# age: int, required`. They are comments, for whoever fills in the template below them.
 */
export const describeColumns = (definition: Definition): readonly string[] =>
  columnsOf(definition).map(([name, column]) => `# ${[`${toKey(name)}: ${String(column.type ?? 'any')}`, ...describeLimits(column)].join(', ')}`)

/** `name: ` for every column that can be filled in, so that a new record is a form. */
export const blankFields = (definition: Definition): readonly string[] =>
  columnsOf(definition)
    .filter(([, column]) => column.formula === undefined)
    .map(([name]) => `${toKey(name)}:`)

const columnsOf = ({ columns }: Definition): readonly (readonly [string, JsonObject])[] =>
  isObject(columns) ? Object.entries(columns).flatMap(([name, column]) => (isObject(column) ? [[name, column] as const] : [])) : []

const describeLimits = (column: JsonObject): readonly string[] => {
  const say = (name: string, text: string): readonly string[] => (column[name] === undefined ? [] : [`${text} ${toJsonText(column[name] ?? null)}`])
  return [
    ...(column.required === true ? ['required'] : []),
    ...(column.formula === undefined ? [] : ['computed']),
    ...(Array.isArray(column.enum) ? [`one of ${column.enum.map((value: Json) => toJsonText(value)).join(' ')}`] : []),
    ...say('min_length', 'length from'),
    ...say('max_length', 'length to'),
    ...say('min_value', 'from'),
    ...say('max_value', 'to'),
    ...(typeof column.foreign_key === 'string' ? [`key in ${column.foreign_key}`] : []),
  ]
}

/** A name as a YAML key; one that YAML would read as something else is quoted. */
const toKey = (name: string): string =>
  /^[A-Za-z_][\w.-]*$/.test(name) && !/^(true|false|null|yes|no|on|off)$/i.test(name) ? name : toJsonText(name)
