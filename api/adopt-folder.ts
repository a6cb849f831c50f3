import type { Candidate, LeftOut } from '../domain/adopt/candidate.ts'
import { findMisfits } from '../domain/adopt/find-misfits.ts'
import { type Proposal, proposeTables } from '../domain/adopt/propose-tables.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { CatalogueCodec, DefinitionFile, RecordCodec, SchemaValidator } from '../domain/table/codecs.ts'
import { createTableFinder } from '../domain/table/find-table-of-path.ts'
import type { Catalogue } from '../domain/table/table.ts'

/** A folder of files that were there before the database, as the wiring can look at it and write to it. */
export interface AdoptableFolder {
  /** What the folder is called. */
  readonly name: string
  /** Files that may hold data, relative to the folder. */
  listFiles(): Promise<readonly string[]>
  readFile(path: string): Uint8Array
  readCandidate(path: string, bytes: Uint8Array): Candidate | LeftOut | undefined
  /** Links in the place of files: no record, whatever they are called. */
  listLinks(): Promise<readonly string[]>
  readonly catalogueCodec: CatalogueCodec
  readonly recordCodec: Pick<RecordCodec, 'read' | 'excludes'>
  readonly validateSchema: SchemaValidator
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
 * Looks at every file of a folder and proposes tables over them; files that tables have already are theirs. Every proposal is held against the files by what
 * will read them, and what would not be valid is left out. Writes nothing.
 * @returns `invalid-input` when nothing in the folder can be a table
 */
export const adoptFolder = async (folder: AdoptableFolder): Promise<Result<Adoption>> => {
  const paths = await folder.listFiles()
  const links = await folder.listLinks()
  const definitions = new Map<string, DefinitionFile>()
  for (const path of paths) if (folder.catalogueCodec.isDefinitionPath(path)) definitions.set(path, { oid: '', bytes: folder.readFile(path) })
  const catalogue = folder.catalogueCodec.read(definitions)
  const { candidates, unusable, others } = sortFiles(folder, catalogue, { paths, definitions })
  const taken = catalogue.tables.map(({ id }) => id)
  const aside = [...others, ...links, ...unusable.map(({ path }) => path)]
  const fitted = fitProposal(folder, { paths, definitions, candidates, taken, aside })
  if (!fitted.ok) return fitted
  const { tables, written } = fitted.value
  const leftOut = [...fitted.value.leftOut, ...unusable].sort((a, b) => (a.path < b.path ? -1 : 1))
  if (tables.length === 0) return fail({ kind: 'invalid-input', issues: nothingFound(taken.length, leftOut) })
  return ok({ proposal: { tables, leftOut }, apply: () => applyProposal(folder, tables, written) })
}

interface SortedFiles {
  readonly candidates: readonly Candidate[]
  readonly unusable: readonly LeftOut[]
  /** Files that hold no records by their nature. */
  readonly others: readonly string[]
}

const sortFiles = (
  folder: AdoptableFolder,
  catalogue: Catalogue,
  { paths, definitions }: { readonly paths: readonly string[]; readonly definitions: ReadonlyMap<string, DefinitionFile> },
): SortedFiles => {
  const findTable = createTableFinder(catalogue, folder.recordCodec.excludes)
  const sorted = { candidates: [] as Candidate[], unusable: [] as LeftOut[], others: [] as string[] }
  for (const path of paths) {
    if (definitions.has(path) || path.split('/').some((part) => part.startsWith('.')) || findTable(path) !== undefined) continue
    const candidate = folder.readCandidate(path, folder.readFile(path))
    if (candidate === undefined) sorted.others.push(path)
    else if ('why' in candidate) sorted.unusable.push(candidate)
    else sorted.candidates.push(candidate)
  }
  return sorted
}

interface ProposalSources {
  readonly paths: readonly string[]
  readonly definitions: ReadonlyMap<string, DefinitionFile>
  readonly candidates: readonly Candidate[]
  readonly taken: readonly string[]
  readonly aside: readonly string[]
}

interface FittedProposal extends Proposal {
  readonly written: ReadonlyMap<string, Uint8Array>
}

/** Proposes until everything that is proposed holds; each round leaves out the files of what did not, so there are no more rounds than tables. */
const fitProposal = (folder: AdoptableFolder, sources: ProposalSources): Result<FittedProposal> => {
  const { paths, definitions, taken } = sources
  let { candidates, aside } = sources
  const rejected: LeftOut[] = []
  for (;;) {
    const { tables, leftOut } = proposeTables(candidates, folder.name, { taken, others: aside })
    const written = writeDefinitions(folder, definitions, tables)
    if (!written.ok) return written
    const files = new Map(definitions)
    for (const [path, bytes] of written.value) files.set(path, { oid: '', bytes })
    const misfits = findMisfits(folder.catalogueCodec.read(files), tables, {
      paths,
      readFile: folder.readFile,
      codec: folder.recordCodec,
      validateSchema: folder.validateSchema,
    })
    if (misfits.length === 0) return ok({ tables, leftOut: [...leftOut, ...rejected], written: written.value })
    for (const misfit of misfits) {
      const gone = new Set(tables.find(({ table }) => table.id === misfit.table)?.paths)
      rejected.push({ path: misfit.file, why: `stands against a table over ${gone.size === 1 ? 'it' : `${gone.size} files`}: ${misfit.message}` })
      candidates = candidates.filter(({ path }) => !gone.has(path))
      aside = [...aside, ...gone]
    }
  }
}

const nothingFound = (tables: number, leftOut: readonly LeftOut[]) => [
  {
    rule: 'adopt',
    message:
      tables === 0
        ? 'nothing here can be a table: there are no lists, and no several files of one kind, in YAML, JSON, JSONL, TOML, CSV or Markdown'
        : `nothing is left to adopt: no file beside those of the ${tables === 1 ? 'table' : `${tables} tables`} that there are can be a table`,
  },
  ...leftOut.slice(0, 20).map(({ path, why }) => ({ rule: 'adopt', file: path, message: why })),
]

const writeDefinitions = (
  folder: AdoptableFolder,
  definitions: ReadonlyMap<string, DefinitionFile>,
  tables: Proposal['tables'],
): Result<ReadonlyMap<string, Uint8Array>> => {
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
  return ok(written)
}

const applyProposal = async (
  folder: AdoptableFolder,
  tables: Proposal['tables'],
  written: ReadonlyMap<string, Uint8Array>,
): Promise<Result<{ readonly commit: string }>> => {
  const message = `adopt ${tables.length === 1 ? `table ${tables[0]?.table.id}` : `${tables.length} tables`}`
  const commit = await folder.commit({ written, present: tables.flatMap(({ paths }) => paths), message })
  return commit.ok ? ok({ commit: commit.value }) : commit
}
