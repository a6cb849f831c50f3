import type { Change } from '../event-sourcing/change.ts'
import { type Decision, type Need, needKeysWith, needRecord } from '../event-sourcing/decision.ts'
import type { Issue } from '../failure.ts'
import type { RecordKey, TableId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import { fail, ok } from '../result.ts'
import type { SchemaValidator } from '../table/codecs.ts'
import { type Catalogue, findTable } from '../table/table.ts'
import { listReferences, type Reference, referringValues } from './references.ts'
import { validateRecord } from './validate-record.ts'

/** Records that one delete may delete or change beside the one it names. */
export const cascadeMax = 100_000

export interface DeleteContext {
  readonly catalogue: Catalogue
  readonly validateSchema: SchemaValidator
}

/**
 * Decides what goes with a record, by the `on_delete` of every foreign key that leads to it: `cascade` deletes the referring record, and what
 * refers to that in turn; `set-null` takes the field away. `restrict` is checked at the end of the operation, by `checkConstraints`.
 * A record that is both deleted and changed is deleted. Circles end: each record is visited once.
 *
 * @returns the named record first; `limit-exceeded` beyond 100,000 others; `constraint-violation` where a record is not valid without its field
 */
export function* deleteWithReferrers(
  context: DeleteContext,
  first: Extract<Change, { readonly type: 'RecordDeleted' }>,
): Decision<readonly Change[]> {
  const effects = new Map<string, Effect>([[idOf(first.table, first.key), { ...first, after: undefined }]])
  const queue: { readonly table: TableId; readonly key: RecordKey }[] = [first]
  for (const deleted of queue) {
    for (const reference of listReferences(context.catalogue).to.get(deleted.table) ?? []) {
      if (reference.onDelete === 'restrict') continue
      for (const key of yield* findReferring(reference, deleted.key)) {
        const isNew = yield* addEffect(effects, reference, key)
        if (isNew && reference.onDelete === 'cascade') queue.push({ table: reference.table.id, key })
      }
      if (effects.size > cascadeMax + 1) {
        return fail({
          kind: 'limit-exceeded',
          what: 'a delete that takes other records along',
          limit: cascadeMax,
          actual: effects.size - 1,
          unit: 'records',
        })
      }
    }
  }
  const issues = findInvalid(context, effects)
  return issues.length > 0 ? fail({ kind: 'constraint-violation', issues }) : ok([...effects.values()].map(toChange))
}

/** What becomes of one record: fields without the references that went, or nothing left. */
interface Effect {
  readonly table: TableId
  readonly key: RecordKey
  readonly before: JsonObject
  readonly after: JsonObject | undefined
}

function* findReferring(reference: Reference, key: RecordKey): Generator<Need, readonly RecordKey[], never> {
  const keys: RecordKey[] = []
  for (const value of referringValues(reference, key)) {
    keys.push(...(yield* needKeysWith(reference.table.id, [value], cascadeMax + 1 - keys.length)))
    if (keys.length > cascadeMax) break
  }
  return keys
}

/** @returns whether the record was alive before and is deleted by this, so that its own referrers are to be looked for */
function* addEffect(effects: Map<string, Effect>, { table, column, onDelete }: Reference, key: RecordKey): Generator<Need, boolean, never> {
  const id = idOf(table.id, key)
  const known = effects.get(id)
  if (known !== undefined && known.after === undefined) return false
  const before = known?.before ?? (yield* needRecord(table.id, key))?.fields
  if (before === undefined) return false
  const after = onDelete === 'cascade' ? undefined : withoutField(known?.after ?? before, column.name)
  effects.set(id, { table: table.id, key, before, after })
  return after === undefined
}

const findInvalid = ({ catalogue, validateSchema }: DeleteContext, effects: ReadonlyMap<string, Effect>): readonly Issue[] => {
  const issues: Issue[] = []
  for (const { table: id, key, after } of effects.values()) {
    const table = findTable(catalogue, id)
    if (after !== undefined && table !== undefined) issues.push(...validateRecord(table, { key, fields: after }, validateSchema))
    if (issues.length >= 100) break
  }
  return issues
}

const toChange = ({ table, key, before, after }: Effect): Change =>
  after === undefined ? { type: 'RecordDeleted', table, key, before } : { type: 'RecordUpdated', table, key, before, after }

const withoutField = (fields: JsonObject, name: string): JsonObject => Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name))

const idOf = (table: TableId, key: RecordKey): string => `${table}/${key}`
