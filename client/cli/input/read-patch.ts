import { isObject, type Json, type JsonObject } from '../../../api/contract/json.ts'
import { UsageError } from '../errors.ts'
import type { Session } from '../session.ts'
import { parseData, takeParsed } from './parse-data.ts'
import { readStdin, stdinName } from './read-text.ts'

export interface PatchInput {
  readonly set?: readonly string[]
  readonly unset?: readonly string[]
  readonly data?: string
}

/**
 * One merge patch from `--data`, then `--set`, then `--unset`: what comes later wins, but a field is not both set and removed.
 * Dots in a field name lead into objects; `\.` is a dot.
 */
export const readPatch = async (session: Session, { set = [], unset = [], data }: PatchInput): Promise<JsonObject> => {
  let patch = data === undefined ? {} : await readData(session, data)
  for (const assignment of set) {
    const [path, value] = await parseAssignment(session, assignment)
    const both = unset.find((field) => splitPath(field).join('\0') === path.join('\0'))
    if (both !== undefined) throw new UsageError(`the field ${both} is in --set and in --unset: give it in one of them`)
    patch = setPath(patch, path, value)
  }
  for (const field of unset) patch = setPath(patch, splitPath(field), null)
  return patch
}

/** The operations of a JSON Patch, as they are written. */
export const readJsonPatch = async (session: Session, source: string): Promise<readonly Json[]> => {
  const value = await readValue(session, source, '--json-patch')
  if (!Array.isArray(value)) throw new UsageError('--json-patch must be a list of operations: [{"op":"replace","path":"/age","value":31}]')
  return value
}

const readValue = async (session: Session, source: string, option: string): Promise<Json> => {
  const [text, file] = source === '-' ? [await readStdin(session), stdinName] : [source, option]
  return parseData(await session.formats(), text, file)
}

const readData = async (session: Session, data: string): Promise<JsonObject> => {
  const value = await readValue(session, data, '--data')
  if (!isObject(value)) throw new UsageError('--data must be an object: the fields to change')
  return value
}

const parseAssignment = async (session: Session, text: string): Promise<[readonly string[], Json]> => {
  const equals = text.indexOf('=')
  if (equals <= 0) throw new UsageError(`"${text}" sets nothing: say --set FIELD=VALUE`)
  const operator = /^[^=<>!]*([=!]==?|[<>]=?)/.exec(text)?.[1]
  if (operator !== undefined) throw new UsageError(`--set assigns with a single "=", there is "${operator}" in "${text}"`)
  const [field, value] = [text.slice(0, equals).trim(), text.slice(equals + 1)]
  if (value === '')
    throw new UsageError(`--set ${field}= has no value: say --set '${field}=""' for an empty text, --unset ${field} to remove the field`)
  return [splitPath(field), await parseFieldValue(session, value, '--set')]
}

/**
 * A value as YAML's flow style has it: numbers in JSON's form, true, false, null, quoted texts, lists and objects.
 * Anything else is the text as it stands, so that `a: b`, `# 1` and `+47 123` need no quotes.
 */
export const parseFieldValue = async (session: Session, text: string, option: string): Promise<Json> => {
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$|^(true|false|null)$/.test(text))
    return takeParsed(await (await session.formats()).parseJson(text), option)
  return /^["'[{]/.test(text) ? parseData(await session.formats(), text, option) : text
}

/** `a.b\.c` → `['a', 'b.c']` */
const splitPath = (text: string): readonly string[] => {
  const steps = text.split(/(?<!\\)\./).map((step) => step.replaceAll('\\.', '.'))
  if (steps.includes('')) throw new UsageError(`"${text}" is no field name`)
  return steps
}

/** Built with own members only: a field named `__proto__` is data, for the table's check to refuse. */
const setPath = (object: JsonObject, path: readonly string[], value: Json): JsonObject => {
  const [step = '', ...rest] = path
  const inner = Object.hasOwn(object, step) ? object[step] : undefined
  const member = rest.length === 0 ? value : setPath(isObject(inner) ? inner : {}, rest, value)
  return Object.fromEntries([...Object.entries(object).filter(([name]) => name !== step), [step, member]])
}
