import { recordAddress } from '../../domain/record/record-address.ts'

export interface RecordAddress {
  readonly table: string
  readonly id: string
}

/** Records of a table; in a subcollection only those below `parent`, where that is given. */
export interface TableAddress {
  readonly table: string
  readonly parent?: string
}

/** `users/u1`, or `spaces/family/contacts/c1` in a subcollection: tables and keys in turn. `undefined` for a text that names no record. */
export const parseRecordAddress = (text: string): RecordAddress | undefined => {
  const parts = text.split('/')
  return parts.length % 2 === 1 || parts.includes('') ? undefined : { table: pick(parts, 0), id: pick(parts, 1) }
}

/** The opposite of `parseRecordAddress`. */
export const formatAddress = ({ table, id }: RecordAddress): string => recordAddress(table, id)

/**
 * `users`; of a subcollection `spaces/family/contacts`, or `spaces/*` + `/contacts`, which is its id too: `spaces/contacts`.
 * `undefined` for a text that names no table.
 */
export const parseTableAddress = (text: string): TableAddress | undefined => {
  const parts = text.split('/')
  if (parts.includes('') || (parts.length % 2 === 0 && parts.length > 2)) return undefined
  if (parts.length < 3) return { table: text }
  const parent = pick(parts, 1)
  return { table: pick(parts, 0), ...(/^\*(\/\*)*$/.test(parent) ? {} : { parent }) }
}

const pick = (parts: readonly string[], start: 0 | 1): string => parts.filter((_, index) => index % 2 === start).join('/')
