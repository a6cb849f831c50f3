import type { Candidate, LeftOut } from '../domain/adopt/candidate.ts'
import { type Proposal, proposeTables } from '../domain/adopt/propose-tables.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { CatalogueCodec, DefinitionFile } from '../domain/table/codecs.ts'
import { createTableFinder, type FileExclusion } from '../domain/table/find-table-of-path.ts'

/** A folder of files that were there before the database, as the wiring can look at it and write to it. */
export interface AdoptableFolder {
  /** What the folder is called. */
  readonly name: string
  /** Files that may hold data, relative to the folder. */
  listFiles(): Promise<readonly string[]>
  readFile(path: string): Uint8Array
  readCandidate(path: string, bytes: Uint8Array): Candidate | LeftOut | undefined
  readonly catalogueCodec: CatalogueCodec
  readonly excludes: FileExclusion
  /** Of a folder that is no database yet: marks it as one. */
  readonly settings: { readonly path: string; readonly bytes: Uint8Array }
  /** Writes and commits the definitions, and the record files that git does not have yet. */
  commit(files: {
    readonly written: ReadonlyMap<string, Uint8Array>
    readonly present: readonly string[]
    readonly message: string
  }): Promise<Result<string>>
}

/** Tables proposed over a folder's files, and the way to make them real. */
export interface Adoption {
  readonly proposal: Proposal
  /** Writes the definitions of all proposed tables in one commit; no record file is moved or changed. */
  apply(): Promise<Result<{ readonly commit: string }>>
}

/**
 * Looks at every file of a folder and proposes tables over them; files that tables have already are theirs. Writes nothing.
 * @returns `invalid-input` when nothing in the folder can be a table
 */
export const adoptFolder = async (folder: AdoptableFolder): Promise<Result<Adoption>> => {
  const paths = await folder.listFiles()
  const definitions = new Map<string, DefinitionFile>()
  for (const path of paths) if (folder.catalogueCodec.isDefinitionPath(path)) definitions.set(path, { oid: '', bytes: folder.readFile(path) })
  const catalogue = folder.catalogueCodec.read(definitions)
  const findTable = createTableFinder(catalogue, folder.excludes)
  const candidates: Candidate[] = []
  const unusable: LeftOut[] = []
  const others: string[] = []
  for (const path of paths) {
    if (definitions.has(path) || path.split('/').some((part) => part.startsWith('.')) || findTable(path) !== undefined) continue
    const candidate = folder.readCandidate(path, folder.readFile(path))
    if (candidate === undefined) others.push(path)
    else if ('why' in candidate) unusable.push(candidate)
    else candidates.push(candidate)
  }
  const found = proposeTables(candidates, folder.name, {
    taken: catalogue.tables.map(({ id }) => id),
    others: [...others, ...unusable.map(({ path }) => path)],
  })
  const leftOut = [...found.leftOut, ...unusable].sort((a, b) => (a.path < b.path ? -1 : 1))
  const proposal = { tables: found.tables, leftOut }
  if (proposal.tables.length === 0) return fail({ kind: 'invalid-input', issues: nothingFound(leftOut) })
  return ok({ proposal, apply: () => applyProposal(folder, definitions, proposal) })
}

const nothingFound = (leftOut: readonly LeftOut[]) => [
  {
    rule: 'adopt',
    message: 'nothing here can be a table: there are no lists, and no several files of one kind, in YAML, JSON, JSONL, TOML, CSV or Markdown',
  },
  ...leftOut.slice(0, 20).map(({ path, why }) => ({ rule: 'adopt', file: path, message: why })),
]

const applyProposal = async (
  folder: AdoptableFolder,
  definitions: ReadonlyMap<string, DefinitionFile>,
  { tables }: Proposal,
): Promise<Result<{ readonly commit: string }>> => {
  const files = new Map(definitions)
  const written = new Map<string, Uint8Array>()
  if (!files.has(folder.settings.path)) written.set(folder.settings.path, folder.settings.bytes)
  for (const { table } of tables) {
    const created = folder.catalogueCodec.create(table, files)
    if (!created.ok) return created
    for (const [path, bytes] of created.value) {
      if (bytes === null) continue
      written.set(path, bytes)
      files.set(path, { oid: '', bytes })
    }
  }
  const message = `adopt ${tables.length === 1 ? `table ${tables[0]?.table.id}` : `${tables.length} tables`}`
  const commit = await folder.commit({ written, present: tables.flatMap(({ paths }) => paths), message })
  return commit.ok ? ok({ commit: commit.value }) : commit
}
