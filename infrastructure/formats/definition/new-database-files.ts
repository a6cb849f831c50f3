import { basename } from 'node:path'
import { settingsPath } from './definition-paths.ts'

/**
 * Files of a new database's first commit.
 *
 * @param directory  its name is the title of the README
 * @param format  default record format
 */
export const newDatabaseFiles = (directory: string, format?: string): ReadonlyMap<string, Uint8Array> => {
  const encoder = new TextEncoder()
  const settings = settingsFile(format)
  return new Map([
    [settings.path, settings.bytes],
    ['.gitattributes', encoder.encode('* merge=ingitdb\n')],
    ['.gitignore', encoder.encode('.DS_Store\n*.swp\n*~\n')],
    ['README.md', encoder.encode(readme(basename(directory)))],
  ])
}

/** `.ingitdb/settings.yaml` marks a folder as a database, for our tools and the Go tools alike. */
export const settingsFile = (format = 'yaml'): { readonly path: string; readonly bytes: Uint8Array } => ({
  path: settingsPath,
  bytes: new TextEncoder().encode(`default_record_format: ${format}\n`),
})

const readme = (name: string): string => `# ${name}

A database in plain files: every record is text, every change is a commit. Tables are the folders listed in
\`.ingitdb/root-collections.yaml\`; a table's columns are in its \`.collection/definition.yaml\`, its records under \`$records/\`.

Edit a file and commit it, or use the command line:

    ingitdb list tables
    ingitdb create table users --schema users.schema.json
    ingitdb insert --into users --key u1 --data '{"name":"Ada"}'
    ingitdb select --from users
    ingitdb history users/u1
`
