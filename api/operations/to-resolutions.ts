import type { Failure } from '../../domain/failure.ts'
import type { CommitId, RecordKey, TableId } from '../../domain/ids.ts'
import { equalJson, isJsonObject, type JsonObject } from '../../domain/json.ts'
import type { MergeConflict, Side } from '../../domain/merge/conflict.ts'
import type { MergeOutcome } from '../../domain/merge/merge-request.ts'
import type { MergeState } from '../../domain/merge/merge-state.ts'
import { chooseByStrategy } from '../../domain/merge/merge-value.ts'
import {
  type Choice,
  identifyConflict,
  type Resolution,
  settleValue,
  takeFile,
  takeSide,
  type ValuesConflict,
} from '../../domain/merge/resolution.ts'
import { formatPointer } from '../../domain/record/json-pointer.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { OperationInput } from '../contract/operations.ts'
import type { Database } from '../database.ts'
import { checkSettled } from './check-settled.ts'
import { parseRecordId, type RecordId } from './parse-record-id.ts'

type Asked = NonNullable<OperationInput<'resolveConflicts'>['resolutions']>[number]
type Conflicts = Extract<MergeOutcome, { readonly status: 'conflicts' }>

interface Settling {
  readonly state: MergeState
  /** What is open now. */
  readonly open: Conflicts | undefined
  readonly resolutions: readonly Asked[]
  readonly all: Side | 'max' | 'min' | undefined
}

/** What was settled about anything else than what is asked for now. Fails where there is nothing to be undone. */
export const keepOthers = (known: readonly Resolution[], resolutions: readonly Asked[]): Result<readonly Resolution[]> => {
  let kept = known
  for (const asked of resolutions) {
    const others = kept.filter((each) => !isAbout(each, asked))
    if (asked.undo === true) {
      if (asked.take !== undefined || asked.value !== undefined || asked.delete === true) return notOneChoice
      if (others.length === kept.length) return fail(nothingSettled(asked))
    }
    kept = others
  }
  return ok(kept)
}

const isAbout = (known: Resolution, { table, id, pointer, file }: Asked): boolean => {
  if (known.type === 'file') return known.file === file
  if (known.type === 'definition') return known.file === file && (pointer === undefined || known.pointer === pointer)
  return (
    file === undefined && known.table === table && known.key === id && (known.type === 'record' || pointer === undefined || known.pointer === pointer)
  )
}

const nothingSettled = (asked: Asked): Failure => ({
  kind: 'invalid-input',
  issues: [{ rule: 'resolution', message: `nothing was settled about ${nameAsked(asked)}` }],
})

const nameAsked = ({ table, id, pointer, file }: Asked): string => `${file ?? `${table}/${id}`}${pointer === undefined ? '' : ` ${pointer}`}`

/** Everything that is settled in a merge once this is added: a later word about the same thing replaces the earlier one. */
export const toResolutions = async (database: Database, settling: Settling): Promise<Result<readonly Resolution[]>> => {
  const { state, open, resolutions, all } = settling
  const added: Resolution[] = []
  for (const asked of resolutions) {
    if (asked.undo === true) continue
    const found = await toResolution(database, settling, asked)
    if (!found.ok) return found
    added.push(...found.value)
  }
  if (all !== undefined) for (const conflict of open?.conflicts ?? []) added.push(...[takeBy(conflict, all)].filter((each) => each !== undefined))
  const byTarget = new Map(state.choices.resolutions.map((each) => [identifyConflict(each), each]))
  for (const each of added) byTarget.set(identifyConflict(each), each)
  return ok([...byTarget.values()])
}

const takeBy = (conflict: MergeConflict, rule: Side | 'max' | 'min'): Resolution | undefined => {
  if (rule !== 'max' && rule !== 'min') return takeSide(conflict, rule)
  const chosen = conflict.type === 'file' || conflict.type === 'constraint' ? undefined : chooseByStrategy(rule, conflict)
  return chosen === undefined || !('ours' in conflict) ? undefined : takeSide(conflict, equalJson(chosen.value, conflict.ours) ? 'ours' : 'theirs')
}

