import { readMembers as readMembersOf, readText as readTextOf } from '../../domain/json-text.ts'

/** Members of a record, which comes as compact JSON text: name → JSON text of the value, not parsed. */
export const readMembers = (text: string): ReadonlyMap<string, string> => readMembersOf(text)

/** The text of a JSON string, `undefined` for every other value. */
export const readText = (json: string): string | undefined => readTextOf(json)
