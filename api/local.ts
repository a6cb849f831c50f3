import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { loadOnce } from '../domain/load-once.ts'
import { ok, type Result } from '../domain/result.ts'
import { parseJson } from '../infrastructure/formats/json/parse-json.ts'
import { listCheckouts, needsRepair } from '../infrastructure/git/find-checkout.ts'
import { findRepository } from '../infrastructure/git/find-repository.ts'
import { holdsBlob } from '../infrastructure/git/holds-blob.ts'
import { RefReader } from '../infrastructure/git/read-ref.ts'
import type { RemoteSource } from '../infrastructure/git/remote/remote-clone.ts'
import type { RepositoryLocation } from '../infrastructure/git/repository-location.ts'
import { locateReadModel } from '../infrastructure/sqlite/read-model-file.ts'
import { openWriterLock } from '../infrastructure/sqlite/writer-lock-file.ts'
import { openReadModel, rebuildReadModel } from '../projections/open-read-model.ts'
import type { ProjectorPorts } from '../projections/projector.ts'
import { ReadModelDamaged } from '../projections/read-database.ts'
import type { ReadJson } from '../projections/record-versions/read-json.ts'
import { readModelVersion } from '../projections/record-versions/schema.ts'
import type { Adoption } from './adopt-folder.ts'
import { describeFailure } from './contract/describe-failure.ts'
import type { Formats } from './contract/formats.ts'
import type { CallOperation } from './contract/operations.ts'
import { findCredentials } from './contract/remote-credentials.ts'
import type { Conversion } from './convert-legacy.ts'
import type { Database, ReportProgress } from './database.ts'
import { orUnavailable } from './hold-read-model.ts'
import type { CloneReport } from './inspect-clone.ts'
import { type DatabaseParts, openDatabase } from './open-database.ts'
import type { OpenWorkTree } from './open-work-tree.ts'
import { runOperation } from './operations/run-operation.ts'

/** SHA-256 in hex: names shard directories and tells request payloads apart. */
const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

export interface LocalOptions {
  /** Told how far a first build of the read model is, in commits. */
  readonly onProgress?: ReportProgress
  /** Called at each named moment of a write, for fault injection in tests; names in `infrastructure/git/fault-points.ts`. */
  readonly onPoint?: (point: string) => void
  /** Whether somebody is at the terminal whom git and ssh may ask for a password when another repository wants one. */
  readonly isInteractive?: boolean
}

/** Opens the database that a folder lies in: a checkout or a bare repository, in this process. */
export const openLocal = async (directory: string, options: LocalOptions = {}): Promise<Result<Database>> => {
  const location = findRepository(directory)
  if (!location.ok) return location
  return orUnavailable(async () => ok(await openDatabase(wireParts(location.value, options), options.onProgress)))
}

/** Calls operations on an open database as the user of this process, who may do everything. */
export const callLocal =
  (database: Database, onProgress?: ReportProgress, signal?: AbortSignal): CallOperation =>
  (name, input) =>
    runOperation({ database, principal: { type: 'local-user' }, ...(onProgress && { onProgress }), ...(signal && { signal }) }, name, input)

export interface RemoteOptions extends LocalOptions {
  /** Fetch although the clone is only minutes old. */
  readonly refresh?: boolean
}

/** A database somewhere else, opened on a clone. */
export interface RemoteDatabase extends AsyncDisposable {
  readonly call: CallOperation
  /** When the other side cannot be reached: why, and how old what is read is. */
  readonly stale?: { readonly why: string; readonly fetchedAt: Date }
}

/**
 * Opens a database in a repository somewhere else: a clone in a cache directory, fetched when it is some minutes old. A write counts when the other
 * side has its commit. Fails with `unavailable` when nothing was fetched before and the other side cannot be reached, `not-found` for a ref it does not have.
 */
