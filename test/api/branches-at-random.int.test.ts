import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CallOperation } from '../../api/contract/operations.ts'
import type { Database } from '../../api/database.ts'
import { callLocal, openLocal } from '../../api/local.ts'
import {
  type DatabaseState,
  definitionPath,
  definitionTexts,
  itemPath,
  type RecordState,
  readState,
  type TableName,
  tableNames,
  tablesPath,
  tagsPath,
} from '../support/database-at-commit.ts'
import { GitGraph, type GraphCommit } from '../support/git-graph.ts'
import { temporaryFolder } from '../support/temporary-repository.ts'

/** What happens next; numbers choose among what there is at the time. */
interface Step {
  readonly do: (typeof stepKinds)[number][1]
  readonly branch: number
  readonly other: number
  readonly commit: number
  readonly writes: readonly (readonly [key: number, text: number])[]
}

const stepKinds = [
  [8, 'commit'],
  [6, 'own write'],
  [2, 'own writes at once'],
  [5, 'start branch'],
  [2, 'rename branch'],
  [2, 'delete branch'],
  [3, 'force'],
  [4, 'fast-forward'],
  [4, 'merge'],
  [2, 'merge the other way round'],
  [2, 'merge criss-cross'],
  [1, 'octopus'],
  [1, 'root'],
  [2, 'define'],
  [1, 'tag'],
  [2, 'pick the past'],
] as const

const number = fc.nat(1000)
const step: fc.Arbitrary<Step> = fc.record({
  do: fc.oneof(...stepKinds.map(([weight, kind]) => ({ weight, arbitrary: fc.constant(kind) }))),
  branch: number,
  other: number,
  commit: number,
  writes: fc.array(fc.tuple(fc.nat(4), fc.nat(30)), { maxLength: 3 }),
})

const branchNames = ['main', 'side', 'a/b', 'proposal', 'x']
const ids = ['k0', 'k1', 'k2', 'k3', 'k4']

/** A record file by number: mostly good ones, some with comments, some that cannot be read, and `undefined` for none. */
const itemText = (n: number): string | undefined => {
  if (n >= 27) return undefined
  if (n >= 24) return ['size: text\n', '{{{', 'other: 1\n'][n - 24]
  return `${n % 3 === 0 ? '# by hand\n' : ''}size: ${n % 12}\n${n % 2 === 0 ? `name: "n${n % 5}"\n` : ''}`
}

const tagFields = (n: number): string | undefined => (n >= 24 ? undefined : n === 23 ? '{size: text}' : `{size: ${n % 12}}`)

type Records = Map<string, string>

/** What a step writes, on top of files that are there. */
const applyWrites = (base: ReadonlyMap<string, string>, writes: Step['writes']): Map<string, string> => {
  const tree = new Map(base)
  const tags: Records = new Map((tree.get(tagsPath) ?? '').split('\n').flatMap((line) => (line.includes(': {') ? [line.split(': ', 2)] : [])) as [])
  for (const [line] of tags)
    tags.set(
      line,
      (tree.get(tagsPath) ?? '')
        .split('\n')
        .find((each) => each.startsWith(`${line}: `))
        ?.slice(line.length + 2) ?? '',
    )
  let isTagged = false
  for (const [key, n] of writes) {
    const id = ids[key % ids.length] ?? 'k0'
    if (n % 4 === 3) {
      isTagged = true
      const fields = tagFields(n)
      if (fields === undefined) tags.delete(id)
      else tags.set(id, fields)
      continue
    }
    const text = itemText(n)
    if (text === undefined) tree.delete(itemPath(id))
    else tree.set(itemPath(id), text)
  }
  if (isTagged) tree.set(tagsPath, tags.size === 0 ? '{}\n' : [...tags].map(([id, fields]) => `${id}: ${fields}\n`).join(''))
  return tree
}

