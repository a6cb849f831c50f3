import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasCode } from './read-ref.ts'
import { isSafePath } from './safe-path.ts'

/** What is remembered of a generated file: for what it was made, and which bytes it had. */
export interface ExportRecord {
  /** Path of the database in the repository: several may share one. */
  readonly database: string
  readonly table: string
  readonly view: string
  readonly blob: string
}

const fileName = 'exports.json'

/** Generated files of a work tree by path. A list that is damaged is none: nothing is removed then. */
export const readExportRecords = (gitDirectory: string): Map<string, ExportRecord> => {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(gitDirectory, 'ingitdb', fileName), 'utf8'))
    const files = isObject(parsed) && isObject(parsed.files) ? parsed.files : {}
    return new Map(Object.entries(files).flatMap(([path, record]) => (isRecord(record) && isSafePath(path) ? [[path, record] as const] : [])))
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'ENOTDIR', 'EACCES']) || error instanceof SyntaxError) return new Map()
    throw error
  }
}

/** Not being able to remember costs no more than stale files that stay. */
export const writeExportRecords = (gitDirectory: string, records: ReadonlyMap<string, ExportRecord>): void => {
  const directory = join(gitDirectory, 'ingitdb')
  const files = Object.fromEntries([...records].sort(([a], [b]) => (a < b ? -1 : 1)))
  try {
    mkdirSync(directory, { recursive: true })
    const temporary = join(directory, `${fileName}.${process.pid}.tmp`)
    writeFileSync(temporary, `${JSON.stringify({ version: 1, files }, undefined, 1)}\n`)
    renameSync(temporary, join(directory, fileName))
  } catch (error) {
    if (!hasCode(error, ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'])) throw error
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

const isRecord = (value: unknown): value is ExportRecord =>
  isObject(value) && ['database', 'table', 'view', 'blob'].every((name) => typeof value[name] === 'string')
