import { formatAddress } from '../../../api/contract/address.ts'
import type { OperationAnswer } from '../../../api/contract/operations.ts'

export type DiffDepth = 'summary' | 'record' | 'fields' | 'full'

/** The two moments as they were asked for. */
export interface DiffNames {
  readonly from: string
  readonly to: string
  readonly dots: '..' | '...'
}

type Answer = OperationAnswer<'diffCommits'>
type Fields = Answer['records'][number]['fields']

/** Lines for people, as the Go tools print them; definitions are lines of their own. */
export const formatDiffText = (answer: Answer, { from, to, dots }: DiffNames, depth: DiffDepth): string => {
  const head = `diff ${from}${dots}${to}`
  const lines = depth === 'summary' ? summarize(answer.tables) : describe(answer, depth)
  return `${[head, ...(lines.length === 0 ? ['no record changes'] : lines)].map(escapeControls).join('\n')}\n`
}

const summarize = (tables: Answer['tables']): readonly string[] =>
  tables.flatMap(({ table, definition, ...counts }) => [
    ...(definition === undefined ? [] : [`${table}: definition ${definition.change}${noteOrigin(definition)}${noteUnreadable(definition)}`]),
    ...(definition?.renamedColumns ?? []).map(({ from, to }) => `${table}: column ${from} renamed to ${to}`),
    ...summarizeCounts(table, counts),
  ])

type Counts = Pick<Answer['tables'][number], 'added' | 'updated' | 'deleted' | 'renamed'>

const hasRecords = ({ added, updated, deleted, renamed = 0 }: Counts): boolean => added + updated + deleted + renamed > 0

const summarizeCounts = (table: string, counts: Counts): readonly string[] => {
  const { added, updated, deleted, renamed } = counts
  return hasRecords(counts) ? [`${table}: +${added} ~${updated} -${deleted}${renamed === undefined ? '' : `, ${renamed} renamed`}`] : []
}

const noteOrigin = ({ from }: { readonly from?: string | undefined }): string => (from === undefined ? '' : ` from ${from}`)

const describe = ({ tables, records }: Answer, depth: DiffDepth): readonly string[] => [
  ...tables.flatMap(({ table, definition }) =>
    definition === undefined
      ? []
      : [
          `${definition.change.padEnd(7)} definition of ${from(definition.from)}${table}${noteUnreadable(definition)}`,
          ...(definition.renamedColumns ?? []).map((column) => `${indent}column ${column.from} renamed to ${column.to}`),
          ...describeFields(definition.fields, definition.change, depth),
        ],
  ),
  ...records.flatMap(({ table, id, change, fields, ...record }) => [
    `${change.padEnd(7)} ${from(record.from && formatAddress({ table, id: record.from }))}${formatAddress({ table, id })}${noteUnreadable(record)}`,
    ...describeFields(fields, change, depth),
  ]),
]

const from = (name: string | undefined): string => (name === undefined ? '' : `${name} -> `)

const indent = ' '.repeat(8)

const describeFields = (fields: Fields, change: string, depth: DiffDepth): readonly string[] => {
  if (fields === undefined || fields.length === 0) return []
  if (depth === 'fields') return [`${indent}fields: ${fields.map(nameField).join(', ')}`]
  return fields.map((field) => {
    const { before = '(none)', after = '(none)' } = field
    const values = change === 'added' || field.from !== undefined ? after : change === 'deleted' ? before : `${before} -> ${after}`
    return `${indent}${nameField(field)}: ${values}`
  })
}

/** The name of a whole field; the pointer of a member inside one. */
const nameField = ({ field, pointer, from: old }: NonNullable<Fields>[number]): string =>
  `${old === undefined ? '' : `${old.slice(1)} -> `}${pointer.includes('/', 1) ? pointer : field}`

const noteUnreadable = ({ unreadable }: { readonly unreadable?: boolean | undefined }): string =>
  unreadable === true ? ' (it is there, but cannot be read)' : ''

/** Names in files may hold what a terminal takes for commands. */
const escapeControls = (line: string): string =>
  line.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** One JSON object in the words of the Go tools, with what they do not say besides; values with the digits that they are stored with. */
export const toDiffJson = ({ from, to, mergeBase, tables, records }: Answer, names: DiffNames): string =>
  object({
    from: JSON.stringify(names.from),
    to: JSON.stringify(names.to),
    fromCommit: from.commit && JSON.stringify(from.commit),
    toCommit: to.commit && JSON.stringify(to.commit),
    mergeBase: mergeBase && JSON.stringify(mergeBase),
    summary: JSON.stringify(
      tables.flatMap(({ table, definition: _definition, ...counts }) => (hasRecords(counts) ? [{ collection: table, ...counts }] : [])),
    ),
    definitions: list(
      tables.flatMap(({ table, definition }) =>
        definition === undefined
          ? []
          : [
              changeJson(
                {
                  collection: table,
                  kind: definition.change,
                  from: definition.from,
                  unreadable: definition.unreadable,
                  renamedColumns: definition.renamedColumns,
                },
                definition.fields,
              ),
            ],
      ),
    ),
    records: list(
      records.map(({ table, id, change, from: old, unreadable, fields }) =>
        changeJson({ collection: table, key: id, kind: change, from: old, unreadable }, fields),
      ),
    ),
  })

const changeJson = (change: Readonly<Record<string, unknown>>, fields: Fields): string =>
  object({
    ...Object.fromEntries(Object.entries(change).map(([name, value]) => [name, value === undefined ? undefined : JSON.stringify(value)])),
    fields: fields && list(fields.map((field) => fieldJson(field))),
  })

const fieldJson = ({ field, pointer, from: old, before, after }: NonNullable<Fields>[number]): string =>
  object({ field: JSON.stringify(field), pointer: JSON.stringify(pointer), from: old && JSON.stringify(old), before, after })

/** @param members JSON text by name; `undefined` is left out */
const object = (members: Readonly<Record<string, string | undefined>>): string =>
  `{${Object.entries(members)
    .flatMap(([name, json]) => (json === undefined ? [] : [`${JSON.stringify(name)}:${json}`]))
    .join(',')}}`

const list = (items: readonly string[]): string => `[${items.join(',')}]`
