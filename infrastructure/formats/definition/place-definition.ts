import type { TableId } from '../../../domain/ids.ts'
import type { DefinitionFile } from '../../../domain/table/codecs.ts'
import { joinPath } from '../../../domain/table/record-path.ts'
import type { DefinitionProblem, Table } from '../../../domain/table/table.ts'
import { dedicatedDirectory, directoryOf } from './definition-paths.ts'
import type { RootEntry } from './read-root-collections.ts'
import { problemAt } from './yaml-source.ts'

type Files = ReadonlyMap<string, DefinitionFile>

/** Where one table is defined and where its data lies, before its definition is read. */
export interface DefinitionPlace extends Pick<Table, 'parent' | 'steps'> {
  readonly id: TableId
  /** Where `definition.yaml` lies. */
  readonly definitionDirectory: string
  /** The table's directory, to which `data_dir` adds in the shared layout. */
  readonly directory: string
  /** Shared: the definition lies in a directory of its own outside `.collection`, and subcollections in directories beside it. */
  readonly layout: 'dedicated' | 'shared'
}

/** What a file of definitions is called in every layout. */
const definitionName = 'definition.yaml'

/** Directory that holds the definitions of tables which share a directory of data. */
const sharedDirectory = '.collections'

/** Where a table that `root-collections.yaml` names is defined; what is wrong goes to `problems`. */
export const placeRootTable = (entry: RootEntry, files: Files, problems: DefinitionProblem[]): DefinitionPlace | undefined => {
  const { id, directory } = entry
  const dedicated = joinPath(dedicatedDirectory(directory), definitionName)
  const bare = joinPath(directory, definitionName)
  if (files.has(dedicated) && files.has(bare)) {
    problems.push({ file: dedicated, message: `both ${dedicated} and ${bare} exist; use only one layout` })
    return undefined
  }
  if (files.has(dedicated)) return { id, definitionDirectory: dedicatedDirectory(directory), directory, layout: 'dedicated' }
  if (files.has(bare)) return { id, definitionDirectory: directory, directory: dataBaseOf(directory), layout: 'shared' }
  problems.push(problemAt(entry.source, [entry.key], `table ${id}: there is no ${dedicated}`))
  return undefined
}

/** `cooking` for `cooking/.collections/recipes`; a definition elsewhere has its data beside it. */
const dataBaseOf = (directory: string): string => {
  const above = directoryOf(directory)
  return directory !== '' && above.slice(above.lastIndexOf('/') + 1) === sharedDirectory ? directoryOf(above) : directory
}

/** Directory that holds the definitions of a table's subcollections, each in a directory named as it. */
export const subcollectionsDirectory = ({ definitionDirectory, layout }: Pick<DefinitionPlace, 'definitionDirectory' | 'layout'>): string =>
  layout === 'dedicated' ? joinPath(definitionDirectory, 'subcollections') : definitionDirectory

/** Names of the directories below another that hold a `definition.yaml`, by that other directory; hidden ones and those with `$` left out. */
export const listDefinitions = (files: Files): ReadonlyMap<string, readonly string[]> => {
  const names = new Map<string, string[]>()
  for (const path of files.keys()) {
    if (!path.endsWith(`/${definitionName}`)) continue
    const directory = directoryOf(path)
    const name = directory.slice(directory.lastIndexOf('/') + 1)
    if (name.startsWith('.') || name.startsWith('$')) continue
    const above = directoryOf(directory)
    const found = names.get(above)
    if (found === undefined) names.set(above, [name])
    else found.push(name)
  }
  return names
}
