import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { OperationFailed } from '../errors.ts'
import type { Session } from '../session.ts'

/** Name of the standard input in messages. */
export const stdinName = '<stdin>'

/** Everything on the standard input, as UTF-8; at most `inputBytesMax`. */
export const readStdin = async ({ io }: Session): Promise<string> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of io.stdin) {
    bytes += chunk.byteLength
    if (bytes > inputBytesMax) {
      throw new OperationFailed({ kind: 'limit-exceeded', what: 'the input', limit: inputBytesMax, actual: bytes, unit: 'bytes' })
    }
    chunks.push(chunk)
  }
  return decode(Buffer.concat(chunks), stdinName)
}

/** A text has to fit into one string of the run time, with room for what is made of it. */
const inputBytesMax = 256 * 1024 * 1024

/** A file named on the command line, relative to the current folder. */
export const readTextFile = async ({ io }: Session, path: string): Promise<string> => {
  try {
    return decode(await readFile(resolve(io.cwd, path)), path)
  } catch (error) {
    if (error instanceof OperationFailed) throw error
    throw toFileFailure(error, path)
  }
}

/** What is to be said when a file named by the user cannot be opened; what is no such error is thrown on. */
export const toFileFailure = (error: unknown, path: string): OperationFailed => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return new OperationFailed({ kind: 'not-found', what: 'file', id: path })
  if (code === 'EISDIR')
    return new OperationFailed({ kind: 'invalid-input', issues: [{ rule: 'file', message: 'this is a folder, a file is needed', file: path }] })
  if (code === 'EACCES' || code === 'EPERM') return new OperationFailed({ kind: 'unavailable', what: `file ${path}`, why: 'you may not read it' })
  throw error
}

/** A byte order mark is taken off; bytes that are no UTF-8 are refused with their line. */
const decode = (bytes: Uint8Array, name: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new OperationFailed({
      kind: 'invalid-input',
      issues: [{ rule: 'utf-8', message: 'not valid UTF-8', file: name, line: findBadLine(bytes) }],
    })
  }
}

/** First line whose bytes are no UTF-8: a line feed is never part of a longer character. */
const findBadLine = (bytes: Uint8Array): number => {
  let line = 1
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(10, start)
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return line
    start = end + 1
  }
}
