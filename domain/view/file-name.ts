/** Bytes that a file name may have on the file systems in use. */
const nameBytesMax = 255

/** A value as part of a file name: what would leave the directory, hide the file or be no name is written `%2F`. */
export const encodeFileName = (text: string): string =>
  text.replace(/[/\\%\u0000-\u001f\u007f]|^\./g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

/** Why a path cannot be that of a generated file; `undefined` when it can. It stays below the directory that it starts in. */
export const checkFileName = (path: string): string | undefined => {
  for (const segment of path.split('/')) {
    const isOutside = segment === '' || segment === '.' || segment === '..'
    if (isOutside || /[\\\u0000-\u001f\u007f]/.test(segment) || isGit(segment))
      return `it would be written to ${JSON.stringify(path)}, which is no place for it`
    if (new TextEncoder().encode(segment).length > nameBytesMax - suffixBytes) return `a file name of it would be too long: ${segment.slice(0, 40)}…`
  }
  return undefined
}

/** `-000001.jsonl` */
const suffixBytes = 13

const isGit = (segment: string): boolean => /^(?:\.git|git~\d+)$/i.test(segment)
