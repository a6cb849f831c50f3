import type { FoundRecord, Observation } from '../../domain/event-sourcing/event-store.ts'
import type { RecordKey } from '../../domain/ids.ts'
import { parseRecordKey } from '../../domain/record/record-key.ts'
import type { Digest, FileProblem, RecordCodec } from '../../domain/table/codecs.ts'
import { recordPath } from '../../domain/table/record-path.ts'
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
  /** `undefined`: no ordinary file, or too big to read. */
  readonly bytes: Uint8Array | undefined
}

export type RecordFileRead = Extract<Observation, { readonly type: 'RecordFileRead' }>
export type TableRead = Extract<Observation, { readonly type: 'TableRead' }>

/** What a file of one record holds. */
export const readRecordFile = (codec: RecordCodec, table: Table, file: FoundFile): RecordFileRead => {
  const text = file.key ?? ''
  const fault =
    faultOf(file) ?? (parseRecordKey(text) === undefined ? { rule: 'key', message: `${JSON.stringify(text)} cannot be a key` } : undefined)
  if (fault !== undefined || file.bytes === undefined) return unreadable(table, file, fault)
  const { records, problems, locate } = codec.read(table, file.bytes, text)
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
 * Gathers everything that a table holds, file by file. Of two files with the same key the one in its proper place is served,
 * and the other is a problem.
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
    for (const problem of problems) this.#problems.push({ ...problem, path: file.path })
    for (const { key: text, fields, line } of records) {
      const key = parseRecordKey(text)
      const where = { path: file.path, key: text, ...(line === undefined ? {} : { line }) }
      if (key === undefined) this.#problems.push({ ...where, rule: 'key', message: `${JSON.stringify(text)} cannot be a key` })
      else this.#records.set(text, { key, fields, revision: sharedRevision(fields), path: file.path, line, locate })
    }
  }

  #addRecord({ path, key, record, problem }: RecordFileRead): void {
    if (problem !== undefined) this.#problems.push({ ...problem, path, key })
    if (record === undefined) return
    const other = this.#records.get(key)
    const isProper = other === undefined || path === recordPath(this.#table, key, this.#digest)
    if (other !== undefined)
      this.#problems.push({
        path: isProper ? other.path : path,
        key,
        rule: 'duplicate-key',
        message: `the same key is in ${isProper ? path : other.path}`,
      })
    if (isProper) this.#records.set(key, { ...record, path, line: undefined })
  }
}

const faultOf = (file: FoundFile): FileProblem | undefined => {
  if (file.mode === linkMode) return { rule: 'symbolic-link', message: 'this is a symbolic link; links are not followed' }
  if (file.mode === submoduleMode) return { rule: 'submodule', message: 'this is a submodule, not a record' }
  return file.bytes === undefined ? { rule: 'too-large', message: 'the file is larger than 10 MiB' } : undefined
}

/** Names a file's record in reports and events also when the text could never be a key of ours; such a record is never served. */
const keyAsFound = (text: string): RecordKey => text as RecordKey