const withDefinition = (base: ReadonlyMap<string, string>, table: TableName, n: number): Map<string, string> => {
  const tree = new Map(base)
  const texts = definitionTexts(table)
  const text = texts[n % texts.length]
  if (text === undefined) tree.delete(definitionPath(table))
  else tree.set(definitionPath(table), text)
  const there = tableNames.filter((each) => tree.has(definitionPath(each)))
  tree.set(tablesPath, there.length === 0 ? '{}\n' : there.map((each) => `${each}: ${each}\n`).join(''))
  return tree
}

/** Each path as one of the sides has it. */
const mixTrees = (sides: readonly ReadonlyMap<string, string>[], choice: number): Map<string, string> => {
  const paths = [...new Set(sides.flatMap((side) => [...side.keys()]))].sort()
  const tree = new Map<string, string>()
  for (const [index, path] of paths.entries()) {
    const table = tableNames.find((each) => path === definitionPath(each))
    // Definitions and the list of tables belong together.
    const side = sides[(table !== undefined || path === tablesPath ? choice : choice + index * 7) % sides.length]
    const text = side?.get(path)
    if (text !== undefined) tree.set(path, text)
  }
  return tree
}

const start = (): Map<string, string> => withDefinition(withDefinition(new Map(), 'items', 0), 'tags', 0)

/** A repository, two databases open on it, and everything that git has in it. */
class World implements AsyncDisposable {
  readonly #folder = temporaryFolder()
  readonly #graph: GitGraph
  readonly #prefix: string
  readonly path: string
  readonly commits = new Map<string, GraphCommit>()
  readonly #states = new Map<string, DatabaseState>()
  readonly handles: Database[] = []
  readonly tags: string[] = []

