import { cleanPerson } from '../domain/event-sourcing/clean-person.ts'
import type { CommandQueue } from '../domain/event-sourcing/command-queue.ts'
import type { Mailmap } from '../domain/event-sourcing/mailmap.ts'
import type { Operation, OperationResult, Person } from '../domain/event-sourcing/operation.ts'
import type { MergeModel } from '../domain/event-sourcing/write-model.ts'
import type { WritePorts } from '../domain/event-sourcing/write-ports.ts'
import type { Failure } from '../domain/failure.ts'
import type { CommitId } from '../domain/ids.ts'
import type { ImportModel, ImportStore } from '../domain/import/import-ports.ts'
import type { ImportReport, ImportRequest } from '../domain/import/import-request.ts'
import { loadOnce } from '../domain/load-once.ts'
import type { MergeStore } from '../domain/merge/merge-ports.ts'
import type { MergeOutcome, MergeRequest } from '../domain/merge/merge-request.ts'
import type { MergeStates } from '../domain/merge/merge-state.ts'
import type { ReplayOutcome, ReplayRequest } from '../domain/merge/replay-commits.ts'
import type { Mirrors, Remotes } from '../domain/remote/remote-ports.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { DefinitionFile, SchemaValidator } from '../domain/table/codecs.ts'
import type { DatabaseReader } from '../domain/validation/whole-database.ts'
import { inForce } from '../domain/version-control/protection.ts'
import type { RefStore } from '../domain/version-control/ref-store.ts'
import type { ExportFolder, ViewCodec } from '../domain/view/view-ports.ts'
import { emptySnapshot, openSnapshot } from '../projections/open-snapshot.ts'
import type { ReadModel } from '../projections/read-model.ts'
import type { SqlRunner } from '../projections/record-versions/sql/sql-runner.ts'
import type { Snapshot } from '../projections/snapshot.ts'
import { askWorkTree, readModelInQuestion } from './ask-work-tree.ts'
import type {
  Database,
  ImportInput,
  MergeInput,
  PatchRequest,
  RebuildReport,
  ReportProgress,
  ValidationReport,
  ValidationRequest,
  Where,
  WriteRequest,
} from './database.ts'
import { holdReadModel, type ReadModelHolder } from './hold-read-model.ts'
import { findUncommitted, type Inspection, readStatus, runDoctor } from './inspect-database.ts'
import type { OpenWorkTree } from './open-work-tree.ts'
import { type RefsNow, resolveMoment, resolveWithoutReadModel } from './resolve-moment.ts'
import { runSql } from './run-sql.ts'

/** What a database is made of; the wiring supplies it. What only some questions need is loaded when they are asked. */
export interface DatabaseParts {
  readonly refs: RefsNow
  loadStore(): Promise<MergeStore & ImportStore & DatabaseReader>
  loadRefs(): Promise<RefStore>
  /** The files of the work tree as they are now. */
  openWorkTree(): Promise<Result<OpenWorkTree>>
  /** Merges that wait for conflicts to be settled. */
  loadMergeStates(): Promise<MergeStates>
  loadValidator(): Promise<SchemaValidator>
  loadViewCodec(): Promise<ViewCodec>
  /** Runs statements over the read model. */
  loadSql(): Promise<SqlRunner>
  openExportFolder(): Promise<Result<ExportFolder>>
  openRemotes(): Promise<Result<Remotes>>
  openMirrors(): Promise<Mirrors>
  loadRules(): Promise<Pick<WritePorts, 'rules' | 'digest'>>
  /** Opens the read model, building it from git first when there is none that can be used. */
  openReadModel(onProgress?: ReportProgress): Promise<ReadModel>
  /** Builds the read model from git again, beside the file in use, which answers until then; and opens it. */
  rebuildReadModel(onProgress?: ReportProgress): Promise<ReadModel>
  readMailmap(): Promise<Mailmap>
  /** Who writes when nobody is named: git's identity of the user. */
  readIdentity(): Promise<Person>
  now(): Operation['at']
  readonly inspection: Inspection
  /** Lets the files of the work tree follow what was committed; called while nobody writes. */
  repairWorkTree(): Promise<void>
  close(): Promise<void>
}

