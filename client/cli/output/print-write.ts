import { formatAddress } from '../../../api/contract/address.ts'
import type { OperationAnswer } from '../../../api/contract/operations.ts'
import type { Session } from '../session.ts'

export type WriteAnswer = OperationAnswer<'runBatch'>
type Change = WriteAnswer['changes'][number]

/** Says what a write did, and prints it as JSON when that is asked for. */
export const printWrite = async (
  session: Session,
  answer: WriteAnswer,
  json: { readonly isAsked: boolean; readonly value?: unknown },
): Promise<void> => {
  session.say(describeWrite(answer))
  for (const note of describeWarnings(answer)) session.say(`note: ${note}`)
  if (json.isAsked || session.options.json === true) await session.io.out(`${JSON.stringify(json.value ?? answer)}\n`)
}

/** What a dry run found, in full: what the tables would say, and which records would change. */
export const sayPreview = (session: Session, { changes }: WriteAnswer): void => {
  for (const { table, details = [] } of changes) for (const detail of details) session.say(`  ${table}: ${detail}`)
  for (const { table, id, operation } of changes) if (id !== undefined) session.say(`  ${operation} ${table}/${id}`)
}

/** `inserted users/u1 (commit 1a2b3c4d5e6f)` */
export const describeWrite = ({ commit, changes, repeated, dryRun }: WriteAnswer): string => {
  if (dryRun) return changes.length === 0 ? 'nothing would change' : `would ${describeChanges(changes, 'future')} (dry run, nothing is written)`
  if (changes.length === 0) return 'nothing changed'
  return `${describeChanges(changes, 'past')} (commit ${commit.slice(0, 12)}${repeated ? ', answered before' : ''})`
}

const warningsShownMax = 5

const describeWarnings = ({ warnings = [] }: WriteAnswer): readonly string[] => {
  const more = warnings.length - warningsShownMax
  const shown = warnings.slice(0, warningsShownMax).map(({ table, id, message }) => `${formatAddress({ table, id })}: ${message}`)
  return more > 0 ? [...shown, `the same of ${more.toLocaleString('en')} more`] : shown
}

type Tense = 'past' | 'future'

const verbs: Readonly<Record<Change['operation'], Readonly<Record<Tense, string>>>> = {
  insert: { past: 'inserted', future: 'insert' },
  update: { past: 'updated', future: 'update' },
  delete: { past: 'deleted', future: 'delete' },
  'create-table': { past: 'created table', future: 'create table' },
  'change-table': { past: 'changed table', future: 'change table' },
  'rename-table': { past: 'renamed table to', future: 'rename table to' },
  'drop-view': { past: 'dropped view', future: 'drop view' },
  'drop-table': { past: 'dropped table', future: 'drop table' },
}

const describeChanges = (changes: readonly Change[], tense: Tense): string => {
  const operations = Object.keys(verbs).filter((operation): operation is Change['operation'] =>
    changes.some((change) => change.operation === operation),
  )
  return operations
    .map((operation) =>
      describeAlike(
        changes.filter((change) => change.operation === operation),
        operation,
        tense,
      ),
    )
    .join(', ')
}

const nameOf = ({ table, id, view }: Change): string => {
  if (view !== undefined) return `${table}/${view}`
  return id === undefined ? table : formatAddress({ table, id })
}

const describeAlike = (changes: readonly Change[], operation: Change['operation'], tense: Tense): string => {
  const verb = verbs[operation][tense]
  const [first] = changes
  if (first !== undefined && changes.length === 1) return `${verb} ${nameOf(first)}`
  const tables = [...new Set(changes.map((change) => change.table))]
  return operation.endsWith('-table')
    ? `${verb} ${tables.join(', ')}`
    : `${verb} ${changes.length.toLocaleString('en')} records in ${tables.join(', ')}`
}
