import { createHash } from 'node:crypto'
import { type CommitId, parseCommitId, type RecordKey } from '../../domain/ids.ts'
import { asJson, stringifyJson } from '../../domain/json.ts'
import type { RecordQuery } from '../../domain/query/filter.ts'
import { fail, ok, type Result } from '../../domain/result.ts'

/** Where the next page starts: after a record of an answer to this very question, in this very commit. */
export interface PageStart {
  readonly commit: CommitId
  readonly after: RecordKey
}

/** A cursor that was read; whether it belongs to a question is asked once that is known. */
export interface PageCursor extends PageStart {
  readonly digest: string
}

const version = 1
const commitBytes = 20
const digestBytes = 6
const checkBytes = 4
const textMax = 4_000

/**
 * A cursor as one word for a URL: version, commit, digest of the question, key of the last record, and a checksum, so that a mangled one is noticed.
 * The record's place in the order is looked up in its commit, where it never changes: a cursor stays short however long the values sorted by are.
 */
export const writeCursor = ({ commit, after }: PageStart, question: string): string => {
  const content = Buffer.concat([Buffer.from([version]), Buffer.from(commit, 'hex'), Buffer.from(question, 'hex'), Buffer.from(after)])
  return Buffer.concat([content, checkOf(content)]).toString('base64url')
}

/** Reads what `writeCursor` wrote; anything else is `invalid-input`. */
export const readCursor = (text: string): Result<PageCursor> => {
  const bytes = /^[\w-]+$/.test(text) && text.length <= textMax ? Buffer.from(text, 'base64url') : Buffer.alloc(0)
  const content = bytes.subarray(0, -checkBytes)
  const start = 1 + commitBytes + digestBytes
  const commit = parseCommitId(content.subarray(1, 1 + commitBytes).toString('hex'))
  const isWhole = content.length > start && bytes.toString('base64url') === text && checkOf(content).equals(bytes.subarray(-checkBytes))
  if (!isWhole || content[0] !== version || commit === undefined)
    return refuseCursor('this is not a cursor that an answer gave as "next": pass it on whole')
  return ok({ commit, after: content.subarray(start).toString() as RecordKey, digest: content.subarray(1 + commitBytes, start).toString('hex') })
}

/** A cursor goes on with the question that it came from: another filter or order has other pages. */
export const checkCursor = (cursor: PageCursor, question: string): Result<void> =>
  cursor.digest === question
    ? ok(undefined)
    : refuseCursor(
        'this cursor belongs to another question: table, filter, order and search stay the same from page to page, fields and limit need not',
      )

export const refuseCursor = (message: string): Result<never> =>
  fail({ kind: 'invalid-input', issues: [{ rule: 'cursor', message, field: '/cursor' }] })

/** What a question is, in few bytes of hex: the same for all its pages, however it was written down. */
export const digestQuestion = (table: string, { where, orderBy, search }: RecordQuery): string =>
  createHash('sha256')
    .update(stringifyJson([table, where === undefined ? null : asJson(where), asJson(orderBy), ...(search === undefined ? [] : [asJson(search)])]))
    .digest('hex')
    .slice(0, 2 * digestBytes)

const checkOf = (content: Buffer): Buffer => createHash('sha256').update(content).digest().subarray(0, checkBytes)
