import type { Change } from '../event-sourcing/change.ts'
import { checkDirectWrite } from '../event-sourcing/check-direct-write.ts'
import { decideOperation } from '../event-sourcing/decide-operation.ts'
import { decideWith } from '../event-sourcing/decision.ts'
import type { CommitBatchResult } from '../event-sourcing/event-store.ts'
import type { Failure } from '../failure.ts'
import type { BranchName, CommitId } from '../ids.ts'
import { checkRecordCounts } from '../record/check-record-counts.ts'
import { fail, ok, type Result } from '../result.ts'
import { type Catalogue, findTable } from '../table/table.ts'
import { checkPending, decideChunk, type ImportScope, issuesOf, type Pending } from './decide-chunk.ts'
import type { ImportBatch, ImportPorts, ImportSession, StagedPart } from './import-ports.ts'
import type { ImportReport, ImportRequest, Reject } from './import-request.ts'
import { describeProblem, SourceProblem } from './source-problem.ts'
import type { SourceRecord } from './source-record.ts'
import { type RecordBatch, splitBatches } from './split-batches.ts'
import { ImportTally } from './tally.ts'

/** How often a commit is decided again because somebody else moved the branch, or because records that waited for others turned out to be wrong. */
const attemptsMax = 8

/**
 * Imports records as one commit, or as one for every `batchSize` of them: decided, validated, staged and projected chunk by chunk, so that memory holds keys
 * and paths and never all records. A commit is all or nothing. With `continueOnError` what is wrong is left out of it and told; without, the first chunk
 * with something wrong in it ends the import, and what is written are the commits before.
 *
 * @returns the report, `stopped` with why an import ended when some of its commits were written; a failure when none was: `invalid-input` or
 *          `constraint-violation` with the line of each issue, or what any write can fail with
 */
export const commitImport = async (ports: ImportPorts, request: ImportRequest): Promise<Result<ImportReport>> => {
  const tally = new ImportTally(request.source.name)
  const stopped = await commitAll(ports, request, tally)
  await request.rejects?.rewind()
  if (stopped === undefined) return ok(tally.report())
  return tally.commits.length === 0 ? fail(stopped) : ok({ ...tally.report(), stopped })
}

/** @returns why it ended before the end of the source */
const commitAll = async (ports: ImportPorts, request: ImportRequest, tally: ImportTally): Promise<Failure | undefined> => {
  try {
    for await (const batch of splitBatches(request.source, request.batchSize)) {
      const written = await commitOne(ports, { request, batch, tally })
      if (!written.ok) return written.failure
    }
    return undefined
  } catch (error) {
    if (error instanceof SourceProblem) return describeProblem(error, request.source.name)
    throw error
  }
}

interface Work {
  readonly request: ImportRequest
  readonly batch: RecordBatch
  readonly tally: ImportTally
}

const commitOne = async (ports: ImportPorts, work: Work): Promise<Result<void>> => {
  const { request, batch, tally } = work
  /** Lines that were found wrong only when the whole import was there. */
  const late = new Map<number, Reject>()
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const tried = await tryCommit(ports, work, late)
    if (!tried.ok) return tried
    if (tried.value === 'done') {
      await request.rejects?.keep()
      tally.keep()
      return ok(undefined)
    }
    tally.rewind()
    await request.rejects?.rewind()
    if (!batch.isRepeatable) return fail(cannotRepeat(request, tried.value))
  }
  return fail(keptMoving(request.branch))
}

type Attempt = 'done' | 'lost-race' | 'late-rejects'

const tryCommit = async (ports: ImportPorts, work: Work, late: Map<number, Reject>): Promise<Result<Attempt>> => {
  const chunks = work.batch.read()[Symbol.asyncIterator]()
  // The turn to write is taken when there is something to write: a slow pipe keeps nobody waiting.
  const first = await chunks.next()
  const { request } = work
  const session = await ports.writeModel.begin(request.branch)
  const allowed = await checkDirectWrite(ports, request.branch)
  const batch = ports.store.openImport(request.branch, session.head, session.facts().catalogue())
  try {
    if (!allowed.ok) return allowed
    const open = await openScope(ports, { session, batch, request })
    if (!open.ok) return open
    const run: Run = { ...work, ...open.value, session, gitBatch: batch, late, pending: [] }
    for (let next = first; !next.done; next = await chunks.next()) {
      if (request.signal?.aborted === true) return fail(interrupted)
      const taken = await takeChunk(run, next.value)
      if (!taken.ok) return taken
    }
    const ended = await endRun(run)
    if (!ended.ok || ended.value !== 'commit') return ended.ok ? ok(ended.value === 'late-rejects' ? 'late-rejects' : 'done') : ended
    return await commit(run)
  } finally {
    session.abandon()
    await batch.discard()
    await chunks.return?.()
  }
}

interface Run extends Work {
  readonly scope: ImportScope
  readonly session: ImportSession
  readonly gitBatch: ImportBatch
  readonly late: Map<number, Reject>
  readonly pending: Pending[]
}