/** A database over its parts: reads catch up with git first, writes go through one queue, and a damaged read model is built again. */
export const openDatabase = async (parts: DatabaseParts, onProgress?: ReportProgress): Promise<Database> => {
  const held = holdReadModel({ open: () => parts.openReadModel(onProgress), rebuild: () => parts.rebuildReadModel() })
  // A process was killed, or held up by a lock, between a commit and the files: the user's next `git commit -a` would take the write back.
  if (parts.inspection.isWorkTreeBehind()) await (await held.use()).exclusively(parts.repairWorkTree)
  // One queue for good, whatever read model stands behind it: the repository has one writer.
  const useWriting = loadOnce(() => openWriteSide(parts, { begin: async (branch) => (await held.use()).begin(branch) }))

  const pending = new Set<Promise<unknown>>()
  const track = <T>(work: Promise<T>): Promise<T> => trackIn(pending, work)
  const letMirror = <T>(writing: Promise<Result<T>>): Promise<Result<T>> => mirrored(parts, writing)
  const withOperation = (request: WriteRequest, work: (side: WriteSide, operation: Operation) => Promise<Result<OperationResult>>) =>
    track(
      held.ask(async () => {
        const operation = await completeRequest(parts, request)
        return operation.ok ? work(await useWriting(), operation.value) : operation
      }),
    )
  const withMerge = <Input extends MergeScope, T>(request: Input, work: (side: WriteSide, merge: Completed<Input>) => Promise<Result<T>>) =>
    track(
      held.ask(async () => {
        const completed = await completeMerge(parts, request)
        return completed.ok ? work(await useWriting(), completed.value) : completed
      }),
    )

  return {
    read: (where) => held.ask((readModel) => readAt(parts, readModelInQuestion(readModel), where)),
    ask: async (where, question) => {
      if (where.at === 'worktree') return held.ask((readModel) => askWorkTree(parts, readModel, { where, question }))
      const snapshot = await held.ask((readModel) => readAt(parts, readModel, where))
      return snapshot.ok ? question(snapshot.value) : snapshot
    },
    runSql: (...question) => runSql(held, parts.loadSql, question),
    findMergeBase: async (a, b) => (await parts.loadStore()).findMergeBase(a, b),
    listCommits: async function* (tip, range) {
      yield* (await parts.loadStore()).listCommits(tip, range)
    },
    readMailmap: parts.readMailmap,
    resolve: (where) => resolveAnyMoment(parts, held, where),
    openRefs: parts.loadRefs,
    sign: async () => ({ person: await parts.readIdentity(), time: parts.now() }),
    exclusively: (work) => letMirror(takeTurn(parts, held, work)),
    readPatch: (request) => readPatch(parts, request),
    digest: parts.inspection.digest,
    importRecords: (request) => letMirror(track(held.ask(async () => importInto(parts, await useWriting(), request)))),
    write: (request) => letMirror(withOperation(request, (side, operation) => side.queue.submit(operation))),
    merge: (request) => letMirror(withMerge(request, (side, merge) => side.merge(merge))),
    replay: (request) => letMirror(withMerge(request, (side, replayed) => side.replay(replayed))),
    readCurrentBranch: () => parts.refs.readCurrentBranch(),
    loadMergeStates: parts.loadMergeStates,
    dryRun: (request) => withOperation(request, ({ dryRun }, operation) => dryRun(operation)),
    async rebuild(report) {
      const began = performance.now()
      await held.replace(() => parts.rebuildReadModel(report))
      const counted = await countRows(parts, await held.use())
      return counted.ok ? ok({ ...counted.value, milliseconds: Math.round(performance.now() - began) }) : counted
    },
    recover: held.recover,
    readUncommitted: async (scope, branch) =>
      branch === undefined || branch === parts.refs.readCurrentBranch() ? findUncommitted(parts.inspection, scope) : ok([]),
    status: () => held.ask(async (readModel) => ok(await readStatus(parts.inspection, parts.refs, readModel))),
    validate: (request) => validate(parts, held, request),
    readFiles: (where, isWanted) => readFiles(parts, held, { where, isWanted }),
    loadValidator: parts.loadValidator,
    loadViewCodec: parts.loadViewCodec,
    openExportFolder: parts.openExportFolder,
    openRemotes: parts.openRemotes,
    openMirrors: async () => ok(await parts.openMirrors()),
    doctor: async () => {
      const snapshot = await held.ask((readModel) => readAt(parts, readModel, {}))
      return runDoctor(parts.inspection, parts.refs, { readModel: await held.use(), snapshot })
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(pending)
      await (await parts.openMirrors()).close()
      await held.close()
      await parts.close()
    },
  }
}

