import { type FileHandle, open, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { toJsonText } from '../../../api/contract/json.ts'
import type { OperationInput } from '../../../api/contract/operations.ts'
import { OperationFailed } from '../errors.ts'

type RejectSink = NonNullable<OperationInput<'importRecords'>['rejects']>

/**
 * A new file with a line for each rejected record: the record itself, as JSON, with `"$line"` and `"$error"` before its fields. An import leaves those two out, so
 * that the file can be imported when it has been repaired. What could not be read stands as text in `"$text"`. A file without a record is removed.
 */
export const openRejectFile = async (cwd: string, name: string): Promise<RejectSink & { close(): Promise<void> }> => {
  const path = resolve(cwd, name)
  const file = await create(path, name)
  let kept = 0
  let end = 0
  return {
    async add({ record, issues }) {
      const notes = { $line: record.line, $error: issues.map(({ message }) => message).join('; ') }
      const line = `${toJsonText('fields' in record ? { ...notes, ...record.fields } : { ...notes, $text: record.text })}\n`
      const { bytesWritten } = await file.write(line, end)
      end += bytesWritten
    },
    async keep() {
      kept = end
    },
    async rewind() {
      if (end > kept) await file.truncate(kept)
      end = kept
    },
    async close() {
      await file.close()
      if (kept === 0) await rm(path, { force: true })
    },
  }
}

/** What is there is never written over: it may hold the only copy of records. */
const create = async (path: string, name: string): Promise<FileHandle> => {
  try {
    return await open(path, 'wx')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST') throw new OperationFailed({ kind: 'already-exists', what: 'file', id: name })
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'EISDIR')
      throw new OperationFailed({ kind: 'unavailable', what: `file ${name}`, why: 'it cannot be made there' })
    throw error
  }
}