/** Makes the table, where that is asked for, and looks at what there is. */
const openScope = async (
  ports: ImportPorts,
  { session, batch, request }: { readonly session: ImportSession; readonly batch: ImportBatch; readonly request: ImportRequest },
): Promise<Result<{ readonly scope: ImportScope; readonly changed: boolean }>> => {
  let catalogue: Catalogue = session.facts().catalogue()
  const { create } = request
  if (create !== undefined) {
    const decided = decideOperation({ commands: [create] }, session.facts(), ports.rules)
    const staged = decided.ok ? await batch.stagePart(decided.value) : decided
    if (!staged.ok) return staged
    const [refused] = staged.value.refused
    if (refused !== undefined) return fail(refused.failure)
    session.projectPart(staged.value.staged)
    catalogue = session.facts().catalogue()
  }
  const table = findTable(catalogue, request.table)
  if (table === undefined) return fail({ kind: 'not-found', what: 'table', id: request.table, among: catalogue.tables.map(({ id }) => id).sort() })
  const { onDuplicate, toRecord } = request
  const isEmpty = session.facts().count(table.id, 1) === 0
  const scope = { table, catalogue, rules: ports.rules, onDuplicate, isEmpty, toRecord, lines: new Map() }
  return ok({ scope, changed: create !== undefined })
}

const takeChunk = async (run: Run, chunk: readonly SourceRecord[]): Promise<Result<void>> => {
  const { request, tally, session, scope, late } = run
  const wanted = late.size === 0 ? chunk : chunk.filter(({ line }) => !late.has(line))
  const decided = decideChunk(scope, wanted, session.facts())
  const rejects = [...chunk.flatMap(({ line }) => late.get(line) ?? []), ...decided.rejects]
  if (rejects.length > 0 && !request.continueOnError) return fail(describeRejects(run, rejects))
  const staged = await stage(run, decided.changes)
  if (!staged.ok) return staged
  const refused = refusedRecords(run, staged.value, decided.records)
  if (refused.length > 0 && !request.continueOnError) return fail(describeRejects(run, refused))
  session.projectPart(staged.value.staged)
  for (const reject of [...rejects, ...refused]) await request.rejects?.add(reject)
  run.pending.push(...decided.pending)
  tally.add({ read: chunk.length, skipped: decided.skipped, rejects: [...rejects, ...refused], changes: staged.value.staged.changes })
  request.onProgress?.(tally.read)
  return ok(undefined)
}

const stage = (run: Run, changes: readonly Change[]): Promise<Result<StagedPart>> => run.gitBatch.stagePart(changes)

/** Records that cannot be stored as the table stores records. */
const refusedRecords = ({ scope }: Run, { refused }: StagedPart, records: readonly SourceRecord[]): readonly Reject[] =>
  refused.flatMap(({ change, failure }) => {
    const line = 'key' in change ? scope.lines.get(change.key) : undefined
    const record = records.find((each) => each.line === line)
    if ('key' in change) scope.lines.delete(change.key)
    return record === undefined ? [] : [{ record, issues: issuesOf(failure) }]
  })

/** What can be judged only at the end: records that waited for others, and how many a table may hold. */
const endRun = async (run: Run): Promise<Result<'commit' | 'nothing' | 'late-rejects'>> => {
  const { request, session, tally } = run
  const facts = session.facts()
  const rejects = run.pending.flatMap((pending) => checkPending(pending, facts) ?? [])
  if (rejects.length > 0) {
    if (!request.continueOnError) return fail(describeRejects(run, rejects))
    for (const reject of rejects) run.late.set(reject.record.line, reject)
    return ok('late-rejects')
  }
  const counted = decideWith(checkRecordCounts(tally.sampleChanges()), facts)
  if (!counted.ok) return counted
  const isNothing = tally.written === 0 && request.create === undefined
  if (isNothing || request.isDryRun) return ok('nothing')
  const { actor, at, force } = request
  const ended = await run.gitBatch.endParts({
    actor,
    at,
    ...(force !== undefined && { force }),
    message: request.message ?? tally.describe(run.scope.table.id),
  })
  return ended.ok ? ok('commit') : ended
}

const commit = async ({ gitBatch, session, tally, request }: Run): Promise<Result<Attempt>> => {
  if (request.signal?.aborted === true) return fail(interrupted)
  const result: CommitBatchResult = await gitBatch.commit()
  switch (result.status) {
    case 'committed': {
      const [made] = result.commits
      if (made !== undefined) tally.commits.push(made.oid as CommitId)
      try {
        session.finish(result.commits)
      } catch {
        // As for any write: what is in git is written, and the rows are caught up with by the next read.
        session.abandon()
      }
      return ok('done')
    }
    case 'lost-race':
      return ok('lost-race')
    case 'uncommitted-changes':
      return fail({ kind: 'uncommitted-changes', paths: [...result.rejected.values()].flat().slice(0, pathsMax) })
    case 'unavailable':
      return fail({ kind: 'unavailable', what: 'the git repository', why: result.why })
  }
}

const pathsMax = 20

const constraintRules: ReadonlySet<string> = new Set(['unique', 'foreign-key', 'parent', 'already-exists'])

const describeRejects = ({ request }: Run, rejects: readonly Reject[]): Failure => {
  const issues = rejects.flatMap(({ record, issues: found }) => found.map((issue) => ({ ...issue, file: request.source.name, line: record.line })))
  const kind = issues.every(({ rule }) => constraintRules.has(rule)) ? 'constraint-violation' : 'invalid-input'
  return { kind, issues }
}

const interrupted: Failure = { kind: 'unavailable', what: 'the import', why: 'it was interrupted' }

const cannotRepeat = ({ branch, source }: ImportRequest, why: Attempt): Failure => ({
  kind: 'unavailable',
  what: `branch ${branch}`,
  why:
    why === 'lost-race'
      ? `others moved it during the import, and ${source.name} cannot be read twice: import again`
      : `records refer to records that were rejected, and ${source.name} cannot be read twice: import from a file`,
})

const keptMoving = (branch: BranchName): Failure => ({
  kind: 'unavailable',
  what: `branch ${branch}`,
  why: `others moved it ${attemptsMax} times while records were imported`,
})
