import type { Formats } from '../../../api/contract/formats.ts'
import { isObject, type Json, type JsonObject } from '../../../api/contract/json.ts'

/**
 * Rows of texts as the table's columns understand them: numbers and booleans of such columns, JSON in list and map columns.
 * A cell that does not read so stays a text, and the table's own check says what is wrong with it.
 *
 * @param definition answer of `describeTable`
 */
export const coerceCells = async (rows: readonly JsonObject[], definition: JsonObject, formats: Formats): Promise<readonly JsonObject[]> => {
  const types = readTypes(definition)
  const coerced: JsonObject[] = []
  for (const row of rows) {
    const members: [string, Json][] = []
    for (const [name, cell] of Object.entries(row)) members.push([name, await coerceCell(cell, types.get(name), formats)])
    coerced.push(Object.fromEntries(members))
  }
  return coerced
}

const readTypes = ({ columns }: JsonObject): ReadonlyMap<string, Json> =>
  new Map(
    isObject(columns)
      ? Object.entries(columns).flatMap(([name, column]) => (isObject(column) && column.type !== undefined ? [[name, column.type]] : []))
      : [],
  )

const coerceCell = async (cell: Json, type: Json | undefined, formats: Formats): Promise<Json> => {
  if (typeof cell !== 'string' || typeof type !== 'string' || !looksTyped(cell.trim(), type)) return cell
  const parsed = await formats.parseJson(cell)
  return parsed.ok ? parsed.value : cell
}

const looksTyped = (text: string, type: string): boolean => {
  if (type === 'int' || type === 'float') return /^-?\d/.test(text)
  if (type === 'bool') return text === 'true' || text === 'false'
  return type.startsWith('[]') ? text.startsWith('[') : type.startsWith('map[') && text.startsWith('{')
}
