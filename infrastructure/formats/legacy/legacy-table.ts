import type { JsonObject } from '../../../domain/json.ts'
import type { LegacyNote } from '../../../domain/legacy/legacy-plan.ts'
import type { DefinitionFile } from '../../../domain/table/codecs.ts'
import type { DefinitionProblem } from '../../../domain/table/table.ts'
import { openJson, openYaml, type Source } from '../definition/yaml-source.ts'
import type { PathPattern } from './path-pattern.ts'

/** The files of a database of an old layout. */
export interface LegacyFiles {
  /** Relative to the database, `/` separated, sorted; hidden ones too. */
  readonly paths: readonly string[]
  read(path: string): Uint8Array
}

/** A table of an old layout, as far as it was understood. */
export interface LegacyTable {
  readonly id: string
  /** Directory of the table at the top, `''` for the database itself, and the names of the subcollections from there down. */
  readonly directory: string
  readonly names: readonly string[]
  /** The old file that defines it, and others that it takes something from. */
  readonly file: string
  readonly bases: readonly string[]
  /** In the keys of today's `definition.yaml`. */
  readonly definition: JsonObject
  /** The YAML text that `definition` comes from, so that its comments stay. */
  readonly text?: string
  /** Field that repeats the key, for `rules.yaml`. */
  readonly keyField?: string
  /** Where its record files are. */
  readonly patterns: readonly PathPattern[]
}

/** What is found out about a source, with the reading of its files. */
export class LegacyReading {
  readonly files: LegacyFiles
  readonly notes: LegacyNote[] = []
  readonly left: LegacyNote[] = []
  readonly #paths: ReadonlySet<string>
  constructor(files: LegacyFiles) {
    this.files = files
    this.#paths = new Set(files.paths)
  }

  has(path: string): boolean {
    return this.#paths.has(path)
  }

  note(path: string, why: string): void {
    this.notes.push({ path, why })
  }

  /** Says what of a file is not converted; the file stays then. */
  leave(path: string, why: string): void {
    this.left.push({ path, why })
  }

  /** A definition file of YAML or, by its name, of JSON; what cannot be read is left. */
  open(path: string): Source | undefined {
    const problems: DefinitionProblem[] = []
    const file: DefinitionFile = { oid: '', bytes: this.files.read(path) }
    const source = path.endsWith('.json') ? openJson(path, file, problems) : openYaml(path, file, problems)
    for (const { message, line } of problems) this.leave(path, `cannot be read: ${line === undefined ? '' : `line ${line}: `}${message}`)
    return source
  }
}

/** Where the definition of a table lies today. */
export const definitionDirectory = ({ directory, names }: Pick<LegacyTable, 'directory' | 'names'>): string =>
  [directory, '.collection', ...names.flatMap((name) => ['subcollections', name])].filter((part) => part !== '').join('/')

/** A path as old files write it, relative to `base`; `undefined` when it leads out of the database or into git's folder. */
export const resolveInside = (base: string, path: string): string | undefined => {
  if (path.includes('\\') || path.includes('\0')) return undefined
  const parts: string[] = []
  for (const part of `${base}/${path}`.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' ? parts.pop() === undefined : parts.push(part) === 0) return undefined
  }
  return parts.some((part) => part.toLowerCase() === '.git') ? undefined : parts.join('/')
}
