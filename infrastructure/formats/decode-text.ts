import { isUtf8 } from 'node:buffer'

/** Text of a file without its byte order mark, which the writer has to put back. */
export interface FileText {
  readonly text: string
  readonly hasBom: boolean
}

/** The text of UTF-8 bytes; `undefined` when they are not valid UTF-8. */
export const decodeText = (bytes: Uint8Array): FileText | undefined => {
  if (!isUtf8(bytes)) return undefined
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  const hasBom = text.charCodeAt(0) === 0xfeff
  return { text: hasBom ? text.slice(1) : text, hasBom }
}

export const encodeText = ({ text, hasBom }: FileText): Uint8Array => Buffer.from(hasBom ? `\ufeff${text}` : text, 'utf8')
