/** One entry of a tree object. */
export interface TreeEntry {
  /** `100644`, `100755`, `120000` (symbolic link), `160000` (submodule), `40000` (directory). */
  readonly mode: string
  readonly oid: string
}

export const directoryMode = '40000'
export const linkMode = '120000'
export const submoduleMode = '160000'

/** @param bytes  body of a tree object, as git-cat-file(1) prints it */
export const parseTree = (bytes: Buffer): Map<string, TreeEntry> => {
  const entries = new Map<string, TreeEntry>()
  let at = 0
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at)
    const zero = bytes.indexOf(0, space)
    entries.set(bytes.toString('utf8', space + 1, zero), { mode: modeAt(bytes, at, space), oid: bytes.toString('hex', zero + 1, zero + 21) })
    at = zero + 21
  }
  return entries
}

const modeAt = (bytes: Buffer, start: number, end: number): string => {
  // Nearly every entry is an ordinary file: compare before making a string.
  if (end - start === 6 && bytes[start + 3] === 0x36 && bytes[start + 4] === 0x34 && bytes[start + 1] === 0x30) return '100644'
  return bytes.toString('latin1', start, end)
}