export const openRemote = async (source: RemoteSource, { refresh = false, ...options }: RemoteOptions = {}): Promise<Result<RemoteDatabase>> => {
  const [{ locateClones, RemoteClone }, { callOnRemote }] = await Promise.all([
    import('../infrastructure/git/remote/remote-clone.ts'),
    import('./call-remote.ts'),
  ])
  const clone = new RemoteClone(source, locateClones(process.env))
  const lock = openWriterLock(`${clone.directory}.lock`)
  const exclusively = async <T>(work: () => Promise<T>): Promise<T> => {
    const release = await lock.take()
    try {
      return await work()
    } finally {
      release()
    }
  }
  const isFetched = refresh || !clone.isFresh(Date.now())
  const fetched = isFetched ? await exclusively(() => clone.fetch()) : ok(undefined)
  const fetchedAt = clone.fetchedAt()
  if (!fetched.ok && (fetchedAt === undefined || fetched.failure.kind !== 'unavailable')) {
    lock.close()
    return fetched
  }
  const database = await openLocal(clone.directory, options)
  if (!database.ok) return database
  const ports = { head: () => clone.head(), fetch: () => clone.fetch(), push: clone.push.bind(clone), exclusively }
  return ok({
    call: callOnRemote(callLocal(database.value, options.onProgress), ports, isFetched && fetched.ok),
    ...(!fetched.ok && fetched.failure.kind === 'unavailable' && fetchedAt !== undefined && { stale: { why: fetched.failure.why, fetchedAt } }),
    async [Symbol.asyncDispose]() {
      await database.value[Symbol.asyncDispose]()
      lock.close()
    },
  })
}

const wireParts = (location: RepositoryLocation, { onPoint, isInteractive = false }: LocalOptions): DatabaseParts => {
  const refs = new RefReader(location)
  const refsNow = { readHead: refs.readBranch.bind(refs), readCurrentBranch: refs.readCurrentBranch.bind(refs) }
  const file = locateReadModel({ ...location, version: readModelVersion, cacheDirectory: process.env.INGITDB_CACHE })
  /** What was opened and has to be closed. */
  const closing: { close(): Promise<void> }[] = []
  const loadStore = loadOnce(async () => {
    const store = await openStore(location, onPoint === undefined ? {} : { onPoint })
    closing.push(store)
    return store
  })
  const loadRefs = loadOnce(async () => {
    const store = (await import('../infrastructure/git/git-ref-store.ts')).openGitRefStore(location)
    closing.push(store)
    return store
  })
  const loadPorts = async (): Promise<ProjectorPorts> => ({ store: await loadStore(), readJson, validateSchema: await loadValidator() })
  const loadGit = loadOnce(async () => new (await import('../infrastructure/git/run-git.ts')).Git(location))
  const loadMailmap = loadOnce(async () => new (await import('../infrastructure/git/read-mailmap.ts')).MailmapReader(await loadGit(), refs))
  return {
    refs: refsNow,
    loadStore,
    loadRefs,
    loadMergeStates: loadOnce(
      async () => new (await import('../infrastructure/git/merge/merge-states.ts')).GitMergeStates(await loadGit(), readJson),
    ),
    loadValidator,
    openWorkTree: () => openWorkTree(location),
    loadSql: loadOnce(async () => {
      const processes = new (await import('../infrastructure/sqlite/sql-processes.ts')).SqlProcesses(file.path)
      closing.push(processes)
      return processes
    }),
    loadViewCodec: loadOnce(async () => (await import('../infrastructure/formats/export/view-codec.ts')).viewCodec),
    openExportFolder: async () => (await import('../infrastructure/git/export-folder.ts')).openExportFolder(location),
    openRemotes: async () => {
      const { GitRemotes } = await import('../infrastructure/git/remote/git-remotes.ts')
      return ok(new GitRemotes(await loadGit(), { findCredentials: (url) => findCredentials(url, process.env), isInteractive }))
    },
    openMirrors: loadOnce(async () => {
      const { GitMirrors } = await import('../infrastructure/git/remote/git-mirrors.ts')
      const { commonDirectory } = location
      const find = (url: string) => findCredentials(url, process.env)
      return new GitMirrors({ loadGit, commonDirectory, findCredentials: find, describeFailure: (failure) => describeFailure(failure).summary })
    }),
    loadRules: async () => ({ rules: { validateSchema: await loadValidator() }, digest }),
    openReadModel: (onProgress) => openReadModel(file, { refs: refsNow, readJson, loadPorts }, onProgress),
    rebuildReadModel: (onProgress) => rebuildReadModel(file, { refs: refsNow, readJson, loadPorts }, onProgress),
    readIdentity: loadOnce(async () => (await import('../infrastructure/git/read-identity.ts')).readIdentity(await loadGit())),
    readMailmap: async () => (await loadMailmap()).read(),
    now: () => ({ seconds: Math.floor(Date.now() / 1000), offsetMinutes: -new Date().getTimezoneOffset() }),
    inspection: {
      directory: location.databaseDirectory,
      bare: location.workTree === undefined,
      readModelFile: file,
      readUncommitted: async () => (await import('../infrastructure/git/read-uncommitted.ts')).readUncommitted(await loadGit()),
      readUncommittedAt: async (paths) => (await import('../infrastructure/git/read-uncommitted.ts')).readUncommittedAt(await loadGit(), paths),
      holdsBlob: (path, blob) => holdsBlob(location, path, blob),
      digest,
      isWorkTreeBehind: () => listCheckouts(location).some((checkout) => needsRepair(checkout, refs)),
      readGitVersion: async () => (await loadGit()).requireVersion(),
      readMergeDriver: async () => (await import('../infrastructure/git/merge/register-merge-driver.ts')).readMergeDriver(location),
      checkRepository: async () => (await import('../infrastructure/git/check-repository.ts')).checkRepository(await loadGit()),
    },
    repairWorkTree: async () => {
      await (await loadStore()).repairWorkTree()
    },
    close: async () => {
      await Promise.all(closing.map((opened) => opened.close()))
      file.lock.close()
    },
  }
}

