import { type CommitId, parseCommitId } from '../../../domain/ids.ts'
import { asJson, isJsonObject, type Json, stringifyJson } from '../../../domain/json.ts'
import type { MergeState, MergeStates } from '../../../domain/merge/merge-state.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import type { Git } from '../run-git.ts'

const prefix = 'refs/ingitdb/merges/'
const fileName = 'merge.json'
/** Merges that may wait in one repository. */
const statesMax = 1000

/**
 * Merges that wait, one ref each: a commit with the state as its only file, and both sides as its parents, so that git keeps what they are made of.
 * The ref moves from exactly what was read: two people who settle conflicts at once do not undo one another.
 */
export class GitMergeStates implements MergeStates {
  readonly #git: Git
  readonly #readJson: (text: string) => Json
  readonly #commits = new WeakMap<MergeState, CommitId>()

  constructor(git: Git, readJson: (text: string) => Json) {
    this.#git = git
    this.#readJson = readJson
  }

  async list(): Promise<readonly MergeState[]> {
    const listed = await this.#git.run(['for-each-ref', `--count=${statesMax}`, '--format=%(objectname)', prefix])
    if (listed.code !== 0) throw new Error(`git for-each-ref: ${listed.stderr.trim()}`)
    const commits = listed.stdout
      .toString()
      .split('\n')
      .flatMap((line) => parseCommitId(line) ?? [])
    const states = await Promise.all(commits.map((commit) => this.#read(commit)))
    return states.filter((state) => state !== undefined)
  }

  async save(state: MergeState, before: MergeState | undefined): Promise<Result<void>> {
    const tree = await this.#write(
      ['mktree'],
      `100644 blob ${await this.#write(['hash-object', '-w', '--stdin'], stringifyJson(asJson(plain(state))))}\t${fileName}\n`,
    )
    const parents = [state.ours, state.theirs].flatMap((parent) => ['-p', parent])
    const identity = ['-c', 'user.name=inGitDB', '-c', 'user.email=merges@ingitdb.invalid']
    const commit = await this.#write([...identity, 'commit-tree', ...parents, tree], `merge ${state.source} into ${state.branch}\n`)
    const old = before === undefined ? '' : (this.#commits.get(before) ?? '')
    const moved = await this.#git.run(['update-ref', '-m', 'ingitdb', prefix + state.id, commit, old])
    return moved.code === 0 ? ok(undefined) : fail({ kind: 'version-conflict', what: 'merge', id: state.id, expected: old, actual: undefined })
  }

  async delete(id: string): Promise<Result<void>> {
    const { code, stderr } = await this.#git.run(['update-ref', '-d', prefix + id])
    return code === 0 ? ok(undefined) : fail({ kind: 'unavailable', what: `merge ${id}`, why: stderr.trim() })
  }

  /** `undefined` for a ref of somebody else's making. */
  async #read(commit: CommitId): Promise<MergeState | undefined> {
    const { code, stdout } = await this.#git.run(['cat-file', 'blob', `${commit}:${fileName}`])
    const value = code === 0 ? this.#readJson(stdout.toString()) : undefined
    if (!isJsonObject(value) || typeof value.id !== 'string') return undefined
    const state = value as unknown as MergeState
    this.#commits.set(state, commit)
    return state
  }

  async #write(args: readonly string[], input: string): Promise<string> {
    const { code, stdout, stderr } = await this.#git.run(args, { input })
    if (code !== 0) throw new Error(`git ${args.at(-1)}: ${stderr.trim()}`)
    return stdout.toString().trim()
  }
}

/** Without members that are undefined, which JSON does not have. */
const plain = (value: unknown): Json => {
  if (Array.isArray(value)) return value.map(plain)
  if (!isPlainObject(value)) return value as Json
  return Object.fromEntries(Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [[name, plain(member)]])))
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
