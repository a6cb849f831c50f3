import { isJsonObject } from '../../../domain/json.ts'
import type { DefinitionFile } from '../../../domain/table/codecs.ts'
import type { DefinitionProblem } from '../../../domain/table/table.ts'
import { directoryOf, isDefinitionPath, resolvePath } from './definition-paths.ts'
import { openYaml, problemAt, type Source } from './yaml-source.ts'

type Files = ReadonlyMap<string, DefinitionFile>

/**
 * A definition with everything it inherits from, itself first, the most distant base last. A base that is missing or wrong, or a circle, is a
 * problem at the line that names it, and ends the chain.
 */
export const openBases = (definition: Source, files: Files, problems: DefinitionProblem[]): readonly Source[] => {
  const chain: Source[] = [definition]
  for (let source = definition; ; ) {
    const named = readInherits(source)
    if (named === undefined) return chain
    const path = resolveBase(source.file, named)
    const file = path === undefined ? undefined : files.get(path)
    const fault = explainFault(chain, path, file)
    if (path === undefined || file === undefined || fault !== undefined) {
      problems.push(problemAt(source, ['inherits'], `inherits "${named}": ${fault}`))
      return chain
    }
    const base = openYaml(path, file, problems)
    if (base === undefined) return chain
    chain.push(base)
    source = base
  }
}

const explainFault = (chain: readonly Source[], path: string | undefined, file: DefinitionFile | undefined): string | undefined => {
  if (path === undefined) return 'a base is a file of this database, named relative to the definition'
  if (chain.some((source) => source.file === path)) return `goes in a circle: ${[...chain.map((source) => source.file), path].join(', ')}`
  return file === undefined ? `there is no ${path}` : undefined
}

const readInherits = ({ value }: Source): string | undefined =>
  isJsonObject(value) && typeof value.inherits === 'string' && value.inherits !== '' ? value.inherits : undefined

const resolveBase = (file: string, named: string): string | undefined =>
  named.startsWith('/') || named.startsWith('~') || named.includes('\\') ? undefined : resolvePath(directoryOf(file), named)

/** See `CatalogueCodec.listBases`. Only files that have the word in them are parsed. */
export const listBases = (files: Files): readonly string[] => {
  const bases = new Set<string>()
  const queue = [...files.keys()].filter((path) => path.endsWith('definition.yaml'))
  const seen = new Set(queue)
  for (const path of queue) {
    const file = files.get(path)
    const base = file === undefined || !mentions(file) ? undefined : findBase(path, file)
    if (base === undefined) continue
    if (!isDefinitionPath(base)) bases.add(base)
    if (!seen.has(base)) queue.push(base)
    seen.add(base)
  }
  return [...bases].sort()
}

const mentions = ({ bytes }: DefinitionFile): boolean => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('inherits')

const findBase = (path: string, file: DefinitionFile): string | undefined => {
  const source = openYaml(path, file, [])
  const named = source && readInherits(source)
  return named === undefined ? undefined : resolveBase(path, named)
}
