import type { Json, JsonObject } from '../../../domain/json.ts'

/** A TOML text taken apart, with the place of everything in it. */
export interface TomlDocument {
  readonly root: TomlTable
  /** The lines before the first header, then each header with what stands below it, in the order of the text. */
  readonly sections: readonly TomlSection[]
  /** Good TOML that is no good data. */
  readonly problems: readonly TomlProblem[]
}

export interface TomlProblem {
  readonly message: string
  readonly offset: number
  /** First name of the path to the value. */
  readonly name: string
}

/** `[path]` or `[[path]]` and the entries below it; the first section of a document has no header. */
export interface TomlSection {
  readonly path: readonly string[]
  /** From the bracket to its end; both 0 for the first section. */
  readonly start: number
  readonly end: number
  readonly entries: TomlEntry[]
}

/** `a.b = value` */
export interface TomlEntry {
  readonly names: readonly string[]
  readonly start: number
  readonly value: TomlValue
}

export type TomlNode = TomlValue | TomlTable | TomlTableArray

export type TomlStyle = 'literal' | 'basic' | 'multi-line' | 'date' | 'bare'

/** What stands behind an equals sign, or inside another such value: `end` is exclusive. */
export interface TomlValue {
  readonly type: 'value'
  readonly start: number
  readonly end: number
  readonly value: Json
  readonly style: TomlStyle
  readonly items?: readonly TomlValue[]
  /** Of an inline table; `start` of a member is that of its name. Dotted names have more than one part. */
  readonly members?: readonly TomlEntry[]
}

/** A table that is not inline: of a header, of the beginnings of headers (implicit), or of dotted names. */
export interface TomlTable {
  readonly type: 'table'
  readonly members: Map<string, TomlNode>
  origin: 'root' | 'header' | 'implicit' | 'dotted'
  /** Where it is defined: by its header, or by dotted names below that header. */
  section: TomlSection | undefined
}

export interface TomlTableArray {
  readonly type: 'tables'
  readonly tables: TomlTable[]
}

export const jsonOfToml = (node: TomlNode): Json => {
  if (node.type === 'value') return node.value
  return node.type === 'tables' ? node.tables.map(jsonOfToml) : fieldsOfToml(node)
}

export const fieldsOfToml = (table: TomlTable): JsonObject => Object.fromEntries([...table.members].map(([name, node]) => [name, jsonOfToml(node)]))