/** Closing waits for work; whoever began it hears of its errors. */
const trackIn = <T>(pending: Set<Promise<unknown>>, work: Promise<T>): Promise<T> => {
  const ended: Promise<unknown> = work.catch(() => undefined).finally(() => pending.delete(ended))
  pending.add(ended)
  return work
}

const takeTurn = <T>(parts: DatabaseParts, held: ReadModelHolder, work: () => Promise<Result<T>>): Promise<Result<T>> =>
  held.ask((readModel) =>
    readModel.exclusively(async () => {
      if (parts.inspection.isWorkTreeBehind()) await parts.repairWorkTree()
      return work()
    }),
  )

/** Lets mirrors have what was written; whoever wrote does not wait for that. */
const mirrored = async <T>(parts: DatabaseParts, writing: Promise<Result<T>>): Promise<Result<T>> => {
  const written = await writing
  if (written.ok) (await parts.openMirrors()).notify()
  return written
}

interface WriteSide {
  readonly queue: CommandQueue
  dryRun(operation: Operation): Promise<Result<OperationResult>>
  importRecords(request: ImportRequest): Promise<Result<ImportReport>>
  merge(request: MergeRequest): Promise<Result<MergeOutcome>>
  replay(request: ReplayRequest): Promise<Result<ReplayOutcome>>
}

/** Everything that decides is loaded with the first write: a point read takes less time than loading it. */
const openWriteSide = async (parts: DatabaseParts, model: MergeModel & ImportModel): Promise<WriteSide> => {
  const [{ createCommandQueue }, { dryRunOperation }] = await Promise.all([
    import('../domain/event-sourcing/command-queue.ts'),
    import('../domain/event-sourcing/dry-run.ts'),
  ])
  const refs = await parts.loadRefs()
  const readProtection: WritePorts['readProtection'] = async (branch) => {
    const protections = await refs.readProtections()
    return protections.ok ? ok(inForce(protections.value, parts.now().seconds).find((protection) => protection.branch === branch)) : protections
  }
  const store = await parts.loadStore()
  const ports: WritePorts = { ...(await parts.loadRules()), store, writeModel: model, readProtection }
  const merging = { store, mergeModel: model, readProtection }
  return {
    queue: createCommandQueue(ports),
    dryRun: (operation) => dryRunOperation(ports, operation),
    importRecords: async (request) => {
      const { commitImport } = await import('../domain/import/commit-import.ts')
      return commitImport({ ...ports, store, writeModel: model }, request)
    },
    merge: async (request) => {
      const { commitMerge } = await import('../domain/merge/commit-merge.ts')
      return commitMerge({ ...merging, validateSchema: await parts.loadValidator() }, request)
    },
    replay: async (request) => {
      const { replayCommits } = await import('../domain/merge/replay-commits.ts')
      return replayCommits({ ...merging, validateSchema: await parts.loadValidator() }, request)
    },
  }
}

const importInto = async (parts: DatabaseParts, side: WriteSide, request: ImportInput): Promise<Result<ImportReport>> => {
  const completed = await completeRequest(parts, { ...request, commands: [] })
  if (!completed.ok) return completed
  const { branch, actor, at } = completed.value
  return side.importRecords({ ...request, branch, actor, at })
}

const readAt = async (parts: DatabaseParts, readModel: ReadModel, where: Where): Promise<Result<Snapshot>> => {
  const commit = await resolveMoment({ refs: parts.refs, readModel, loadStore: parts.loadStore }, where)
  if (!commit.ok) return commit
  if (commit.value === undefined) return ok(emptySnapshot)
  const branch = where.at === undefined ? (where.branch ?? parts.refs.readCurrentBranch()) : undefined
  await readModel.ensureProjected(commit.value, branch, where.keep)
  return ok(openSnapshot(readModel, commit.value))
}

