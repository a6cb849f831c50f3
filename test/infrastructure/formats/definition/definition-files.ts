import type { DefinitionFile } from '../../../../domain/table/codecs.ts'
import type { Catalogue, Table } from '../../../../domain/table/table.ts'
import { catalogueCodec } from '../../../../infrastructure/formats/definition/catalogue-codec.ts'

const encoder = new TextEncoder()

/** Definition files from their texts; the oid is made of the text, so equal texts have equal oids. */
export const filesOf = (texts: Readonly<Record<string, string>>): ReadonlyMap<string, DefinitionFile> =>
  new Map(Object.entries(texts).map(([path, text]) => [path, { oid: `oid-of-${text.length}-${text.slice(0, 8)}`, bytes: encoder.encode(text) }]))

/** The smallest definition that can be used. */
export const plainDefinition = 'record_file:\n  name: "{key}.yaml"\n  format: yaml\n  type: map[string]any\ncolumns:\n  name:\n    type: string\n'

/** A database with one table `users` whose definition is given, and other files beside it. */
export const readUsers = (definition: string, beside: Readonly<Record<string, string>> = {}): Catalogue =>
  catalogueCodec.read(filesOf({ '.ingitdb/root-collections.yaml': 'users: users\n', 'users/.collection/definition.yaml': definition, ...beside }))

export const messagesOf = (catalogue: Catalogue): readonly string[] =>
  catalogue.problems.map(({ file, line, message }) => `${file}${line === undefined ? '' : `:${line}`} ${message}`)

/** What an event store does with the files of a change. */
export const applyTo = (
  files: ReadonlyMap<string, DefinitionFile>,
  changes: ReadonlyMap<string, Uint8Array | null>,
): ReadonlyMap<string, DefinitionFile> => {
  const after = new Map(files)
  for (const [path, bytes] of changes) {
    if (bytes === null) after.delete(path)
    else after.set(path, { oid: `oid-${bytes.length}`, bytes })
  }
  return after
}

export const textsOf = (files: ReadonlyMap<string, DefinitionFile | { readonly bytes: Uint8Array }>): Readonly<Record<string, string>> =>
  Object.fromEntries([...files].map(([path, { bytes }]) => [path, new TextDecoder().decode(bytes)]))

export const withoutFingerprint = (table: Table | undefined): Table | undefined => (table === undefined ? undefined : { ...table, fingerprint: '' })
