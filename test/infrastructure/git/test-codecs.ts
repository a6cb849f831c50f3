import { createHash } from 'node:crypto'
import { parseTableId, type TableId } from '../../../domain/ids.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { fail, ok } from '../../../domain/result.ts'
import type { CatalogueCodec, DefinitionFile, FileContents, RecordCodec } from '../../../domain/table/codecs.ts'
import { type Layout, noRules, type RecordFileType, type Table } from '../../../domain/table/table.ts'
import { mergeFile } from '../../../infrastructure/formats/merge/merge-file.ts'

/** Codecs small enough to see through: every file is JSON, a definition is the table as JSON. The store must work with any codec. */
export const testCodecs = {
  loadMergeFile: async () => mergeFile,
  recordCodec: {
    excludes: () => false,
    read: (table, bytes, key) => readJson(table, bytes, key),
    rename: (_table, existing) => existing,
    edit: (table, existing, edits) => {
      if (table.recordFile.type === 'single') {
        const [fields = null] = edits.values()
        return ok(fields === null ? undefined : Buffer.from(`${JSON.stringify(fields, null, 2)}\n`))
      }
      const records = new Map(Object.entries(existing === undefined ? {} : parse(existing)))
      for (const [key, fields] of edits) {
        if (fields === null) records.delete(key)
        else records.set(key, fields)
      }
      return ok(Buffer.from(`${JSON.stringify(Object.fromEntries(records))}\n`))
    },
  } satisfies RecordCodec,
  catalogueCodec: {
    isDefinitionPath: (path) => path.endsWith('/.collection/definition.yaml'),
    listBases: () => [],
    read: (files) => ({ tables: [...files].map(([path, file]) => readDefinition(path, file)), problems: [] }),
    create: (table) => ok(new Map([[definitionPath(table), Buffer.from(JSON.stringify(table))]])),
    rename: (_before, after) => ok(new Map([[definitionPath(after), Buffer.from(JSON.stringify(after))]])),
    change: ({ after }) => ok(new Map([[definitionPath(after), Buffer.from(JSON.stringify(after))]])),
    viewPaths: (table, view) => [`${table.directory}/.collection/views/${view}.yaml`],
    viewsDirectory: (table) => `${table.directory}/.collection/views`,
    changeView: (path, bytes) => ok({ path, bytes }),
    dropDefaultView: () => ok(undefined),
    drop: (table, files) =>
      files.has(definitionPath(table)) ? ok(new Map([[definitionPath(table), null]])) : fail({ kind: 'not-found', what: 'table', id: table.id }),
  } satisfies CatalogueCodec,
  digest: (text: string) => createHash('sha256').update(text).digest('hex'),
}

export const testTable = (id: string, options: { readonly type?: RecordFileType; readonly layout?: Layout } = {}): Table => ({
  id: tableId(id),
  directory: id,
  recordFile: { name: (options.type ?? 'single') === 'single' ? '{key}.json' : `${id}.json`, format: 'json', type: options.type ?? 'single' },
  columns: [],
  columnsOrder: [],
  primaryKey: [],
  rules: noRules,
  ...(options.layout === undefined ? {} : { layout: options.layout }),
  fingerprint: '',
})

export const tableId = (text: string): TableId => {
  const id = parseTableId(text)
  if (id === undefined) throw new Error(`${text} is not a table id`)
  return id
}

const definitionPath = (table: Table): string => `${table.directory}/.collection/definition.yaml`

const parse = (bytes: Uint8Array): Record<string, JsonObject> => JSON.parse(Buffer.from(bytes).toString())

const readDefinition = (path: string, file: DefinitionFile): Table => {
  const table: Table = JSON.parse(Buffer.from(file.bytes).toString())
  return { ...table, directory: path.slice(0, -'/.collection/definition.yaml'.length), fingerprint: file.oid }
}

const readJson = (table: Table, bytes: Uint8Array, key: string | undefined): FileContents => {
  try {
    const value = parse(bytes)
    if (table.recordFile.type === 'single') return { records: [{ key: key ?? '', fields: value as JsonObject }], problems: [] }
    return { records: Object.entries(value).map(([name, fields]) => ({ key: name, fields })), problems: [] }
  } catch (error) {
    return { records: [], problems: [{ message: String(error) }] }
  }
}
