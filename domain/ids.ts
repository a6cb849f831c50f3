declare const brand: unique symbol
type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/**
 * Id of a table: `[A-Za-z0-9._]`, first and last alphanumeric. That of a subcollection is its parent's and its own name joined by a slash,
 * `spaces/contacts`.
 */
export type TableId = Brand<string, 'TableId'>
/**
 * Key of a record inside its table; safe as a file name (see `record/record-key.ts`). In a subcollection the keys of the records above come
 * before its own, joined by slashes: `family/c1`.
 */
export type RecordKey = Brand<string, 'RecordKey'>
/** Full 40-digit lower-case SHA-1 object id of a commit. */
export type CommitId = Brand<string, 'CommitId'>
/** Branch without `refs/heads/`, valid by git-check-ref-format(1). */
export type BranchName = Brand<string, 'BranchName'>

const rootId = /^[A-Za-z0-9]([A-Za-z0-9._]*[A-Za-z0-9])?$/
/** The Go tools take any directory for a subcollection; what hides, starts with `$` or could be taken for a pattern is none here. */
const subcollectionName = /^[^\s.$/\\*\u0000-\u001f\u007f]([^/\\*\u0000-\u001f\u007f]*[^\s./\\*\u0000-\u001f\u007f])?$/
/** @returns the id, `undefined` for a text that is none or is longer than 200 characters; whether there is such a table is another question */
export const parseTableId = (text: string): TableId | undefined => {
  const [root = '', ...names] = text.split('/')
  const isId = rootId.test(root) && names.every((name) => subcollectionName.test(name)) && text.length <= 200
  return isId ? (text as TableId) : undefined
}

/** Names in SQL of tables of ours, `ingitdb_log`, start with it: no new table's id may, in any letter case. */
export const systemPrefix = 'ingitdb_'

/** How many parts the keys of a table have: 1, and one more for each table above a subcollection. */
export const countKeyParts = (table: TableId): number => table.split('/').length

/** @returns the id, `undefined` for anything but 40 lower-case hex digits; abbreviations are resolved elsewhere */
export const parseCommitId = (text: string): CommitId | undefined => (/^[0-9a-f]{40}$/.test(text) ? (text as CommitId) : undefined)

/** Stands for what is not committed yet, as in git-blame(1). */
export const uncommitted = '0'.repeat(40) as CommitId

/** Names that git-check-ref-format(1) forbids, plus a leading `-`, which a command line would take for an option. */
const forbiddenInBranch = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^[-/.]|\/\.|\/$|\.$|\.lock(\/|$)|^@$/
/** @returns the name, `undefined` for one that git would refuse, `HEAD`, `@`, and one longer than 200 characters; `refs/heads/` is not taken off */
export const parseBranchName = (text: string): BranchName | undefined =>
  text !== '' && text.length <= 200 && text !== 'HEAD' && !forbiddenInBranch.test(text) ? (text as BranchName) : undefined
