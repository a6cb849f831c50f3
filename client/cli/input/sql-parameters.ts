import type { Json } from '../../../api/contract/json.ts'
import { UsageError } from '../errors.ts'
import type { Session } from '../session.ts'

/** `name=value` each. */
export const readSqlParameters = async (session: Session, pairs: readonly string[]): Promise<Readonly<Record<string, Json>>> => {
  const parameters = new Map<string, Json>()
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at < 1) throw new UsageError(`"${pair}" is no parameter: say --param name=value`)
    const name = nameOfParameter(pair.slice(0, at))
    if (parameters.has(name)) throw new UsageError(`the parameter ${name} is given twice`)
    parameters.set(name, await readSqlValue(session, pair.slice(at + 1)))
  }
  return Object.fromEntries(parameters)
}

/** `:name`, as statements have it, means `name`. */
export const nameOfParameter = (text: string): string => text.replace(/^[:@$]/, '')

/** A scalar of JSON, or the text itself. */
export const readSqlValue = async (session: Session, text: string): Promise<Json> => {
  const { parseJson } = await session.formats()
  const parsed = await parseJson(text)
  return parsed.ok && !(text.startsWith('{') || text.startsWith('[')) ? parsed.value : text
}
