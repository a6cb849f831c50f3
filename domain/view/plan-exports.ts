import { ExactNumber, type Json, stringifyJson } from '../json.ts'
import { joinPath } from '../table/record-path.ts'
import type { Table } from '../table/table.ts'
import { dataColumns, tableColumns } from './export-columns.ts'
import type { ExportColumn, ExportFile } from './export-file.ts'
import { checkFileName, encodeFileName } from './file-name.ts'
import type { ExportRow, View, ViewFormat } from './view.ts'

/** Directory of generated files, at the top of the repository. */
export const exportsDirectory = '$ingitdb'

/** What a view is written from. */
export interface ExportSource {
  readonly table: Table
  readonly view: View
  /** Those that the view shows, in its order; `top` is not applied yet. */
  readonly rows: readonly ExportRow[]
  /** Of the database in the repository; `''` is the top. */
  readonly databasePath: string
  /** In place of what the view says. */
  readonly recordsDelimiter?: boolean | undefined
  /** Columns that refer to another root table. */
  readonly foreignKeys: readonly { readonly column: string; readonly target: Table }[]
}

export interface ExportPlan {
  readonly files: readonly ExportFile[]
  /** Why there are no files, or not all; sentences without a full stop. */
  readonly problems: readonly string[]
}

/**
 * The files that a view becomes: one for each of its formats, for each value of the columns in braces, and for each batch. The default view becomes
 * a file for each record that a foreign key names too. Pure and in a fixed order: the same records make the same files.
 */
export const planExports = (source: ExportSource): ExportPlan => {
  const { view } = source
  if (view.template !== undefined)
    return refuse(`its template ${view.template} is a Go text/template, which is not supported; write it with the Go tools, or use formats: [md]`)
  const placeholders = [...new Set([...`${view.name}${view.fileName ?? ''}`.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name))]
  const parts = placeholders.length === 0 ? whole(source) : partition(source, placeholders)
  const plans = parts.parts.flatMap((part) => chooseOutputs(view).map((output) => planOutput(source, part, output)))
  const foreign = view.isDefault ? planForeignKeys(source) : noPlan
  return {
    files: [...plans, foreign].flatMap(({ files }) => files),
    problems: [...parts.problems, ...[...plans, foreign].flatMap(({ problems }) => problems)],
  }
}

const noPlan: ExportPlan = { files: [], problems: [] }
const refuse = (problem: string): ExportPlan => ({ files: [], problems: [problem] })

interface Part {
  /** Column → text that stands for it in names. */
  readonly values: ReadonlyMap<string, string>
  readonly rows: readonly ExportRow[]
}

interface Parts {
  readonly parts: readonly Part[]
  readonly problems: readonly string[]
}

const whole = ({ view, rows }: ExportSource): Parts => ({ parts: [{ values: new Map(), rows: takeTop(view, rows) }], problems: [] })

const takeTop = ({ top }: View, rows: readonly ExportRow[]): readonly ExportRow[] => (top === undefined ? rows : rows.slice(0, top))

/** Rows by their values of some columns; those that lack one are in no part. Parts come in the order of their values. */
const partition = ({ table, view, rows }: Pick<ExportSource, 'table' | 'view' | 'rows'>, columns: readonly string[]): Parts => {
  const unknown = columns.filter((name) => name !== '$ID' && !table.columns.some((column) => column.name === name))
  if (unknown.length > 0) return { parts: [], problems: [`{${unknown[0]}} in its name is no column of table ${table.id}`] }
  const byValues = new Map<string, { readonly values: ReadonlyMap<string, string>; readonly rows: ExportRow[] }>()
  for (const row of rows) {
    const texts = columns.map((name) => textOf(row[name]))
    if (texts.some((text) => text === undefined)) continue
    const key = JSON.stringify(texts)
    const part = byValues.get(key) ?? { values: new Map(columns.map((name, index) => [name, texts[index] ?? ''])), rows: [] }
    part.rows.push(row)
    byValues.set(key, part)
  }
  const sorted = [...byValues].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part)
  return { parts: sorted.map((part) => ({ ...part, rows: takeTop(view, part.rows) })), problems: [] }
}

/** How a value is named in a path; `undefined` for none, an empty text, a list or a map. */
const textOf = (value: Json | undefined): string | undefined => {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value
  return typeof value === 'object' && !(value instanceof ExactNumber) ? undefined : stringifyJson(value)
}

interface Output {
  readonly format: ViewFormat | 'md'
  /** Whether the file has the name that the view gives it, as it is. */
  readonly isNamed: boolean
}