/** Whatever can be is resolved from git alone: only times need the read model. */
const resolveAnyMoment = async (parts: DatabaseParts, held: ReadModelHolder, where: Where): Promise<Result<CommitId | undefined>> =>
  (await resolveWithoutReadModel(parts, where)) ?? held.ask((readModel) => resolveMoment({ ...parts, readModel }, where))

const validate = async (parts: DatabaseParts, held: ReadModelHolder, request: ValidationRequest): Promise<Result<ValidationReport>> => {
  const { validateFiles } = await import('./validate-files.ts')
  const { directory, bare } = parts.inspection
  return validateFiles({ directory, bare, resolve: (where) => resolveAnyMoment(parts, held, where), ...parts }, request)
}

interface FileRequest {
  readonly where: Where
  readonly isWanted: (path: string) => boolean
}

const readFiles = async (
  parts: DatabaseParts,
  held: ReadModelHolder,
  { where, isWanted }: FileRequest,
): Promise<Result<ReadonlyMap<string, DefinitionFile>>> => {
  if (where.at !== 'worktree') {
    const commit = await resolveAnyMoment(parts, held, where)
    if (!commit.ok) return commit
    return ok(commit.value === undefined ? new Map() : await (await parts.loadStore()).readFiles(commit.value, isWanted))
  }
  const opened = await parts.openWorkTree()
  if (!opened.ok) return opened
  await using workTree = opened.value
  return ok(workTree.commit === undefined ? new Map() : await workTree.store.readFiles(workTree.commit, isWanted))
}

const readPatch = async (parts: DatabaseParts, { from, to, isWanted }: PatchRequest): Promise<Result<Uint8Array>> => {
  if (to !== 'worktree') return ok(await (await parts.loadStore()).readPatch(from, to, isWanted))
  const opened = await parts.openWorkTree()
  if (!opened.ok) return opened
  await using workTree = opened.value
  return ok(await workTree.store.readPatch(from, workTree.commit, isWanted))
}

const completeRequest = async (parts: DatabaseParts, request: WriteRequest): Promise<Result<Operation>> => {
  const branch = request.branch ?? parts.refs.readCurrentBranch()
  if (branch === undefined) return fail(detached)
  // A commit on a branch that is not there would start a history of its own; only the branch that HEAD names may have none yet.
  const isThere = parts.refs.readHead(branch) !== undefined || branch === parts.refs.readCurrentBranch()
  if (!isThere) return fail({ kind: 'not-found', what: 'branch', id: branch })
  return ok({ ...request, branch, actor: cleanPerson(request.actor ?? (await parts.readIdentity())), at: request.at ?? parts.now() })
}

type MergeScope = Pick<MergeInput, 'branch' | 'committer' | 'at'>
type Completed<Input> = Input & Pick<MergeRequest, 'branch' | 'committer' | 'at'>

const completeMerge = async <Input extends MergeScope>(parts: DatabaseParts, request: Input): Promise<Result<Completed<Input>>> => {
  const branch = request.branch ?? parts.refs.readCurrentBranch()
  if (branch === undefined) return fail(detached)
  if (parts.refs.readHead(branch) === undefined) return fail({ kind: 'not-found', what: 'branch', id: branch })
  const committer = cleanPerson(request.committer ?? (await parts.readIdentity()))
  return ok({ ...request, branch, committer, at: request.at ?? parts.now() })
}

const detached: Failure = {
  kind: 'unsupported',
  what: 'a write while no branch is checked out',
  why: 'HEAD is detached: name a branch, or check one out',
}

/** Commits that were read, and records as they are now. */
const countRows = async (parts: DatabaseParts, readModel: ReadModel): Promise<Result<Pick<RebuildReport, 'commits' | 'records'>>> => {
  const snapshot = await readAt(parts, readModel, {})
  if (!snapshot.ok) return snapshot
  let records = 0
  for (const table of snapshot.value.catalogue.tables) {
    const count = await snapshot.value.countRecords(table.id, undefined)
    if (!count.ok) return count
    records += count.value
  }
  return ok({ commits: readModel.reader.sql<{ n: number }>('select count(*) n from commits').get()?.n ?? 0, records })
}
