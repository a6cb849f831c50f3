import type { Issue } from '../failure.ts'
import { countKeyParts, type RecordKey } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { Table } from '../table/table.ts'

/** Longest file name that common file systems take, in bytes of UTF-8; for keys in shared files the key alone counts. */
const keyBytesMax = 255

/** Joins the parts of a composite key (`primary_key` of several columns). */
export const keySeparator = '\u001f'

/** Between the key of a parent record and that of a record below it. */
const levelSeparator = '/'

/**
 * Parses a key by the rules that hold in every table; `checkRecordKey` adds those of one table.
 * @param parts  how many keys are joined by slashes: `countKeyParts` of the table
 * @returns the key, `undefined` for a text that could not be a file name everywhere, or that git or this product gives a meaning of its own
 */
export const parseRecordKey = (text: string, parts = 1): RecordKey | undefined =>
  explainRecordKey(text, parts) === undefined ? (text as RecordKey) : undefined

/** Why a text cannot be a key of any table whose keys have so many parts, to be said after the key; `undefined` when it can. */
export const explainRecordKey = (text: string, parts = 1): string | undefined => {
  if (parts === 1) return findFault(text)
  const keys = text.split(levelSeparator)
  if (keys.length !== parts) return `must have ${parts} parts joined by "/": the keys of the records above, and its own`
  return keys.map(findFault).find((fault) => fault !== undefined)
}

/** The key of a record among those below the same parent record: `c1` of `family/c1`; the whole key in a table that is no subcollection. */
export const ownKey = (key: string): string => key.slice(key.lastIndexOf(levelSeparator) + 1)

/** The key of the record that a record of a subcollection lies below: `family` of `family/c1`; `undefined` in other tables. */
export const parentKey = (key: string): string | undefined => {
  const end = key.lastIndexOf(levelSeparator)
  return end === -1 ? undefined : key.slice(0, end)
}

/** The key of a record of a subcollection, of its parent's and its own; its own where there is no parent. */
export const joinKey = (parent: string | undefined, own: string): string => (parent === undefined ? own : parent + levelSeparator + own)

/** Why a text cannot be a key of this table; `undefined` when it can. Names that only Windows reserves (`CON`, `LPT1`) are keys. */
export const checkRecordKey = (table: Table, text: string): Issue | undefined => {
  const fault = explainRecordKey(text, countKeyParts(table.id)) ?? findFaultInTable(table, ownKey(text))
  return fault === undefined ? undefined : { rule: 'key', message: `the key ${fault}`, table: table.id, key: text }
}

/** Whether records of this table lie together in one file, so that a key is no file name. */
export const sharesFile = (table: Table): boolean => table.recordFile.type !== 'single'

/** A record with its key in it, as columns of a subcollection have it (`listKeyColumns`); as it is in other tables. */
export const withKeyColumns = (key: string, fields: JsonObject): JsonObject => {
  const parent = parentKey(key)
  return parent === undefined ? fields : { ...fields, $parent: parent, $id: ownKey(key) }
}

/** Most keys are plain: these need no further look. */
const plainKey = /^[A-Za-z0-9][A-Za-z0-9_-]{0,199}$/
const controls = /[\u0000-\u001e\u007f-\u009f]/
const loneSurrogate = /\p{Surrogate}/u

const findFault = (text: string): string | undefined => {
  if (plainKey.test(text)) return undefined
  if (text === '') return 'is empty'
  if (text.startsWith('.')) return 'starts with a dot'
  if (/[/\\]/.test(text)) return 'contains a path separator'
  if (controls.test(text)) return 'contains a control character'
  if (loneSurrogate.test(text)) return 'is not valid Unicode: it contains half of a surrogate pair'
  if (/[. ]$/.test(text)) return 'ends with a dot or a space'
  if (isGitDirectory(text)) return 'is a name that git or a file system takes for ".git"'
  if (text.toLowerCase() === '$records') return 'is the name of the records directory'
  if (text === '__proto__') return 'is not allowed as a name'
  return countBytes(text) > keyBytesMax ? `is longer than ${keyBytesMax} bytes` : undefined
}

const findFaultInTable = (table: Table, text: string): string | undefined => {
  const { name } = table.recordFile
  if (sharesFile(table)) return findFaultInParts(table, text)
  if (text.includes(keySeparator)) return 'contains a control character'
  if (!name.includes('{key}')) {
    const only = name.slice(name.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '')
    return text === only ? undefined : `is not the one key of this table, ${JSON.stringify(only)}`
  }
  for (const segment of name.replaceAll('{key}', text).split('/')) {
    if (countBytes(segment) > keyBytesMax) return `makes a file name longer than ${keyBytesMax} bytes`
    if (isGitDirectory(segment)) return 'makes a file name that git or a file system takes for ".git"'
  }
  return undefined
}

const findFaultInParts = ({ recordFile, primaryKey }: Table, text: string): string | undefined => {
  const isComposite = recordFile.type === 'list' && primaryKey.length > 1
  return isComposite && text.split(keySeparator).length !== primaryKey.length
    ? `does not have one part, separated by U+001F, for each of ${primaryKey.join(', ')}`
    : undefined
}

/** Most names: they start with a letter or digit, and have none of the signs that a disguise needs. */
const neverGit = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/

/** Code points that HFS+ ignores in names: git's own list (`utf8.c`, next_hfs_char). */
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g

/**
 * Whether some file system or git itself would read a name as `.git`: in any case, with ignored code points, full-width or dotless letters,
 * a stream suffix (`.git::$INDEX_ALLOCATION`), trailing dots and spaces, or by its short name `git~1`. Sources: CVE-2014-9390, CVE-2019-1352.
 */
const isGitDirectory = (name: string): boolean => {
  if (neverGit.test(name)) return false
  const [stem = ''] = name.replace(ignoredByHfs, '').normalize('NFKC').toLowerCase().replaceAll('\u0131', 'i').split(':', 1)
  return /^(?:\.git|git~\d+)[. ]*$/.test(stem)
}

const encoder = new TextEncoder()

/** Three bytes a UTF-16 unit is the most there can be, so short texts need no encoding. */
const countBytes = (text: string): number => (text.length * 3 <= keyBytesMax ? text.length : encoder.encode(text).length)