const chooseOutputs = ({ isDefault, format, formats, fileName }: View): readonly Output[] => {
  if (isDefault) return [{ format: format ?? 'ingr', isNamed: false }]
  const chosen = formats.length > 0 ? [...new Set(formats)] : [format ?? 'ingr']
  return chosen.map((each) => ({ format: asFormat(each), isNamed: fileName !== undefined && chosen.length === 1 }))
}

/** Formats are checked where definitions are read. */
const asFormat = (text: string): Output['format'] => text as Output['format']

const planOutput = (source: ExportSource, { values, rows }: Part, output: Output): ExportPlan => {
  const { table, view, databasePath } = source
  const name = view.fileName ?? (view.isDefault ? table.id : view.name)
  const filled = name.replace(/\{([^{}]+)\}/g, (all, column: string) => {
    const value = values.get(column)
    return value === undefined ? all : encodeFileName(value)
  })
  const directory = joinPath(exportsDirectory, view.isDefault ? joinPath(databasePath, table.directory) : table.directory)
  const columns = output.format === 'md' ? tableColumns(table, view) : dataColumns(table, view)
  return planFiles(source, { path: joinPath(directory, filled), output, columns, rows, title: titleOf(source, values) })
}

const titleOf = ({ table, view }: ExportSource, values: ReadonlyMap<string, string>): string =>
  `${table.id}/${view.name.replace(/\{([^{}]+)\}/g, (all, column: string) => values.get(column) ?? all)}`

interface PlannedFile {
  /** Without the extension, unless the name is used as it is. */
  readonly path: string
  readonly output: Output
  readonly columns: readonly ExportColumn[]
  readonly rows: readonly ExportRow[]
  readonly title: string
}

/** One file, or several where there are more rows than one may have. */
const planFiles = ({ view, recordsDelimiter }: ExportSource, { path, output, columns, rows, title }: PlannedFile): ExportPlan => {
  const { format, isNamed } = output
  const problem = checkFileName(path)
  if (problem !== undefined) return refuse(problem)
  const size = format === 'md' ? 0 : (view.maxBatchSize ?? 0)
  const batches = size === 0 || rows.length <= size ? [rows] : splitRows(rows, size)
  const [base, extension] = isNamed ? splitExtension(path) : [withoutExtension(view, path), `.${format}`]
  const files = batches.map(
    (batch, index): ExportFile => ({
      path: batches.length === 1 ? base + extension : `${base}-${String(index + 1).padStart(6, '0')}${extension}`,
      format,
      title,
      columns,
      rows: batch,
      isDelimited: recordsDelimiter ?? view.recordsDelimiter ?? true,
      isHashed: view.includeHash === true,
    }),
  )
  return { files, problems: [] }
}

const splitRows = (rows: readonly ExportRow[], size: number): readonly (readonly ExportRow[])[] =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, index) => rows.slice(index * size, (index + 1) * size))

/** `a/b.yaml` → `a/b` and `.yaml`. */
const splitExtension = (path: string): readonly [string, string] => {
  const [, base = path, extension = ''] = /^(.*[^/])(\.[^./]+)$/s.exec(path) ?? []
  return [base, extension]
}

const withoutExtension = ({ isDefault, name, fileName }: View, path: string): string => {
  if (isDefault) return path
  const isFileName = /\.(?:md|ingr|tsv|csv|jsonl?|ya?ml)$/.test(fileName ?? name)
  return isFileName ? splitExtension(path)[0] : path
}

/** `$fk/<table>/<column>/<key>` below the table that a foreign key names: the records that name that key, without the column that does. */
const planForeignKeys = (source: ExportSource): ExportPlan => {
  const { table, view, rows, foreignKeys } = source
  const plans = foreignKeys.map(({ column, target }) => {
    const parts = partition({ table, view: withoutTop(view), rows }, [column])
    const columns = dataColumns(table, view).filter(({ name }) => name !== column)
    const directory = joinPath(exportsDirectory, joinPath(source.databasePath, target.directory))
    return parts.parts.map((part) => {
      const value = part.values.get(column) ?? ''
      return planFiles(source, {
        path: `${directory}/$fk/${table.id}/${encodeFileName(column)}/${encodeFileName(value)}`,
        output: { format: view.format ?? 'ingr', isNamed: false },
        columns,
        rows: part.rows,
        title: `${target.id}/$fk/${table.id}/${column}/${value}`,
      })
    })
  })
  return { files: plans.flat().flatMap(({ files }) => files), problems: plans.flat().flatMap(({ problems }) => problems) }
}

const withoutTop = ({ top: _, ...view }: View): View => view
