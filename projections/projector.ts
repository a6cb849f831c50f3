import type { EventStore, KnownCommit, StagedCommit } from '../domain/event-sourcing/event-store.ts'
import type { BranchName, CommitId } from '../domain/ids.ts'
import type { SchemaValidator } from '../domain/table/codecs.ts'
import { type ReadDatabase, ReadModelUnavailable } from './read-database.ts'
import { type CatalogueRows, createCatalogueRows, noCatalogue } from './record-versions/catalogue-rows.ts'
import { insertCommit, setHead } from './record-versions/commit-rows.ts'
import { type CommitTarget, openCommitTarget, type ProjectionTools } from './record-versions/commit-target.ts'
import { foldLine } from './record-versions/fold-line.ts'
import { type Line, readLine, readPosition } from './record-versions/lanes.ts'
import { type Claim, placeCommit } from './record-versions/place-commit.ts'
import type { Position } from './record-versions/position.ts'
import { projectObserved, projectStaged } from './record-versions/project-commit.ts'
import type { ReadJson } from './record-versions/read-json.ts'

/** What the projector needs from outside. */
export interface ProjectorPorts {
  readonly store: EventStore
  readonly readJson: ReadJson
  readonly validateSchema: SchemaValidator
}

/** Rows changed in one transaction while catching up: a kill loses at most this much work, and other writers get their turn. */
const changesPerTransactionMax = 50_000

/** Writes the rows of commits over one connection. Whoever calls it holds the write transaction. */
export interface Projector {
  readonly db: ReadDatabase
  readonly catalogues: CatalogueRows
  /** Where the branch's next commit goes, and what it builds on. */
  start(base: CommitId | undefined): ProjectorState
  /** Makes the line that a branch goes on from short, before anything is asked of it: states that were started before are no longer good. */
  shortenLine(base: CommitId | undefined, branch: BranchName): void
  /** Projects everything between what is known and `tip`, inside the transaction that is open; may commit and begin anew in between. */
  catchUp(tip: CommitId, claim: BranchClaim, onProgress?: (done: number, total: number) => void): Promise<void>
  /** The same, all of it inside the transaction that is open. */
  projectWithin(tip: CommitId, claim: BranchClaim): Promise<void>
  /** Projects a commit of our own that has no id yet. @returns its row, to be completed when it has one, and the state after it */
  projectStaged(state: ProjectorState, staged: StagedCommit, branch: BranchName): { readonly commitNo: number; readonly state: ProjectorState }
  /** Opens such a commit, whose records come in parts. No other may be projected before it is closed. */
  openStaged(state: ProjectorState, branch: BranchName): OpenCommit
  /** Begins the write transaction, waiting for other processes; what was cached of rows they may have changed is forgotten. */
  begin(): Promise<void>
  /** Takes everything back since `begin`. */
  rollback(): void
  /** Creates the indexes that were put off while a new file was filled. */
  createIndexes(): void
}

/** Who asks for commits to be projected; a branch's head is remembered. */
export type BranchClaim = Omit<Claim, 'readHead'>

/** A point on a first-parent line: what the next commit builds on. */
export interface ProjectorState {
  readonly position: Position | undefined
  readonly line: Line
  readonly catalogueNo: number
}

/** A commit of our own while its rows are written. */
export interface OpenCommit {
  /** The state with what was added so far. */
  state(): ProjectorState
  /** No record may be in two parts. */
  add(part: StagedCommit): void
  /** @returns its row */
  close(): number
}

/**
 * @param mode  `build` for a new file that nobody reads yet: its indexes come last, by `createIndexes`; `unseen` for rows that will be taken back:
 *              nothing is ever committed in between
 */
export const createProjector = (db: ReadDatabase, ports: ProjectorPorts, mode: 'build' | 'keep-up' | 'unseen' = 'keep-up'): Projector => {
  const putOff = new Set<string>()
  const createIndex = (statement: string): void => {
    if (mode === 'build') putOff.add(statement)
    else db.execute(statement)
  }
  const catalogues = createCatalogueRows(db, ports.readJson)
  const tools: ProjectionTools = { db, readJson: ports.readJson, createIndex, validateSchema: ports.validateSchema, catalogues, writers: new Map() }
  const readHead = ports.store.readHead.bind(ports.store)
  return {
    db,
    catalogues,
    start: (base) => readState(db, base),
    shortenLine: (base, branch) => foldFor(tools, base, { branch, readHead }),
    catchUp: (tip, claim, onProgress) => catchUp({ tools, store: ports.store, takesTurns: mode !== 'unseen' }, { tip, claim }, onProgress),
    projectWithin: (tip, claim) => catchUp({ tools, store: ports.store, takesTurns: false }, { tip, claim }),
    projectStaged(state, staged, branch) {
      const commit = openStaged(tools, state, { branch, readHead })
      commit.add(staged)
      return { commitNo: commit.close(), state: commit.state() }
    },
    openStaged: (state, branch) => openStaged(tools, state, { branch, readHead }),
    createIndexes() {
      for (const statement of putOff) db.execute(statement)
      putOff.clear()
    },
    async begin() {
      await beginWriting(db)
      tools.writers.clear()
    },
    rollback() {
      db.rollback()
      tools.writers.clear()
      catalogues.forget()
    },
  }
}

