import { isObject, type Json, type JsonObject } from '../../../api/contract/json.ts'
import type { OperationInput } from '../../../api/contract/operations.ts'
import { UsageError } from '../errors.ts'
import type { Session } from '../session.ts'
import { parseData } from './parse-data.ts'
import { parseFieldValue } from './read-patch.ts'

type Added = NonNullable<OperationInput<'changeTable'>['addColumns']>[number]
type Settings = NonNullable<OperationInput<'changeTable'>['setColumns']>[number]

/** `age:int! = 0`, or with more settings `age:{type: int, required: true, min_value: 0} = 0`; `!` means required. */
export const parseAddedColumn = async (session: Session, text: string): Promise<Added> => {
  const { name, description, value } = splitColumn(text, '--add-column')
  const { type, ...settings } = await parseSettings(session, { name, description, option: '--add-column' })
  if (typeof type !== 'string') throw new UsageError(`--add-column ${text} says no type: ${name}:int`)
  const given = Object.fromEntries(Object.entries(settings).filter(([, setting]) => setting !== null))
  return { ...given, name, type, ...(value !== undefined && { value: await parseFieldValue(session, value, '--add-column') }) }
}

/** `age:float`, `age:!` (required), `age:?` (not required), or `age:{min_value: 0, title: null}`: null takes a setting away. */
export const parseColumnSettings = async (session: Session, text: string): Promise<Settings> => {
  const { name, description, value } = splitColumn(text, '--set-column')
  if (value !== undefined) throw new UsageError('--set-column changes the column, not the records: --fill gives values to those that lack the field')
  return { ...(await parseSettings(session, { name, description, option: '--set-column' })), name }
}

const splitColumn = (text: string, option: string) => {
  const colon = text.indexOf(':')
  if (colon <= 0) throw new UsageError(`${option} ${text} is no column: say name:type, as in age:int`)
  const rest = text.slice(colon + 1).trim()
  const end = rest.startsWith('{') ? endOfBraces(rest) : rest.includes('=') ? rest.indexOf('=') : rest.length
  const after = rest.slice(end).trim()
  if (after !== '' && !after.startsWith('=')) throw new UsageError(`${option} ${text} goes on after the column: only "= value" can follow`)
  return { name: text.slice(0, colon).trim(), description: rest.slice(0, end).trim(), value: after === '' ? undefined : after.slice(1).trim() }
}

/** Where the braces that a text starts with are closed; quoted ones do not count. */
const endOfBraces = (text: string): number => {
  let depth = 0
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|'[^']*'|[{}]/g)) {
    if (token === '{') depth++
    if (token === '}' && --depth === 0) return index + 1
  }
  return text.length
}

interface Described {
  readonly name: string
  readonly description: string
  readonly option: string
}

const parseSettings = async (session: Session, { name, description, option }: Described): Promise<Omit<Settings, 'name'>> => {
  if (description.startsWith('{')) {
    const value = await parseData(await session.formats(), description, option)
    if (!isObject(value)) throw new UsageError(`${option} ${name}: the settings are no map`)
    return readSettings(value, option)
  }
  const [, type = '', mark = ''] = /^([^\s!?]*)\s*([!?]?)$/.exec(description) ?? []
  if (type === '' && mark === '')
    throw new UsageError(`${option} ${name}:${description} says nothing that is understood: ${name}:int, ${name}:!, ${name}:{min_value: 0}`)
  return { ...(type !== '' && { type }), ...(mark === '!' && { required: true }), ...(mark === '?' && { required: null }) }
}

/** Keys of a column in `definition.yaml`, with ours and what their values are. */
const keys: Readonly<Record<string, readonly [keyof Settings, (value: Json) => unknown]>> = (() => {
  const text = (value: Json) => (typeof value === 'string' ? value : undefined)
  const flag = (value: Json) => (typeof value === 'boolean' ? value || null : undefined)
  const number = (value: Json) => (typeof value === 'number' ? value : isExact(value) ? Number(value.literal) : undefined)
  const list = (value: Json) => (Array.isArray(value) ? value : undefined)
  const texts = (value: Json) => (isObject(value) && Object.values(value).every((each) => typeof each === 'string') ? value : undefined)
  return {
    type: ['type', text],
    title: ['title', text],
    titles: ['titles', texts],
    valueTitle: ['valueTitle', text],
    required: ['required', flag],
    required_when: ['requiredWhen', text],
    length: ['length', number],
    min_length: ['minLength', number],
    max_length: ['maxLength', number],
    foreign_key: ['foreignKey', text],
    min_value: ['minValue', number],
    max_value: ['maxValue', number],
    enum: ['enum', list],
    locale: ['locale', text],
    format: ['format', text],
    formula: ['formula', text],
  }
})()

const isExact = (value: Json): value is Extract<Json, { readonly literal: string }> =>
  typeof value === 'object' && value !== null && 'literal' in value

const readSettings = (source: JsonObject, option: string): Omit<Settings, 'name'> => {
  const entries = Object.entries(source).map(([key, value]) => {
    const known = Object.hasOwn(keys, key) ? keys[key] : undefined
    if (known === undefined) throw new UsageError(`${option}: a column has no "${key}"; it may have ${Object.keys(keys).join(', ')}`)
    const [name, read] = known
    const setting = value === null ? null : read(value)
    if (setting === undefined) throw new UsageError(`${option}: "${key}" cannot be that`)
    return [name, setting] as const
  })
  return Object.fromEntries(entries)
}
