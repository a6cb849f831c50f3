import type { FoundRecord, Observation } from '../../domain/event-sourcing/event-store.ts'
import { countKeyParts, type RecordKey } from '../../domain/ids.ts'
import { joinKey, ownKey, parseRecordKey } from '../../domain/record/record-key.ts'
import type { Digest, FileProblem, RecordCodec } from '../../domain/table/codecs.ts'
import { recordPathIn } from '../../domain/table/record-path.ts'
import type { Table } from '../../domain/table/table.ts'
import { sharedRevision } from './stage-changes.ts'
import { linkMode, submoduleMode } from './tree-object.ts'

/** A record file found in a commit; path relative to the database. */
export interface FoundFile {
  readonly path: string
  readonly mode: string
  readonly oid: string
  /** Key that the path gives; `undefined` for a shared file. */
  readonly key: string | undefined
  /** Key of the record that everything in a shared file of a subcollection lies below. */
  readonly parent?: string | undefined
  /** `undefined`: no ordinary file, or too big to read. */
  readonly bytes: Uint8Array | undefined
}

export type RecordFileRead = Extract<Observation, { readonly type: 'RecordFileRead' }>
export type TableRead = Extract<Observation, { readonly type: 'TableRead' }>

/** What a file of one record holds. */
export const readRecordFile = (codec: RecordCodec, table: Table, file: FoundFile): RecordFileRead => {
  const text = file.key ?? ''
  const fault =
    faultOf(file) ??
    (parseRecordKey(text, countKeyParts(table.id)) === undefined ? { rule: 'key', message: `${JSON.stringify(text)} cannot be a key` } : undefined)
  if (fault !== undefined || file.bytes === undefined) return unreadable(table, file, fault)
  const { records, problems, locate } = codec.read(table, file.bytes, ownKey(text))
  const [record] = records
  const [problem] = problems
  if (record === undefined || problem !== undefined) return unreadable(table, file, problem ?? { message: 'there is no record in this file' })
  const key = keyAsFound(text)
  // Written out: a rebuild comes here for every record, and spreading an object costs as much as parsing one.
  return {
    type: 'RecordFileRead',
    table: table.id,
    path: file.path,
    key,
    record: { key, fields: record.fields, revision: file.oid, locate },
    problem: undefined,
  }
}

const unreadable = (table: Table, { path, key }: FoundFile, problem: FileProblem | undefined): RecordFileRead => ({
  type: 'RecordFileRead',
  table: table.id,
  path,
  key: keyAsFound(key ?? ''),
  record: undefined,
  problem,
})

/** A record file that is no longer there. */
export const goneRecordFile = (table: Table, path: string, key: string): RecordFileRead => ({
  type: 'RecordFileRead',
  table: table.id,
  path,
  key: keyAsFound(key),
  record: undefined,
  problem: undefined,
})

/**
 * Gathers everything that a table holds, file by file, in any order. Of two files with the same key the one in its proper place is served, else the
 * one whose path is first, and the other is a problem.
 */
export class TableReading {
  readonly #table: Table
  readonly #codec: RecordCodec
  readonly #digest: Digest
  readonly #records = new Map<string, FoundRecord>()
  readonly #problems: (FileProblem & { readonly path: string })[] = []

  constructor(table: Table, codec: RecordCodec, digest: Digest) {
    this.#table = table
    this.#codec = codec
    this.#digest = digest
  }

  add(file: FoundFile): void {
    if (file.key === undefined) this.#addShared(file)
    else this.#addRecord(readRecordFile(this.#codec, this.#table, file))
  }

  result(): TableRead {
    return { type: 'TableRead', table: this.#table.id, records: [...this.#records.values()], problems: this.#problems }
  }

  #addShared(file: FoundFile): void {
    const fault = faultOf(file)
    if (fault !== undefined) this.#problems.push({ ...fault, path: file.path })
    if (file.bytes === undefined) return
    const { records, problems, locate } = this.#codec.read(this.#table, file.bytes, undefined)
    for (const { key: own, ...problem } of problems)
      this.#problems.push({ ...problem, ...(own === undefined ? {} : { key: joinKey(file.parent, own) }), path: file.path })
    for (const { key: own, fields, line } of records) {
      const text = joinKey(file.parent, own)
      const key = parseRecordKey(text, countKeyParts(this.#table.id))
      const where = { path: file.path, key: text, ...(line === undefined ? {} : { line }) }
      if (key === undefined) this.#problems.push({ ...where, rule: 'key', message: `${JSON.stringify(text)} cannot be a key` })
      else this.#keep({ key, fields, revision: sharedRevision(fields), path: file.path, line, locate })
    }
  }

  #addRecord({ path, key, record, problem }: RecordFileRead): void {
    if (problem !== undefined) this.#problems.push({ ...problem, path, key })
    if (record !== undefined) this.#keep({ ...record, path, line: undefined })
  }

  #keep(record: FoundRecord): void {
    const { key } = record
    const other = this.#records.get(key)
    const [kept, left] = other === undefined || this.#comesBefore(record, other) ? [record, other] : [other, record]
    this.#records.set(key, kept)
    if (left === undefined) return
    const where = left.line === undefined ? {} : { line: left.line }
    this.#problems.push({ path: left.path, key, ...where, rule: 'duplicate-key', message: `the same key is in ${kept.path}` })
  }

  /** Whatever order they are read in: the one in its proper place, else the one whose path is first. */
  #comesBefore(record: FoundRecord, other: FoundRecord): boolean {
    const isProper = ({ key, fields, path }: FoundRecord) => path === recordPathIn(this.#table, key, { digest: this.#digest, fields })
    return isProper(record) !== isProper(other) ? isProper(record) : record.path < other.path
  }
}

const faultOf = (file: FoundFile): FileProblem | undefined => {
  if (file.mode === linkMode) return { rule: 'symbolic-link', message: 'this is a symbolic link; links are not followed' }
  if (file.mode === submoduleMode) return { rule: 'submodule', message: 'this is a submodule, not a record' }
  return file.bytes === undefined ? { rule: 'too-large', message: 'the file is larger than 10 MiB' } : undefined
}

/** Names a file's record in reports and events also when the text could never be a key of ours; such a record is never served. */
const keyAsFound = (text: string): RecordKey => text as RecordKey