const readState = (db: ReadDatabase, base: CommitId | undefined): ProjectorState => {
  if (base === undefined) return { position: undefined, line: [], catalogueNo: noCatalogue }
  const found = readPosition(db, base)
  if (found === undefined) throw new Error(`commit ${base} is not projected`)
  return { position: found, line: readLine(db, found), catalogueNo: found.catalogueNo }
}

/** The line that a branch goes on from is made short first; its own head is where it goes on. */
const foldFor = ({ db }: ProjectionTools, base: CommitId | undefined, { branch, readHead }: Claim): void => {
  if (base !== undefined && branch !== undefined) foldLine(db, base, (name) => (name === branch ? base : readHead(name)))
}

const openNext = (tools: ProjectionTools, state: ProjectorState, claim: Claim): { target: CommitTarget; next: ProjectorState } => {
  const position = placeCommit(tools.db, state.position, claim)
  const target = openCommitTarget(tools, { position, line: state.line, catalogueNo: state.catalogueNo })
  return { target, next: { position, line: readLine(tools.db, position), catalogueNo: state.catalogueNo } }
}

const openStaged = (tools: ProjectionTools, state: ProjectorState, claim: Claim): OpenCommit => {
  const { target, next } = openNext(tools, state, claim)
  return {
    state: () => ({ ...next, catalogueNo: target.catalogueNo }),
    add: (part) => projectStaged(target, part),
    close: () => insertCommit(tools.db, target),
  }
}

const catchUp = async (
  source: { tools: ProjectionTools; store: EventStore; takesTurns: boolean },
  { tip, claim: asked }: { tip: CommitId; claim: BranchClaim },
  onProgress?: (done: number, total: number) => void,
): Promise<void> => {
  const { tools, store } = source
  const { db } = tools
  const claim: Claim = { ...asked, readHead: store.readHead.bind(store) }
  const { commits, base } = await store.readLine(tip, (oid) => readPosition(db, oid) !== undefined)
  if (commits.length > 0) foldFor(tools, base, claim)
  let state = readState(db, base)
  const known: KnownCommit | undefined = base && { oid: base, catalogue: tools.catalogues.read(state.catalogueNo) }
  let done = 0
  let pendingChanges = 0
  if (commits.length > 0) {
    for await (const observed of store.readCommits(tip, known)) {
      const { target, next } = openNext(tools, state, claim)
      projectObserved(target, observed)
      insertCommit(db, target, observed.commit)
      state = { ...next, catalogueNo: target.catalogueNo }
      onProgress?.(++done, commits.length)
      pendingChanges += target.counts.changes + 1
      if (source.takesTurns && pendingChanges > changesPerTransactionMax) {
        pendingChanges = 0
        await takeTurn(tools)
        // While others had their turn, one of them may have cut the lane: start again from what is there now.
        if (readPosition(db, observed.commit.oid)?.lane !== state.position?.lane) return catchUp(source, { tip, claim }, onProgress)
        state = readState(db, observed.commit.oid)
      }
    }
  }
  const head = readPosition(db, tip)
  if (head === undefined) throw new Error(`git did not list commit ${tip}, which it was asked for`)
  if (claim.branch !== undefined) setHead(db, claim.branch, head.commitNo)
}

const takeTurn = async ({ db, writers }: ProjectionTools): Promise<void> => {
  db.commit()
  await beginWriting(db)
  writers.clear()
}

const busyWaitMs = 5
const busyWaitMaxMs = 60_000

/** Begins a write transaction, waiting without blocking the process while another process writes. Throws `ReadModelUnavailable` after a minute. */
const beginWriting = async (db: ReadDatabase): Promise<void> => {
  for (let waitedMs = 0; !db.tryBegin(); waitedMs += busyWaitMs) {
    if (waitedMs > busyWaitMaxMs) throw new ReadModelUnavailable('another process has been writing for a minute')
    await new Promise((resolve) => setTimeout(resolve, busyWaitMs))
  }
}