const openWorkTree = async (location: RepositoryLocation): Promise<Result<OpenWorkTree>> => {
  const { commitWorkTree } = await import('../infrastructure/git/commit-work-tree.ts')
  const files = await commitWorkTree(location)
  if (!files.ok) return files
  const { head, commit, objectDirectory } = files.value
  const store = await openStore(location, objectDirectory === undefined ? {} : { objectDirectory })
  const close = async () => {
    await store.close()
    files.value[Symbol.dispose]()
  }
  return ok({ head, commit, store, [Symbol.asyncDispose]: close })
}

const openStore = async (location: RepositoryLocation, options: Pick<LocalOptions, 'onPoint'> & { readonly objectDirectory?: string }) => {
  const [{ openGitEventStore }, { recordCodec }, { catalogueCodec }] = await Promise.all([
    import('../infrastructure/git/git-event-store.ts'),
    import('../infrastructure/formats/record-codec.ts'),
    import('../infrastructure/formats/definition/catalogue-codec.ts'),
  ])
  const store = await openGitEventStore({ location, recordCodec, catalogueCodec, digest, loadMergeFile, ...options })
  if (!store.ok) throw new Error(`the repository was found but cannot be opened: ${JSON.stringify(store.failure)}`)
  return store.value
}

const loadMergeFile = loadOnce(async () => (await import('../infrastructure/formats/merge/merge-file.ts')).mergeFile)

const loadValidator = loadOnce(async () => (await import('../infrastructure/json-schema/ajv-validator.ts')).createSchemaValidator())

const readJson: ReadJson = (text) => {
  const parsed = parseJson(text)
  if (!parsed.ok) throw new ReadModelDamaged('the read model holds text that is not JSON')
  return parsed.value
}

