import { createHash } from 'node:crypto'

/** Git's id of a blob with these bytes. */
export const blobId = (bytes: Uint8Array): string => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')

/** File contents by blob id, the longest unused dropped first. Ids name contents, so nothing here is ever stale. */
export class BlobCache {
  readonly #bytes = new Map<string, Uint8Array>()
  readonly #sizeBytesMax: number
  #sizeBytes = 0

  constructor(sizeBytesMax: number) {
    this.#sizeBytesMax = sizeBytesMax
  }

  get(oid: string): Uint8Array | undefined {
    const bytes = this.#bytes.get(oid)
    if (bytes === undefined) return undefined
    this.#bytes.delete(oid)
    this.#bytes.set(oid, bytes)
    return bytes
  }

  set(oid: string, bytes: Uint8Array): void {
    if (this.#bytes.has(oid) || bytes.length > this.#sizeBytesMax / 8) return
    // A small slice would keep the whole chunk alive that it was read in.
    this.#bytes.set(oid, bytes.buffer.byteLength > 2 * bytes.length ? Uint8Array.prototype.slice.call(bytes) : bytes)
    this.#sizeBytes += bytes.length
    for (const [oldest, dropped] of this.#bytes) {
      if (this.#sizeBytes <= this.#sizeBytesMax) return
      this.#bytes.delete(oldest)
      this.#sizeBytes -= dropped.length
    }
  }
}
