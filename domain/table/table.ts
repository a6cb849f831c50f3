import type { TableId } from '../ids.ts'
import type { Json, JsonObject } from '../json.ts'
import type { TableMergeRules } from '../merge/strategy.ts'

/** Record formats of the file format; `yml` reads and writes like `yaml`. */
export type RecordFormat = 'yaml' | 'yml' | 'json' | 'csv' | 'jsonl' | 'markdown' | 'toml' | 'ingr' | 'parquet'

/** One record a file (`map[string]any`), a list of records, or a map of key to record: the three literals of `record_file.type`. */
export type RecordFileType = 'single' | 'list' | 'dictionary'

export interface RecordFile {
  /** File name below the table's directory of records (see `recordsDirectoryOf`); with `{key}` one file a record, else the one shared file. */
  readonly name: string
  readonly format: RecordFormat
  readonly type: RecordFileType
  readonly contentField?: string
  readonly excludeRegex?: string
}

/** One column of `definition.yaml`; the property names are ours, the meaning is the file format's. */
export interface Column {
  readonly name: string
  /** `string int float bool date time datetime any`, `map[locale]string`, `map[K]V`, `[]T`. */
  readonly type: string
  readonly required?: boolean
  readonly requiredWhen?: string
  readonly length?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly foreignKey?: string
  readonly minValue?: number
  readonly maxValue?: number
  readonly enum?: readonly Json[]
  readonly locale?: string
  readonly format?: string
  readonly formula?: string
  readonly title?: string
  readonly titles?: Readonly<Record<string, string>>
  readonly valueTitle?: string
}

export type OnDelete = 'restrict' | 'cascade' | 'set-null'

/** `rules.yaml` beside `definition.yaml`: what the Go tools' definition cannot say. */
export interface Rules {
  /** Field that repeats the key: stored, filled from the key when absent, refused when different. */
  readonly keyField?: string
  /** Each entry is one unique constraint over one or more columns; a record that lacks any of them is exempt. */
  readonly unique: readonly (readonly string[])[]
  /** What deleting the referenced record does to this table's rows, by foreign key column; default `restrict`. */
  readonly onDelete: Readonly<Record<string, OnDelete>>
  /** Values for absent fields of inserted records. */
  readonly defaults: Readonly<Record<string, Json>>
  /** Column lists that the read model indexes besides unique and foreign key columns. */
  readonly indexes: readonly (readonly string[])[]
  /** Fields, or places in them, whose words can be searched for; the first ones count more. */
  readonly search?: readonly string[]
  /** What happens where two branches changed the same record. */
  readonly merge?: TableMergeRules
}

/** `layout.yaml` beside `definition.yaml`: records in 256 (or 65,536) directories named by the first hex digits of the key's SHA-256. */
export interface Layout {
  readonly levels: 1 | 2
}

/** A step down from a record to one of its subcollections: `<records directory of the table above>/<key>/<name>`. */
export interface SubcollectionStep {
  /** `''` where the records of the table above lie in its own directory. */
  readonly recordsDirectory: string
  readonly name: string
}

/** A table at one commit: plain data, safe to store as JSON. */
export interface Table {
  readonly id: TableId
  /** The table above, whose records have the records of this one below them: set for a subcollection. */
  readonly parent?: TableId
  /**
   * Directory of its data relative to the database root, `/` separated, without a trailing slash; `''` is the database root. For a subcollection
   * that of its root ancestor.
   */
  readonly directory: string
  /** From the root ancestor's directory down to a subcollection, one step for each table above. */
  readonly steps?: readonly SubcollectionStep[]
  /** Where `definition.yaml` lies; absent: `.collection` in the table's directory. */
  readonly definitionDirectory?: string
  /** Of `layout.yaml`: where record files lie, relative to the table's own directory (`''`: in it), instead of in `$records`. */
  readonly recordsDirectory?: string
  readonly recordFile: RecordFile
  /** `columns_order` first, the rest sorted by name. */
  readonly columns: readonly Column[]
  readonly columnsOrder: readonly string[]
  readonly primaryKey: readonly string[]
  readonly titles?: Readonly<Record<string, string>>
  /** How many records the table may hold, both ends included. */
  readonly recordCount?: { readonly min?: number; readonly max?: number }
  /** The whole JSON Schema (2020-12) of `schema.json` beside `definition.yaml`, when there is one. */
  readonly schema?: JsonObject
  readonly rules: Rules
  readonly layout?: Layout
  /** Git object ids of the definition files, joined: changes whenever the meaning of the records may change. */
  readonly fingerprint: string
}

/** All tables of a database at one commit, and what is wrong with definitions that could not be read. */
export interface Catalogue {
  readonly tables: readonly Table[]
  readonly problems: readonly DefinitionProblem[]
  /** Files outside the usual places that definitions inherit from, whether they are there or not: a change of one changes tables. */
  readonly bases?: readonly string[]
  /** Languages that texts in several languages must have: `required` of `settings.yaml`. */
  readonly languages?: readonly string[]
  /** Namespace imports of `root-collections.yaml`: new tables whose id starts with the prefix belong into that directory. */
  readonly namespaces?: readonly NamespaceImport[]
}

/** `geo.*: modules/geo`: the tables listed in `modules/geo/.ingitdb/root-collections.yaml`, each id with `geo.` before it. */
export interface NamespaceImport {
  readonly prefix: string
  /** Relative to the database root, `/` separated, without a trailing slash. */
  readonly directory: string
}

export interface DefinitionProblem {
  readonly file: string
  readonly line?: number
  readonly message: string
  /** Which rule was broken, as in `Issue`; `definition` when nothing else is said. */
  readonly rule?: string
  /** A `warning` leaves the table usable; `error` when nothing is said. */
  readonly severity?: 'error' | 'warning'
  /** Id of the table that is defined there, where that is known. */
  readonly table?: string
}

/**
 * Names under which a record of a subcollection says its key, as columns: that of the record above and its own. They can be asked for like others,
 * and are never stored in files.
 */
export const listKeyColumns = ({ parent }: Pick<Table, 'parent'>): readonly Column[] =>
  parent === undefined
    ? []
    : [
        { name: '$parent', type: 'string' },
        { name: '$id', type: 'string' },
      ]

export const emptyCatalogue: Catalogue = { tables: [], problems: [] }

export const noRules: Rules = { unique: [], onDelete: {}, defaults: {}, indexes: [] }

export const findTable = (catalogue: Catalogue, id: string): Table | undefined => catalogue.tables.find((table) => table.id === id)

/**
 * The table a foreign key column points to, never a subcollection. A bare name is tried in the module of the declaring table, for a subcollection
 * that of its root ancestor (`todo.tasks` → `todo.statuses`), then as it stands; a name with a dot is absolute.
 */
export const resolveForeignKey = (catalogue: Catalogue, table: Table, foreignKey: string): Table | undefined => {
  if (foreignKey.includes('/')) return undefined
  const [root = ''] = table.id.split('/', 1)
  const module = root.includes('.') ? root.slice(0, root.indexOf('.')) : undefined
  const local = module !== undefined && !foreignKey.includes('.') ? findTable(catalogue, `${module}.${foreignKey}`) : undefined
  return local ?? findTable(catalogue, foreignKey)
}