/** What the edges need of text formats; each parser is loaded when it is first used. */
export const formats: Formats = {
  parseJson: async (text) => parseJson(text),
  parseYaml: async (text) => (await import('../infrastructure/formats/yaml/parse-yaml.ts')).parseYaml(text),
  parseIngr: async (text) => (await import('../infrastructure/formats/ingr/parse-ingr.ts')).parseIngr(text),
  parseToml: async (text) => (await import('../infrastructure/formats/toml/parse-toml.ts')).parseToml(text),
  parseMarkdown: async (text, contentField) =>
    (await import('../infrastructure/formats/markdown/parse-markdown.ts')).parseMarkdown(text, contentField),
  parseYamlDocuments: async (text) => (await import('../infrastructure/formats/yaml/parse-yaml.ts')).parseYamlDocuments(text),
  parseCsv: async (text, fields) => (await import('../infrastructure/formats/csv/parse-csv.ts')).parseCsv(text, fields),
  readRecords: async function* (bytes, options) {
    yield* (await import('../infrastructure/formats/import/read-records.ts')).readRecords(bytes, options)
  },
  readParquet: async function* (file) {
    yield* (await import('../infrastructure/formats/import/read-parquet-records.ts')).readParquetRecords(file)
  },
  readParquetTypes: async (file) => (await import('../infrastructure/formats/import/read-parquet-records.ts')).readParquetTypes(file),
  writeRecords: async (batches, options) => (await import('../infrastructure/formats/export/write-records.ts')).writeRecords(batches, options),
  compress: async function* (pieces) {
    yield* (await import('../infrastructure/formats/export/deflate-blocks.ts')).deflateBlocks(pieces)
  },
  stringifyYaml: async (value) => (await import('../infrastructure/formats/yaml/write-yaml.ts')).writeYaml(value),
  stringifyToml: async (value) => {
    const [{ writeTomlFile }, { withoutNulls }] = await Promise.all([
      import('../infrastructure/formats/toml/write-toml.ts'),
      import('../infrastructure/formats/toml/without-nulls.ts'),
    ])
    return writeTomlFile(withoutNulls(value))
  },
}

/** Where to clone from, and to. */
export interface CloneOptions extends LocalOptions {
  readonly url: string
  /** A folder that is new or empty. */
  readonly directory: string
  /** Without files. */
  readonly bare?: boolean
  /** Branch or tag to check out; default: what the other side has checked out. */
  readonly branch?: string
  /** How long the other side may say nothing, in milliseconds. */
  readonly stallMs?: number
  readonly signal?: AbortSignal
}

/**
 * Clones a repository, all or nothing, and builds the read model of the database in it. One without a database is cloned all the same. Tokens are those of the
 * environment.
 * @returns failures of `cloneRepository`
 */
export const cloneLocal = async (options: CloneOptions): Promise<Result<CloneReport>> => {
  const [{ cloneRepository }, { inspectClone }] = await Promise.all([
    import('../infrastructure/git/remote/clone-repository.ts'),
    import('./inspect-clone.ts'),
  ])
  const cloned = await cloneRepository({ ...options, credentials: findCredentials(options.url, process.env) })
  if (!cloned.ok) return cloned
  const report = await inspectClone({ ...options, ...cloned.value }, (path) => openLocal(join(options.directory, path), options))
  const registered =
    report.database === undefined
      ? ok([])
      : await (await import('./merge-driver.ts')).registerDriver(join(options.directory, report.database.path), 'where-named')
  return registered.ok ? ok(report) : registered
}

/** Makes a new database in an empty folder: a git repository with `.ingitdb/`, a README, a `.gitignore` and the first commit. */
export const initLocal = async (directory: string, format?: string): Promise<Result<{ readonly commit: string }>> => {
  const [{ initRepository }, { newDatabaseFiles }, { readMergeSettings }] = await Promise.all([
    import('../infrastructure/git/init-repository.ts'),
    import('../infrastructure/formats/definition/new-database-files.ts'),
    import('./merge-driver.ts'),
  ])
  return initRepository(directory, { files: newDatabaseFiles(directory, format), branch: 'main', settings: await readMergeSettings() })
}

