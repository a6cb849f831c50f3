import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Change } from '../../../domain/event-sourcing/change.ts'
import type { CommitBatchResult, Observation, ObservedCommit } from '../../../domain/event-sourcing/event-store.ts'
import type { Operation } from '../../../domain/event-sourcing/operation.ts'
import { type BranchName, type CommitId, parseBranchName, type RecordKey } from '../../../domain/ids.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { parseRecordKey } from '../../../domain/record/record-key.ts'
import { type Catalogue, emptyCatalogue, type Table } from '../../../domain/table/table.ts'
import { findRepository } from '../../../infrastructure/git/find-repository.ts'
import { type GitEventStore, type GitEventStoreOptions, openGitEventStore } from '../../../infrastructure/git/git-event-store.ts'
import { tableId, testCodecs } from './test-codecs.ts'

export const ada = { name: 'Ada', email: 'ada@example.org' }

export const branch = (text: string): BranchName => {
  const name = parseBranchName(text)
  if (name === undefined) throw new Error(`${text} is not a branch name`)
  return name
}
export const main = branch('main')

export const key = (text: string): RecordKey => {
  const parsed = parseRecordKey(text)
  if (parsed === undefined) throw new Error(`${text} is not a key`)
  return parsed
}

const environment = {
  PATH: process.env.PATH,
  HOME: tmpdir(),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Foreigner',
  GIT_AUTHOR_EMAIL: 'f@example.org',
  GIT_COMMITTER_NAME: 'Foreigner',
  GIT_COMMITTER_EMAIL: 'f@example.org',
}

/** A repository of its own in a temporary folder, with git as a stranger would use it. */
export class TestRepository implements AsyncDisposable {
  readonly top: string
  readonly path: string
  readonly #stores: GitEventStore[] = []

  constructor(kind: 'bare' | 'ordinary' = 'bare') {
    this.top = mkdtempSync(join(tmpdir(), 'ingitdb-git-'))
    this.path = join(this.top, kind === 'bare' ? 'db.git' : 'db')
    mkdirSync(this.path)
    this.git('init', '-q', '-b', 'main', ...(kind === 'bare' ? ['--bare'] : []))
  }

  git(...args: readonly string[]): string {
    return this.gitIn(this.path, ...args)
  }

  gitIn(directory: string, ...args: readonly string[]): string {
    return execFileSync('git', [...args], {
      cwd: directory,
      env: environment,
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.path, file)), { recursive: true })
    writeFileSync(join(this.path, file), text)
  }

  read(file: string): string {
    return readFileSync(join(this.path, file), 'utf8')
  }

  /** A commit made without our code, on any branch of any repository. */
  commitForeign(files: Readonly<Record<string, string | null>>, branchName = 'main', mode = '100644'): string {
    let input = `commit refs/heads/${branchName}\ncommitter F <f@example.org> 1700000000 +0000\ndata 7\nforeign\n`
    if (this.has(`refs/heads/${branchName}`)) input += `from refs/heads/${branchName}^0\n`
    for (const [path, text] of Object.entries(files))
      input += text === null ? `D ${path}\n` : `M ${mode} inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`
    execFileSync('git', ['fast-import', '--quiet'], { cwd: this.path, env: environment, input, stdio: ['pipe', 'ignore', 'pipe'] })
    return this.git('rev-parse', `refs/heads/${branchName}`)
  }

  has(ref: string): boolean {
    return this.git('for-each-ref', '--format=%(refname)', ref).split('\n').includes(ref)
  }

  async open(options: Partial<GitEventStoreOptions> = {}, path = this.path): Promise<GitEventStore> {
    const location = findRepository(path)
    if (!location.ok) throw new Error(JSON.stringify(location.failure))
    const store = await openGitEventStore({ location: location.value, ...testCodecs, ...options })
    if (!store.ok) throw new Error(JSON.stringify(store.failure))
    this.#stores.push(store.value)
    return store.value
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()))
    rmSync(this.top, { recursive: true, force: true, maxRetries: 5 })
  }
}

export const operation = (more: Partial<Operation> = {}): Operation => ({
  branch: main,
  commands: [],
  actor: ada,
  at: { seconds: 1_700_000_000, offsetMinutes: 60 },
  ...more,
})

export const created = (table: Table): Change => ({ type: 'TableCreated', table })
export const dropped = (table: string): Change => ({ type: 'TableDropped', table: tableId(table) })
export const inserted = (table: string, name: string, after: JsonObject): Change => ({
  type: 'RecordInserted',
  table: tableId(table),
  key: key(name),
  after,
})
export const updated = (table: string, name: string, after: JsonObject): Change => ({
  type: 'RecordUpdated',
  table: tableId(table),
  key: key(name),
  before: {},
  after,
})
export const deleted = (table: string, name: string): Change => ({ type: 'RecordDeleted', table: tableId(table), key: key(name), before: {} })

/** The catalogue at the head of a branch, read as the projector would. */
export const catalogueAt = async (store: GitEventStore, head: CommitId | undefined): Promise<Catalogue> =>
  (await readAll(store, head)).reduce((catalogue, commit) => commit.catalogue ?? catalogue, emptyCatalogue)

export const readAll = async (store: GitEventStore, head: CommitId | undefined): Promise<readonly ObservedCommit[]> => {
  const commits: ObservedCommit[] = []
  if (head !== undefined) for await (const commit of store.readCommits(head, undefined)) commits.push(commit)
  return commits
}

/** One batch of one commit per entry, with nobody else at work. */
export const write = async (
  store: GitEventStore,
  groups: readonly (readonly Change[])[],
  options: Partial<Operation> = {},
): Promise<CommitBatchResult> => {
  const onto = options.branch ?? main
  const head = store.readHead(onto)
  const batch = store.openBatch(onto, head, await catalogueAt(store, head))
  for (const changes of groups) {
    const staged = await batch.stage(operation(options), changes, [])
    if (!staged.ok) throw new Error(JSON.stringify(staged.failure))
  }
  return await batch.commit()
}

/** Every record by `table/key`, as reading the whole branch gives it. */
export const recordsOf = (commits: readonly ObservedCommit[]): Record<string, { readonly fields: JsonObject; readonly revision: string }> => {
  const records = new Map<string, { readonly fields: JsonObject; readonly revision: string }>()
  for (const { catalogue, observations } of commits) {
    for (const observation of observations) apply(records, observation)
    if (catalogue === undefined) continue
    for (const name of records.keys()) if (!catalogue.tables.some(({ id }) => name.startsWith(`${id}/`))) records.delete(name)
  }
  return Object.fromEntries([...records].sort(([a], [b]) => (a < b ? -1 : 1)))
}

const apply = (records: Map<string, { readonly fields: JsonObject; readonly revision: string }>, observation: Observation): void => {
  if (observation.type === 'RecordFileRead') {
    const name = `${observation.table}/${observation.key}`
    if (observation.record === undefined) records.delete(name)
    else records.set(name, { fields: observation.record.fields, revision: observation.record.revision })
    return
  }
  for (const name of records.keys()) if (name.startsWith(`${observation.table}/`)) records.delete(name)
  for (const { key: name, fields, revision } of observation.records) records.set(`${observation.table}/${name}`, { fields, revision })
}
