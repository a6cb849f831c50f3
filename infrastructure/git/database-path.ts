/** Puts the directory of the database in front of a path. */
export const inDatabase = (databasePath: string, path: string): string => (databasePath === '' ? path : `${databasePath}/${path}`)

/** Of a path in the database; `undefined` for one that lies elsewhere in the repository. */
export const relativePath = (databasePath: string, path: string): string | undefined => {
  const prefix = inDatabase(databasePath, '')
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined
}