/** What `setUpLocal` did. */
export interface SetUpReport {
  /** In words, what was not there and is now; empty when nothing was missing. */
  readonly made: readonly string[]
  /** The first commit of a new database; what is added to a folder with files in it is left for its owner to commit. */
  readonly commit?: string
}

/** Makes a folder a database, whatever is in it: adds what is missing, and overwrites nothing. @param format default record format of new settings */
export const setUpLocal = async (directory: string, format?: string): Promise<Result<SetUpReport>> => {
  const location = findRepository(directory)
  if (!location.ok && location.failure.kind !== 'not-found') return location
  if (!location.ok && (!existsSync(directory) || readdirSync(directory).length === 0)) {
    const made = await initLocal(directory, format)
    return made.ok ? ok({ made: ['a database'], commit: made.value.commit }) : made
  }
  const [{ setUpFolder }, { settingsFile }, { registerDriver }] = await Promise.all([
    import('../infrastructure/git/set-up-folder.ts'),
    import('../infrastructure/formats/definition/new-database-files.ts'),
    import('./merge-driver.ts'),
  ])
  const made = setUpFolder({ directory, isInRepository: location.ok, file: settingsFile(format) })
  if (!made.ok) return made
  const registered = await registerDriver(directory, 'always')
  return registered.ok ? ok({ made: [...made.value, ...registered.value] }) : registered
}

/**
 * Proposes tables over the files of a folder, in a repository or not, and makes them real when it is told to; until then nothing is written. A folder that is
 * in no repository becomes one then.
 * @returns `not-found` for a folder that is not there; `unsupported` for a bare repository; `invalid-input` when nothing in it can be a table
 */
export const adoptLocal = async (directory: string): Promise<Result<Adoption>> => {
  const found = findRepository(directory)
  const isNew = !found.ok && found.failure.kind === 'not-found' && existsSync(directory)
  if (!found.ok && !isNew) return found
  const [adopting, { Git }, { readCandidate }, { catalogueCodec }, { recordCodec }, { settingsFile }, { adoptFolder }] = await Promise.all([
    import('../infrastructure/git/adoptable-folder.ts'),
    import('../infrastructure/git/run-git.ts'),
    import('../infrastructure/formats/read-candidate.ts'),
    import('../infrastructure/formats/definition/catalogue-codec.ts'),
    import('../infrastructure/formats/record-codec.ts'),
    import('../infrastructure/formats/definition/new-database-files.ts'),
    import('./adopt-folder.ts'),
  ])
  const place = adopting.placeDatabase(directory, found.ok ? found.value : undefined)
  if (!place.ok) return place
  const folder = adopting.openAdoptableFolder(new Git(place.value), { isNew })
  return adoptFolder({ ...folder, readCandidate, catalogueCodec, recordCodec, validateSchema: await loadValidator(), settings: settingsFile() })
}

/**
 * Works out how a database of a layout before 2024 becomes one of today, and does it when it is told to; until then nothing is written.
 * @returns `not-found` for a folder that is in no repository; `unsupported` for a bare one; `invalid-input` when nothing in it is of an old layout
 */
export const convertLocal = async (directory: string): Promise<Result<Conversion>> => {
  const found = findRepository(directory)
  if (!found.ok) return found
  const [adopting, { Git }, { listTrackable }, { planConversion }, { convertLegacy }] = await Promise.all([
    import('../infrastructure/git/adoptable-folder.ts'),
    import('../infrastructure/git/run-git.ts'),
    import('../infrastructure/git/list-folder.ts'),
    import('../infrastructure/formats/legacy/plan-conversion.ts'),
    import('./convert-legacy.ts'),
  ])
  const place = adopting.placeDatabase(directory, found.value)
  if (!place.ok) return place
  const git = new Git(place.value)
  const folder = adopting.openAdoptableFolder(git, { isNew: false })
  return convertLegacy({ ...folder, listFiles: () => listTrackable(git, { withHidden: true }), plan: planConversion })
}
