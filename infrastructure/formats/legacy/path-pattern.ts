/** One part of a path: literal text, or text with the key of a record in it; `slot` says which record's, counted from the top. */
type Part = string | { readonly before: string; readonly slot: number; readonly after: string }
export type PathPattern = readonly Part[]

/** A directory as it stands; `''` is the database itself. */
export const literalParts = (directory: string): PathPattern => directory.split('/').filter((part) => part !== '')

/** The key of the record at a level, as a part of its own. */
export const keyPart = (slot: number): Part => ({ before: '', slot, after: '' })

/** @returns the name's parts, each with `{key}` once at most; `undefined` when one has it twice, leads upwards, or has other braces */
export const parseNameTemplate = (name: string, slot: number): PathPattern | undefined => {
  const parts = name.split('/').map((part): Part | undefined => {
    const [before = '', after, ...more] = part.split('{key}')
    if (more.length > 0 || part === '' || part === '.' || part === '..' || /[{}\\]/.test(before + (after ?? ''))) return undefined
    return after === undefined ? part : { before, slot, after }
  })
  return parts.every((part) => part !== undefined) ? parts : undefined
}

/** The keys that a path has in the places of the slots, from the top down; `undefined` when it is no such path. A key that comes twice has to agree. */
export const matchPath = (pattern: PathPattern, path: string): readonly string[] | undefined => {
  const names = path.split('/')
  if (names.length !== pattern.length) return undefined
  const keys: string[] = []
  for (const [index, part] of pattern.entries()) {
    const name = names[index] ?? ''
    if (typeof part === 'string') {
      if (part !== name) return undefined
      continue
    }
    if (name.length <= part.before.length + part.after.length || !name.startsWith(part.before) || !name.endsWith(part.after)) return undefined
    const key = name.slice(part.before.length, name.length - part.after.length)
    if (keys[part.slot] !== undefined && keys[part.slot] !== key) return undefined
    keys[part.slot] = key
  }
  return keys
}