  /** @param isInside  the database is in a folder of a checkout, else at the top of a bare repository */
  constructor(isInside: boolean) {
    const top = join(this.#folder.path, 'repository')
    execFileSync('git', ['init', '-q', ...(isInside ? [] : ['--bare']), '-b', 'unborn', top])
    this.#prefix = isInside ? 'some/where/' : ''
    this.path = join(top, this.#prefix)
    if (isInside) mkdirSync(join(this.path, '.ingitdb'), { recursive: true })
    this.#graph = new GitGraph(isInside ? join(top, '.git') : top)
  }

  async open(): Promise<void> {
    for (const _ of [1, 2]) {
      const opened = await openLocal(this.path)
      if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
      this.handles.push(opened.value)
    }
  }

  call(handle: number): CallOperation {
    const database = this.handles[handle % this.handles.length]
    if (database === undefined) throw new Error('no database is open')
    return callLocal(database)
  }

  branches(): readonly (readonly [name: string, oid: string])[] {
    return [...this.#graph.readBranches()]
  }

  async commit(parents: readonly string[], tree: ReadonlyMap<string, string>): Promise<string> {
    const inRepository = new Map([...tree].map(([path, text]) => [this.#prefix + path, text]))
    if (this.#prefix !== '') inRepository.set('README.md', `not of the database ${this.commits.size}\n`)
    const oid = await this.#graph.commit({ parents, tree: inRepository })
    this.read(oid)
    return oid
  }

  setBranch(name: string, oid: string | undefined): void {
    this.#graph.setRef(`refs/heads/${name}`, oid)
  }

  setTag(name: string, oid: string): void {
    this.#graph.setRef(`refs/tags/${name}`, oid)
    this.tags.push(name)
  }

  /** What git has at a commit, with paths relative to the database. */
  read(oid: string): GraphCommit {
    const known = this.commits.get(oid)
    if (known !== undefined) return known
    const { parents, tree } = this.#graph.readCommit(oid)
    const inside = [...tree].flatMap(([path, text]) => (path.startsWith(this.#prefix) ? [[path.slice(this.#prefix.length), text] as const] : []))
    const commit = { parents, tree: new Map(inside) }
    this.commits.set(oid, commit)
    return commit
  }

  state(oid: string | undefined): DatabaseState {
    if (oid === undefined) return { tables: { items: undefined, tags: undefined }, quarantine: [], broken: [] }
    const known = this.#states.get(oid) ?? readState(this.read(oid).tree)
    this.#states.set(oid, known)
    return known
  }

  line(tip: string): readonly string[] {
    const line: string[] = []
    for (let oid: string | undefined = tip; oid !== undefined; oid = this.read(oid).parents[0]) line.push(oid)
    return line
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const database of this.handles) await database[Symbol.asyncDispose]()
    await this.#graph[Symbol.asyncDispose]()
    this.#folder[Symbol.dispose]()
  }
}

const pick = <T>(list: readonly T[], n: number): T => {
  const found = list[n % list.length]
  if (found === undefined) throw new Error('nothing to choose from')
  return found
}

const ownWrite = (call: CallOperation, branch: string, [key, n]: readonly [number, number]): Promise<unknown> => {
  const target = { table: n % 4 === 3 ? 'tags' : 'items', id: pick(ids, key), branch }
  if (n % 5 === 0) return call('deleteRecord', target)
  if (n % 5 === 1) return call('patchRecord', { ...target, patch: { size: n % 12 } })
  return call('upsertRecord', { ...target, record: { size: n % 12, ...(n % 2 === 0 && { name: `n${n % 5}` }) } })
}

const takeStep = async (world: World, current: Step): Promise<void> => {
  const branches = world.branches()
  const [name, head] = pick(branches, current.branch)
  const [, otherHead] = pick(branches, current.other)
  const anyCommit = pick([...world.commits.keys()], current.commit)
  const tree = world.read(head).tree
  const freeName = branchNames.find((each) => !branches.some(([taken]) => taken === each))
  switch (current.do) {
    case 'commit':
      world.setBranch(name, await world.commit([head], applyWrites(tree, current.writes)))
      break
    case 'own write':
      for (const write of current.writes) await ownWrite(world.call(current.commit), name, write)
      break
    case 'own writes at once':
      await Promise.all(current.writes.map((write, index) => ownWrite(world.call(index), pick(branches, current.branch + index)[0], write)))
      break
    case 'start branch':
      if (freeName !== undefined) world.setBranch(freeName, current.other % 2 === 0 ? head : anyCommit)
      break
    case 'rename branch':
      if (freeName === undefined) break
      world.setBranch(freeName, head)
      world.setBranch(name, undefined)
      break
    case 'delete branch':
      if (branches.length > 1) world.setBranch(name, undefined)
      break
    case 'force':
      world.setBranch(name, current.other % 2 === 0 ? anyCommit : pick(world.line(head), current.commit % 4))
      break
    case 'fast-forward':
      world.setBranch(name, otherHead)
      break
    case 'merge':
    case 'merge the other way round': {
      const merged = applyWrites(mixTrees([tree, world.read(otherHead).tree], current.commit), current.writes)
      const parents = current.do === 'merge' ? [head, otherHead] : [otherHead, head]
      if (head !== otherHead) world.setBranch(name, await world.commit(parents, merged))
      break
    }
    case 'merge criss-cross': {
      if (head === otherHead) break
      const merged = mixTrees([tree, world.read(otherHead).tree], current.commit)
      const other = pick(branches, current.other)[0]
      world.setBranch(name, await world.commit([head, otherHead], merged))
      world.setBranch(other, await world.commit([otherHead, head], merged))
      break
    }
    case 'octopus': {
      const heads = [...new Set([head, ...branches.map(([, oid]) => oid), anyCommit])]
      world.setBranch(
        name,
        await world.commit(
          heads,
          mixTrees(
            heads.map((oid) => world.read(oid).tree),
            current.commit,
          ),
        ),
      )
      break
    }
    case 'root':
      if (freeName !== undefined) world.setBranch(freeName, await world.commit([], applyWrites(start(), current.writes)))
      break
    case 'define':
      world.setBranch(
        name,
        await world.commit([head], withDefinition(applyWrites(tree, current.writes), pick(tableNames, current.other), current.commit)),
      )
      break
    case 'tag':
      world.setTag(`t${world.tags.length}`, anyCommit)
      break
    case 'pick the past':
      world.setBranch(name, await world.commit([head], world.read(anyCommit).tree))
      break
  }
  for (const [, oid] of world.branches()) for (const each of world.line(oid)) world.read(each)
}

interface Where {
  readonly branch?: string
  readonly at?: string
}

/** Everything that can be asked about one moment, in a form that the files alone can give too. */
const ask = async (call: CallOperation, where: Where) => {
  const answers: Record<string, unknown> = {}
  for (const table of tableNames) {
    const all = await call('selectRecords', { table, ...where })
    if (!all.ok) {
      answers[table] = all.failure.kind
      continue
    }
    const some = await call('selectRecords', { table, filter: { size: { $gt: 4 } }, orderBy: '-size', limit: 2, offset: 1, ...where })
    const count = await call('countRecords', { table, filter: { size: { $gt: 4 } }, ...where })
    const last = await call('readLastChanges', { table, ...where })
    if (!some.ok || !count.ok || !last.ok) throw new Error(JSON.stringify([some, count, last]))
    const single: unknown[] = []
    for (const id of ids.slice(0, 3)) {
      const got = await call('getRecord', { table, id, ...where })
      const history = await call('readHistory', { table, id, ...where })
      const blame = await call('readBlame', { table, id, ...where })
      single.push({
        json: got.ok ? got.value.json : undefined,
        history: history.ok ? history.value.entries.map((entry) => [entry.commit, entry.operation, entry.fields]) : [],
        blame: blame.ok ? blame.value.entries.map((entry) => [entry.field, entry.commit, entry.json, entry.operation]) : undefined,
      })
    }
    answers[table] = {
      all: all.value.records.map((record) => ('json' in record ? record.json : undefined)),
      some: some.value.records.map((record) => ('json' in record ? record.json : undefined)),
      count: count.value.count,
      last: last.value.entries.map((entry) => [entry.id, entry.commit, entry.operation]),
      single,
    }
  }
  const log = await call('readLog', { ...where })
  if (!log.ok) throw new Error(JSON.stringify(log))
  return { ...answers, log: log.value.entries.map((entry) => [entry.commit, entry.parents, entry.inserted, entry.updated, entry.deleted]) }
}

const isSame = (before: RecordState | undefined, after: RecordState | undefined): boolean =>
  before?.json === after?.json && before?.version === after?.version

const changedFields = (before: RecordState | undefined, after: RecordState | undefined): readonly string[] =>
  ['name', 'size'].filter((field) => before?.fields[field] !== after?.fields[field])

const operationOf = (before: RecordState | undefined, after: RecordState | undefined): 'insert' | 'update' | 'delete' =>
  before === undefined ? 'insert' : after === undefined ? 'delete' : 'update'

interface Change {
  readonly commit: string
  readonly parent: string | undefined
  readonly before: RecordState | undefined
  readonly after: RecordState | undefined
}

const changesOf = (world: World, line: readonly string[], { table, id }: { table: TableName; id: string }): readonly Change[] =>
  line.flatMap((commit, index) => {
    const parent = line[index + 1]
    const [before, after] = [world.state(parent).tables[table]?.get(id), world.state(commit).tables[table]?.get(id)]
    return isSame(before, after) ? [] : [{ commit, parent, before, after }]
  })

const isUnreadable = (world: World, oid: string | undefined, { table, id }: { table: TableName; id: string }): boolean => {
  const { quarantine, tables, broken } = world.state(oid)
  return (
    quarantine.includes(`${table} ${id}`) ||
    (quarantine.includes(`tags ${tagsPath}`) && table === 'tags') ||
    (broken.length > 0 && tables[table] === undefined)
  )
}

/** See `walkLife` of the read model: a time in which the file could not be read is bridged. */
const lifeOf = (world: World, changes: readonly Change[], address: { table: TableName; id: string }): readonly Change[] => {
  const life: Change[] = []
  let insertion: Change | undefined
  for (const change of changes) {
    if (insertion === undefined) {
      if (change.before === undefined) insertion = change
      else life.push(change)
      continue
    }
    const isGap = isUnreadable(world, change.commit, address) && isUnreadable(world, insertion.parent, address)
    if (change.after !== undefined || !isGap) break
    life.push({ ...insertion, before: change.before })
    insertion = undefined
  }
  return insertion === undefined ? life : [...life, insertion]
}

const blameOf = (world: World, changes: readonly Change[], address: { table: TableName; id: string }): readonly unknown[] | undefined => {
  const now = changes[0]?.after
  if (now === undefined) return undefined
  const life = lifeOf(world, changes, address)
  return Object.keys(JSON.parse(now.json)).flatMap((field) => {
    if (field === '$id') return []
    const change = life.find(({ before }) => before === undefined || before.fields[field] !== now.fields[field])
    return change === undefined ? [] : [[field, change.commit, JSON.stringify(now.fields[field]), change.before === undefined ? 'insert' : 'update']]
  })
}

const expected = (world: World, oid: string) => {
  const line = world.line(oid)
  const answers: Record<string, unknown> = {}
  for (const table of tableNames) {
    const records = world.state(oid).tables[table]
    if (records === undefined) {
      answers[table] = world.state(oid).broken.includes(table) ? 'invalid-database' : 'not-found'
      continue
    }
    const big = [...records].filter(([, { fields }]) => typeof fields.size === 'number' && fields.size > 4)
    answers[table] = {
      all: [...records.values()].map(({ json }) => json),
      some: big
        .sort(([a, x], [b, y]) => Number(y.fields.size) - Number(x.fields.size) || (a < b ? -1 : 1))
        .slice(1, 3)
        .map(([, { json }]) => json),
      count: big.length,
      last: [...records.keys()].map((id) => {
        const [newest] = changesOf(world, line, { table, id })
        return [id, newest?.commit, operationOf(newest?.before, newest?.after)]
      }),
      single: ids.slice(0, 3).map((id) => {
        const changes = changesOf(world, line, { table, id })
        return {
          json: records.get(id)?.json,
          history: changes.map(({ commit, before, after }) => [commit, operationOf(before, after), changedFields(before, after)]),
          blame: blameOf(world, changes, { table, id }),
        }
      }),
    }
  }
  return { ...answers, log: line.map((commit) => [commit, world.read(commit).parents, ...countChanges(world, commit)]) }
}

const countChanges = (world: World, commit: string): readonly number[] => {
  const [before, after] = [world.state(world.read(commit).parents[0]), world.state(commit)]
  const operations = tableNames.flatMap((table) => {
    const [old, now] = [before.tables[table], after.tables[table]]
    return [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].flatMap((id) =>
      isSame(old?.get(id), now?.get(id)) ? [] : [operationOf(old?.get(id), now?.get(id))],
    )
  })
  return ['insert', 'update', 'delete'].map((kind) => operations.filter((each) => each === kind).length)
}

const askDiff = async (call: CallOperation, from: string, to: string) => {
  const [diff, found] = [await call('diffCommits', { from, to, depth: 'fields', renames: false }), await call('diffCommits', { from, to })]
  if (!diff.ok || !found.ok) throw new Error(JSON.stringify([diff, found]))
  // Which records count as renamed is for other tests: here a renamed one has to be one that went and one that came.
  const ends = found.value.records.flatMap(({ table, id, change, from: source }) =>
    change === 'renamed'
      ? [
          [table, id, 'added'],
          [table, source, 'deleted'],
        ]
      : [[table, id, change]],
  )
  expect(ends.sort()).toEqual(diff.value.records.map(({ table, id, change }) => [table, id, change]).sort())
  return diff.value.records.map(({ table, id, change, unreadable, fields }) => [
    table,
    id,
    change,
    unreadable ?? false,
    fields?.map(({ field }) => field) ?? [],
  ])
}

const expectedDiff = (world: World, from: string, to: string) =>
  tableNames.flatMap((table) => {
    const [old, now] = [world.state(from).tables[table], world.state(to).tables[table]]
    return [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort().flatMap((id) => {
      const [before, after] = [old?.get(id), now?.get(id)]
      const fields = changedFields(before, after)
      if (before !== undefined && after !== undefined && fields.length === 0) return []
      const change = { insert: 'added', update: 'updated', delete: 'deleted' }[operationOf(before, after)]
      const absentAt = before === undefined ? from : after === undefined ? to : undefined
      const unreadable = absentAt !== undefined && isUnreadable(world, absentAt, { table, id })
      return [[table, id, change, unreadable, change === 'updated' ? fields : []]]
    })
  })

const askQuarantine = async (database: Database, oid: string): Promise<readonly string[]> => {
  const answer = await database.ask({ at: oid }, (snapshot) => ({ ok: true, value: snapshot.readQuarantine() }))
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  return answer.value.map(({ table, path, key }) => `${table} ${key ?? path}`).sort()
}

/** Asks one database about a branch or a commit, and says what was asked when the answer is not what the files say. */
const check = async (world: World, handle: number, { oid, ...where }: Where & { readonly oid: string }): Promise<void> => {
  expect({ where, ...(await ask(world.call(handle), where)) }).toEqual({ where, ...expected(world, oid) })
}

const checkSome = async (world: World, current: Step): Promise<void> => {
  const branches = world.branches()
  const commits = [...world.commits.keys()]
  const [name, head] = pick(branches, current.writes.length + current.commit)
  await check(world, current.other, { branch: name, oid: head })
  if (current.commit % 3 === 0) await check(world, current.branch, { at: pick(commits, current.other), oid: pick(commits, current.other) })
  const [from, to] = [pick(commits, current.branch + current.commit), pick(commits, current.other * 3 + 1)]
  if (current.other % 2 === 0)
    expect([from, to, await askDiff(world.call(current.branch), from, to)]).toEqual([from, to, expectedDiff(world, from, to)])
  const database = pick(world.handles, current.commit)
  if (current.branch % 3 === 0) expect([from, await askQuarantine(database, from)]).toEqual([from, [...world.state(from).quarantine].sort()])
}

const checkAll = async (world: World): Promise<void> => {
  for (const [branch, oid] of world.branches()) await check(world, 0, { branch, oid })
  for (const name of world.tags.slice(0, 2)) {
    const oid = execFileSync('git', ['-C', world.path, 'rev-parse', `refs/tags/${name}`], { encoding: 'utf8' }).trim()
    await check(world, 0, { at: name, oid })
  }
  const rebuilt = await world.handles[0]?.rebuild()
  expect(rebuilt?.ok).toBe(true)
  for (const [branch, oid] of world.branches()) await check(world, 1, { branch, oid })
}

const stepsMax = Number(process.env.INGITDB_PROPERTY_STEPS ?? 30)

test('whatever branches do, two databases open on them answer as the files of each commit say, and so does a rebuilt one', {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(step, { minLength: 5, maxLength: stepsMax, size: 'max' }), async (isInside, happened) => {
      await using world = new World(isInside)
      world.setBranch(
        'main',
        await world.commit(
          [],
          applyWrites(start(), [
            [0, 2],
            [1, 4],
            [2, 6],
            [1, 7],
          ]),
        ),
      )
      await world.open()
      for (const current of happened) {
        await takeStep(world, current)
        await checkSome(world, current)
      }
      await checkAll(world)
    }),
    {
      numRuns: Number(process.env.INGITDB_PROPERTY_RUNS ?? 6),
      ...(process.env.INGITDB_PROPERTY_SEED !== undefined && { seed: Number(process.env.INGITDB_PROPERTY_SEED) }),
      endOnFailure: true,
    },
  )
})
