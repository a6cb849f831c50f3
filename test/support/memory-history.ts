import { createHash } from 'node:crypto'
import type { CommitInfo, EventStore, ObservedCommit } from '../../domain/event-sourcing/event-store.ts'
import type { BranchName, CommitId, RecordKey, TableId } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import { type Catalogue, noRules, type Table } from '../../domain/table/table.ts'

/** All records of one table at a commit. */
export type State = ReadonlyMap<string, JsonObject>

export const items = 'items' as TableId
export const main = 'main' as BranchName

/** A table with one text and one number column, both indexed. */
export const itemsTable: Table = {
  id: items,
  directory: 'items',
  recordFile: { name: '{key}.json', format: 'json', type: 'single' },
  columns: [
    { name: 'name', type: 'string' },
    { name: 'size', type: 'int' },
  ],
  columnsOrder: ['name', 'size'],
  primaryKey: [],
  rules: { ...noRules, indexes: [['name', 'size'], ['size']] },
  fingerprint: 'items',
}
interface MemoryCommit {
  readonly info: CommitInfo
  readonly state: State
  /** From this commit on, when it says so. */
  readonly table?: Table | undefined
}

/**
 * A commit graph in memory that reads like the git event store does: what a real repository would do to the projector, without its cost.
 * Only for tests of the read side; the real store has its own contract tests.
 */
export class MemoryHistory {
  readonly commits = new Map<CommitId, MemoryCommit>()
  readonly branches = new Map<BranchName, CommitId>()
  readonly projections: CommitId[] = []
  readonly #table: Table

  /** @param table  with the id `items` */
  constructor(table: Table = itemsTable) {
    this.#table = table
  }

  /** @param change  other parents of a merge, and what the table is from this commit on */
  commit(branch: BranchName, state: State, change: { readonly mergeOf?: readonly CommitId[]; readonly table?: Table } = {}): CommitId {
    const first = this.branches.get(branch)
    const parents = first === undefined ? [] : [first, ...(change.mergeOf ?? [])]
    const oid = createHash('sha1')
      .update(`${this.commits.size} ${parents.join(' ')}`)
      .digest('hex') as CommitId
    const person = { name: 'Ada', email: 'ada@example.org' }
    const time = { seconds: 1_700_000_000 + this.commits.size, offsetMinutes: 0 }
    const info: CommitInfo = {
      oid,
      parents,
      author: person,
      authorTime: time,
      committer: person,
      committerTime: time,
      message: `commit ${this.commits.size}`,
    }
    this.commits.set(oid, { info, state, table: change.table ?? (first === undefined ? this.#table : undefined) })
    this.branches.set(branch, oid)
    return oid
  }

  stateAt(oid: CommitId | undefined): State {
    return (oid && this.commits.get(oid)?.state) || new Map()
  }

  line(tip: CommitId): readonly CommitId[] {
    const line: CommitId[] = []
    for (let oid: CommitId | undefined = tip; oid !== undefined; oid = this.commits.get(oid)?.info.parents[0]) line.push(oid)
    return line
  }

  store(): EventStore {
    return {
      readHead: (branch) => this.branches.get(branch),
      readCurrentBranch: () => main,
      resolveRevision: async (text) => (this.commits.has(text as CommitId) ? (text as CommitId) : undefined),
      findMergeBase: async (a, b) => this.line(b).find((oid) => this.line(a).includes(oid)),
      listCommits: () => {
        throw new Error('nobody lists all commits of this history')
      },
      readPatch: async () => new Uint8Array(),
      readLine: async (tip, isKnown) => {
        const line = this.line(tip)
        const end = line.findIndex(isKnown)
        return { commits: end < 0 ? line : line.slice(0, end), base: end < 0 ? undefined : line[end] }
      },
      readCommits: (tip, base) => this.observe(tip, base?.oid),
      warm: async () => {},
      openBatch: () => {
        throw new Error('this history is only read')
      },
      close: async () => {},
    }
  }

  private async *observe(tip: CommitId, base: CommitId | undefined): AsyncGenerator<ObservedCommit> {
    const line = this.line(tip)
    const wanted = line.slice(0, base === undefined ? undefined : line.indexOf(base)).reverse()
    for (const oid of wanted) {
      const commit = this.commits.get(oid)
      if (commit === undefined) throw new Error(`no commit ${oid}`)
      this.projections.push(oid)
      const before = this.stateAt(commit.info.parents[0])
      const changed = [...new Set([...before.keys(), ...commit.state.keys()])].filter((key) => before.get(key) !== commit.state.get(key))
      yield {
        commit: commit.info,
        catalogue: commit.table && ({ tables: [commit.table], problems: [] } satisfies Catalogue),
        observations: changed.map((key) => {
          const fields = commit.state.get(key)
          const recordKey = key as RecordKey
          return {
            type: 'RecordFileRead' as const,
            table: items,
            path: `items/$records/${key}.json`,
            key: recordKey,
            record: fields && { key: recordKey, fields, revision: createHash('sha1').update(JSON.stringify(fields)).digest('hex') },
            problem: undefined,
          }
        }),
      }
    }
  }
}
