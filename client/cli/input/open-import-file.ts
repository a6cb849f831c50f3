import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { RandomAccessFile } from '../../../api/contract/formats.ts'
import { OperationFailed } from '../errors.ts'
import type { Session } from '../session.ts'
import { stdinName, toFileFailure } from './read-text.ts'

/** Bytes of an input of any size. */
export interface ImportFile {
  readonly name: string
  /** Whether it can be read from the start again. */
  readonly isRepeatable: boolean
  read(): AsyncIterable<Uint8Array>
  /** Any part of it; absent for a stream. */
  readonly ranges?: RandomAccessFile
  /** Which part has been read. */
  share(): number | undefined
}

const blockBytes = 256 * 1024

/** Opens a file named on the command line, relative to the current folder; `-` is the standard input. */
export const openImportFile = async ({ io }: Session, name: string): Promise<ImportFile> => {
  if (name === '-') return { name: stdinName, isRepeatable: false, read: readOnce(io.stdin), share: () => undefined }
  const path = resolve(io.cwd, name)
  const size = await measure(path, name)
  let done = 0
  return {
    name,
    isRepeatable: true,
    read: async function* () {
      done = 0
      for await (const block of createReadStream(path, { highWaterMark: blockBytes })) {
        done += block.length
        yield block
      }
    },
    ranges: {
      size,
      read: async (start, end) => {
        done = Math.max(done, end === size ? 0 : end)
        return readRange(path, name, { start, end })
      },
    },
    share: () => (size === 0 ? undefined : Math.min(1, done / size)),
  }
}

const readRange = async (path: string, name: string, { start, end }: { readonly start: number; readonly end: number }): Promise<Uint8Array> => {
  const handle = await open(path)
  try {
    const bytes = Buffer.alloc(end - start)
    let filled = 0
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled)
      if (bytesRead === 0) throw new OperationFailed({ kind: 'unavailable', what: name, why: 'it became shorter while it was read' })
      filled += bytesRead
    }
    return bytes
  } finally {
    await handle.close()
  }
}

/** Whoever asks for the second time would find nothing, and take that for an empty input. */
const readOnce = (stdin: AsyncIterable<Uint8Array>): (() => AsyncIterable<Uint8Array>) => {
  let isTaken = false
  return () => {
    if (isTaken) throw new OperationFailed({ kind: 'unavailable', what: stdinName, why: 'it can be read only once: import from a file' })
    isTaken = true
    return stdin
  }
}

const measure = async (path: string, name: string): Promise<number> => {
  try {
    const handle = await open(path)
    try {
      const stat = await handle.stat()
      if (stat.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' })
      return stat.size
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw error instanceof OperationFailed ? error : toFileFailure(error, name)
  }
}
