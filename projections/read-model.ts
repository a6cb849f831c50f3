import type { EventStore } from '../domain/event-sourcing/event-store.ts'
import type { RequestMark } from '../domain/event-sourcing/request-trailer.ts'
import type { MergeModel, MergeSession } from '../domain/event-sourcing/write-model.ts'
import type { BranchName, CommitId } from '../domain/ids.ts'
import type { ImportModel, ImportSession } from '../domain/import/import-ports.ts'
import { loadOnce } from '../domain/load-once.ts'
import type { SnapshotSource } from './open-snapshot.ts'
import type { OpenCommit, Projector, ProjectorPorts, ProjectorState } from './projector.ts'
import { type ReadDatabase, ReadModelReplaced } from './read-database.ts'
import { type CatalogueRows, createCatalogueRows } from './record-versions/catalogue-rows.ts'
import { completeCommit, setHead } from './record-versions/commit-rows.ts'
import { readRecordChanges } from './record-versions/differences.ts'
import { createFacts } from './record-versions/facts.ts'
import { readPosition } from './record-versions/lanes.ts'
import type { ReadJson } from './record-versions/read-json.ts'
import type { WriteLock } from './write-lock.ts'

/** What decides and validates takes longer to load than a point read takes in all. */
const loadProjector = () => import('./projector.ts')

/** What the read model is made of. The writing side is loaded when it is first needed: a point read has no time for it. */
export interface ReadModelParts {
  readonly reader: ReadDatabase
  openWriter(): ReadDatabase
  readonly readJson: ReadJson
  readHead(branch: BranchName): CommitId | undefined
  /** Turns among everybody who writes this file, in this process and others. */
  readonly lock: WriteLock
  /** Whether the file at its place is still the one that is open. Asked with the turn in hand, when nobody can replace it. */
  isCurrent(): boolean
  loadPorts(): Promise<ProjectorPorts>
}

/** The read model of one database, kept in step with git. Readers never see what a write has not committed yet: they have their own connection. */
export interface ReadModel extends MergeModel, ImportModel {
  begin(branch: BranchName): Promise<MergeSession & ImportSession>
  readonly reader: ReadDatabase
  readonly readJson: ReadJson
  /** Catalogues as the reading connection sees them. */
  readonly catalogues: CatalogueRows
  /** Makes sure that a commit can be asked about, together with those in `keep` that are known; cheap when it is known already. */
  ensureProjected(tip: CommitId, branch: BranchName | undefined, keep?: readonly CommitId[]): Promise<void>
  /**
   * Answers a question about a commit that nobody else shall see: its rows are written in a transaction that is taken back afterwards.
   * Others who write wait meanwhile, those who read do not. A question may not ask this again inside itself.
   * @param store  knows the commit; its first parent has to be projected
   */
  askUnseen<T>(store: EventStore, commit: CommitId, question: (source: SnapshotSource) => Promise<T>): Promise<T>
  /** Runs work while nobody, in this process or another, writes to this database. */
  exclusively<T>(work: () => Promise<T>): Promise<T>
  /** Waits for the writes that have begun or wait for their turn, then closes both connections. */
  close(): Promise<void>
  /** Makes room for another read model: as `close`, but snapshots that are still being asked go on; the last one takes the connection with it. */
  retire(): Promise<void>
}

/**
 * The read model over its parts. Opens nothing by itself: the writing connection and the git reader are made when a commit has to be projected
 * or a write begins. Writers take turns, in this process by a lock and between processes by SQLite's own; what is projected can be read meanwhile.
 * Its functions throw `ReadModelDamaged` when the file turns out to be no read model, and `ReadModelUnavailable` when it cannot be used.
 */
export const createReadModel = (parts: ReadModelParts): ReadModel => {
  const { reader, readJson } = parts
  /** Throws `ReadModelReplaced` when there is another file now: rows written to the old one would serve nobody. */
  const takeTurn = async (): Promise<() => void> => {
    const release = await parts.lock.take()
    if (parts.isCurrent()) return release
    release()
    throw new ReadModelReplaced()
  }
  let writer: ReadDatabase | undefined
  const openProjector = async (): Promise<Projector> => {
    const [ports, { createProjector }] = await Promise.all([parts.loadPorts(), loadProjector()])
    writer = parts.openWriter()
    return createProjector(writer, ports)
  }
  let useProjector = loadOnce(openProjector)

  const ensureProjected: ReadModel['ensureProjected'] = async (tip, branch, keep = []) => {
    if (readPosition(reader, tip) !== undefined) return
    const release = await takeTurn()
    try {
      const projector = await useProjector()
      await inTransaction(projector, async () => {
        if (readPosition(projector.db, tip) === undefined) await projector.catchUp(tip, { branch, keep })
      })
    } finally {
      release()
    }
  }

  return {
    reader,
    readJson,
    catalogues: createCatalogueRows(reader, readJson),
    ensureProjected,
    async begin(branch) {
      const known = parts.readHead(branch)
      if (known !== undefined) await ensureProjected(known, branch) // a long catch-up takes turns; what follows holds the lock throughout
      const release = await takeTurn()
      try {
        return await openSession({ projector: await useProjector(), parts, branch }, release)
      } catch (error) {
        release()
        throw error
      }
    },
    async exclusively(work) {
      const release = await takeTurn()
      try {
        const projector = await useProjector()
        try {
          await projector.begin()
          return await work()
        } finally {
          projector.rollback()
        }
      } finally {
        release()
      }
    },
    async askUnseen(store, commit, question) {
      const release = await takeTurn()
      try {
        const { db } = await useProjector()
        const { createProjector } = await loadProjector()
        const projector = createProjector(db, { ...(await parts.loadPorts()), store }, 'unseen')
        try {
          await projector.begin()
          await projector.catchUp(commit, { branch: undefined })
          return await question({ reader: db, catalogues: projector.catalogues, readJson })
        } finally {
          projector.rollback()
        }
      } finally {
        release()
      }
    },
    async close() {
      const release = await parts.lock.take()
      writer?.close()
      reader.close()
      release()
    },
    async retire() {
      const release = await parts.lock.take()
      writer?.close()
      useProjector = loadOnce(openProjector) // for a read that began before and still has to catch up
      release()
    },
  }
}

