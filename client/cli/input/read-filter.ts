import { isObject, type JsonObject } from '../../../api/contract/json.ts'
import { UsageError } from '../errors.ts'
import type { FilterOptions } from '../options.ts'
import type { Session } from '../session.ts'
import { parseData } from './parse-data.ts'

/** Members of an input that say which records: all of them must hold. */
export interface FilterInput {
  readonly where?: readonly string[]
  readonly filter?: JsonObject
}

/**
 * The conditions of a command line. One that starts with `{` is a filter of the JSON syntax, written in JSON or in YAML's flow style like all data; the
 * others go on as they are. A field whose name starts with a brace goes in backticks.
 */
export const readFilter = async (session: Session, { where = [] }: FilterOptions): Promise<FilterInput> => {
  const texts = where.filter((text) => !isJsonFilter(text))
  const filters: JsonObject[] = []
  for (const text of where.filter(isJsonFilter)) {
    const filter = await parseData(await session.formats(), text, '--where')
    if (!isObject(filter)) throw new UsageError('--where that starts with { must be one object: {"age": {"$gt": 30}}')
    filters.push(filter)
  }
  const [first] = filters
  return {
    ...(texts.length > 0 && { where: texts }),
    ...(first !== undefined && { filter: filters.length === 1 ? first : { $and: filters } }),
  }
}

const isJsonFilter = (text: string): boolean => text.trimStart().startsWith('{')