const toResolution = async (database: Database, settling: Settling, asked: Asked): Promise<Result<readonly Resolution[]>> => {
  const { open } = settling
  const choice = readChoice(asked)
  if (!choice.ok) return choice
  const conflicts = open?.conflicts ?? []
  if (asked.file !== undefined) {
    if (conflicts.some((each) => each.type === 'file' && each.file === asked.file) && !('take' in choice.value))
      return fail(filesHaveSides(asked.file))
    const matching = conflicts.filter(
      (each) => (each.type === 'file' || each.type === 'definition') && each.file === asked.file && isAt(each, asked.pointer),
    )
    const settled = matching.flatMap((each): readonly Resolution[] => {
      if (each.type === 'definition') return [settleValue(each, choice.value)]
      return each.type === 'file' && 'take' in choice.value ? [takeFile(each, choice.value.take)] : []
    })
    return settled.length === 0 ? notOpen(asked.file + (asked.pointer ?? ''), conflicts) : ok(settled)
  }
  const id = parseRecordId({ table: asked.table ?? '', id: asked.id ?? '' })
  if (!id.ok) return id
  const { table, key } = id.value
  const own = conflicts.filter(
    (each): each is ValuesConflict => (each.type === 'field' || each.type === 'record') && each.table === table && each.key === key,
  )
  const matching = own.filter((each) => isAt(each, asked.pointer))
  const isSided = 'take' in choice.value || asked.pointer !== undefined || matching.every((each) => each.type === 'record')
  if (matching.length > 0 && isSided) {
    const checked = await checkSettled(database, { open, address: id.value, conflicts: matching, choice: choice.value })
    return checked.ok ? ok(matching.map((each) => settleValue(each, choice.value))) : checked
  }
  const isInvolved = conflicts.some(
    (each) => each.type === 'constraint' && each.involved.some((record) => record.table === table && record.key === key),
  )
  if (asked.pointer === undefined && (isInvolved || own.length > 0) && open !== undefined)
    return settleWhole(database, { open, table, key }, choice.value)
  return notOpen(`${table}/${key}${asked.pointer ?? ''}`, conflicts)
}

const isAt = (conflict: MergeConflict, pointer: string | undefined): boolean =>
  pointer === undefined || ('path' in conflict && formatPointer(conflict.path) === pointer)

/** A whole record as one of the commits has it, or as it is given. */
const settleWhole = async (
  database: Database,
  { open, table, key }: { readonly open: Conflicts; readonly table: TableId; readonly key: RecordKey },
  choice: Choice,
): Promise<Result<readonly Resolution[]>> => {
  const ours = await readStored(database, open.sides.ours, { table, key })
  if (!ours.ok) return ours
  if ('take' in choice) {
    const taken = await readStored(database, open.sides[choice.take], { table, key })
    return taken.ok ? ok([{ type: 'record', table, key, fields: taken.value, ours: ours.value }]) : taken
  }
  const checked = await checkSettled(database, { open, address: { table, key }, conflicts: [], choice })
  if (!checked.ok) return checked
  const fields = isJsonObject(choice.value) ? choice.value : undefined
  return ok([{ type: 'record', table, key, fields, ours: ours.value }])
}

const readStored = async (database: Database, at: CommitId | undefined, { table, key }: RecordId): Promise<Result<JsonObject | undefined>> => {
  if (at === undefined) return ok(undefined)
  const snapshot = await database.read({ at })
  return snapshot.ok ? ok(snapshot.value.readStored(table, key)?.fields) : snapshot
}

const readChoice = ({ take, value, delete: isDelete }: Asked): Result<Choice> => {
  const said = [take !== undefined, value !== undefined, isDelete === true].filter(Boolean).length
  if (said !== 1) return notOneChoice
  return ok(take !== undefined ? { take } : { value })
}

const notOneChoice: Result<never> = fail({
  kind: 'invalid-input',
  issues: [{ rule: 'resolution', message: 'say how the conflict is settled: take a side, give a value, delete, or undo; one of them' }],
})

const filesHaveSides = (file: string): Failure => ({
  kind: 'invalid-input',
  issues: [{ rule: 'resolution', message: `${file} is settled by a side: take base, ours or theirs, and edit the file after the merge` }],
})

const notOpen = (what: string, conflicts: readonly MergeConflict[]): Result<never> =>
  fail({
    kind: 'invalid-input',
    issues: [
      {
        rule: 'resolution',
        message: `${what} is not in conflict; ${conflicts.length === 0 ? 'nothing is' : `open are ${conflicts.slice(0, 5).map(sayConflict).join(', ')}`}`,
      },
    ],
  })

const sayConflict = (conflict: MergeConflict): string => {
  if (conflict.type === 'constraint') return `${conflict.issue.table}/${conflict.issue.key}`
  if ('file' in conflict) return conflict.file + ('path' in conflict ? ` ${formatPointer(conflict.path)}` : '')
  return `${conflict.table}/${conflict.key}${'path' in conflict ? ` ${formatPointer(conflict.path)}` : ''}`
}