const inTransaction = async (projector: Projector, work: () => Promise<void>): Promise<void> => {
  await projector.begin()
  try {
    await work()
    projector.db.commit()
  } finally {
    projector.rollback()
  }
}

interface SessionStart {
  readonly projector: Projector
  readonly parts: ReadModelParts
  readonly branch: BranchName
}

const openSession = async ({ projector, parts, branch }: SessionStart, release: () => void): Promise<MergeSession & ImportSession> => {
  await projector.begin()
  try {
    const head = parts.readHead(branch)
    if (head !== undefined && readPosition(projector.db, head) === undefined) await projector.catchUp(head, { branch })
    projector.shortenLine(head, branch)
    return createSession({ projector, readJson: parts.readJson, branch, head }, release)
  } catch (error) {
    projector.rollback()
    throw error
  }
}

interface SessionParts {
  readonly projector: Projector
  readonly readJson: ReadJson
  readonly branch: BranchName
  readonly head: CommitId | undefined
}

const createSession = ({ projector, readJson, branch, head }: SessionParts, release: () => void): MergeSession & ImportSession => {
  const { db } = projector
  let state: ProjectorState = projector.start(head)
  let open: OpenCommit | undefined
  const staged: number[] = []
  let ended = false
  const end = (): void => {
    ended = true
    release()
  }
  // A commit that no branch has would make room for the next one.
  const others: CommitId[] = []
  return {
    head,
    facts: () => createFacts(db, { line: state.line, catalogue: projector.catalogues.read(state.catalogueNo) }, readJson),
    findRequest: (actor, requestId) => findRequest(db, state, { actor, requestId }),
    async projectOther(commit) {
      const keep = head === undefined ? others : [head, ...others]
      if (readPosition(db, commit) === undefined) await projector.projectWithin(commit, { branch: undefined, keep })
      others.push(commit)
    },
    async projectHead(commit, keep) {
      await projector.projectWithin(commit, { branch, keep })
      state = projector.start(commit)
    },
    factsAt(commit) {
      const at = projector.start(commit)
      return createFacts(db, { line: at.line, catalogue: projector.catalogues.read(at.catalogueNo) }, readJson)
    },
    changesBetween(from, to) {
      const [before, after] = [projector.start(from).line, projector.start(to).line]
      return readRecordChanges({ db, catalogues: projector.catalogues, readJson }, { from: before, to: after, table: undefined })
    },
    project(commit) {
      const projected = projector.projectStaged(state, commit, branch)
      staged.push(projected.commitNo)
      state = projected.state
    },
    projectPart(part) {
      open ??= projector.openStaged(state, branch)
      open.add(part)
      state = open.state()
    },
    finish(commits) {
      if (open !== undefined) staged.push(open.close())
      for (const [index, commitNo] of staged.entries()) {
        const commit = commits[index]
        if (commit === undefined) throw new Error('a projected commit is not in git')
        completeCommit(db, commitNo, commit)
      }
      const last = staged.at(-1)
      if (last !== undefined) setHead(db, branch, last)
      db.commit()
      end()
    },
    abandon() {
      if (ended) return
      projector.rollback()
      end()
    },
  }
}

/** A request counts on the line that leads to the branch's head: one made on a branch that was never merged does not. */
const findRequest = (
  db: ReadDatabase,
  { line }: ProjectorState,
  { actor, requestId }: { readonly actor: string; readonly requestId: string },
): (RequestMark & { readonly commit: CommitId }) | undefined => {
  const rows = db
    .sql<{ commit: CommitId; payload: string; lane: number; seq: number }>(
      'select oid "commit", payload, lane, seq from requests join commits using (commit_no) where actor = ? and request_id = ?',
    )
    .all(actor, requestId)
  const found = rows.find((row) => line.some((stretch) => stretch.lane === row.lane && row.seq <= stretch.seq))
  return found && { id: requestId, payload: found.payload, commit: found.commit }
}
