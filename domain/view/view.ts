import type { TableId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { DefinitionProblem, Table } from '../table/table.ts'

/** Data formats of an export. Markdown tables are asked for in another way, see `View.formats`. */
export const viewFormats = ['ingr', 'tsv', 'csv', 'json', 'jsonl', 'yaml'] as const
export type ViewFormat = (typeof viewFormats)[number]

/** Name of the view that stands in `definition.yaml`. */
export const defaultViewName = '$default_view'

/** Records of one table as somebody wants to see them: a file of `views/`, or `default_view` of a definition. */
export interface View {
  readonly table: TableId
  /** The file's name without `.yaml`, or `$default_view`; `{column}` in it makes a file for each value. */
  readonly name: string
  readonly isDefault: boolean
  /** Where it is defined, relative to the database. */
  readonly file: string
  readonly titles?: Readonly<Record<string, string>>
  readonly columns: readonly string[]
  /** `field`, `field desc`. */
  readonly orderBy?: string
  /** A condition of the command line. */
  readonly where?: string
  readonly top?: number
  readonly format?: ViewFormat
  /** Of a view with a name: what is written, `md` or a data format each. */
  readonly formats: readonly string[]
  readonly fileName?: string
  readonly maxBatchSize?: number
  readonly template?: string
  readonly recordsVariable?: string
  readonly includeHash?: boolean
  readonly recordsDelimiter?: boolean
}

/** `readme` of a definition: what the generated README leaves out, and which records it shows. */
export interface ReadmeSettings {
  /** All columns, or these. */
  readonly hideColumns: boolean | readonly string[]
  readonly hideSubcollections: boolean
  readonly hideViews: boolean
  readonly preview?: View
}

/** What a table's definition files say about views. Views are sorted by name, the one of the definition first. */
export interface TableViews {
  readonly views: readonly View[]
  readonly readme: ReadmeSettings
  /** Views that cannot be used, and why. */
  readonly problems: readonly ViewProblem[]
  /** Line of a member of one of these views, or of the nearest thing around it. */
  lineOf(view: View, path: readonly string[]): number | undefined
}

export interface ViewProblem extends DefinitionProblem {
  readonly view: string
}

/** A record as exports have it: `$ID` first. */
export type ExportRow = JsonObject & { readonly $ID: string }

/** Direction of a view that is ordered by the time of the last change, `$last_modified desc`; `undefined` for any other order. */
export const readTimeOrder = ({ orderBy = '' }: Pick<View, 'orderBy'>): 'asc' | 'desc' | undefined => {
  const [match, direction = 'asc'] = /^\$last_modified(?:\s+(asc|desc))?$/i.exec(orderBy.trim()) ?? []
  return match === undefined ? undefined : direction.toLowerCase() === 'desc' ? 'desc' : 'asc'
}

/** Whether a view is one of those meant: patterns match its name, or table and name, `users/active`. No patterns mean every view. */
export const isViewMeant = (view: Pick<View, 'table' | 'name'>, matches: ((name: string) => boolean) | undefined): boolean =>
  matches === undefined || matches(view.name) || matches(`${view.table}/${view.name}`)

/** Exports lie where the records of one root table do; below a parent record there is no one place. */
export const isRootTable = ({ parent }: Pick<Table, 'parent'>): boolean => parent === undefined
