import { formatAddress } from '../../../api/contract/address.ts'
import type { OperationAnswer } from '../../../api/contract/operations.ts'
import { exitCodes } from '../../../api/contract/problem.ts'
import type { Session } from '../session.ts'
import { formatConflicts } from './format-conflicts.ts'

export type MergeAnswer = OperationAnswer<'mergeBranch'>

/** Says what a merge did, or would do; what is in conflict goes to the answer. The exit code is 1 while something is open. */
export const printMerge = async (session: Session, answer: MergeAnswer): Promise<void> => {
  if (answer.status === 'conflicts') session.exitCode = exitCodes.no
  if (session.options.json === true) return session.io.out(`${JSON.stringify(answer)}\n`)
  session.say(describeMerge(answer))
  if (answer.dryRun) for (const { table, id, change } of answer.changes) session.say(`  ${changeVerbs[change]} ${formatAddress({ table, id })}`)
  await printConflicts(session, answer)
  if (answer.merge !== undefined) for (const line of describeNext(answer.merge, answer)) session.say(line)
}

/** What is open, on the answer stream: painted and cut to fit on a terminal. */
export const printConflicts = (session: Session, { conflicts }: Pick<MergeAnswer, 'conflicts'>): Promise<void> =>
  session.io.out(formatConflicts(conflicts, { color: session.usesColor(), width: session.io.columns }))

export const changeVerbs = { added: 'insert', updated: 'update', deleted: 'delete' } as const

const describeMerge = ({ status, branch, source, commit, dryRun, changes, conflicts }: MergeAnswer): string => {
  const at = commit === undefined ? '' : ` (commit ${commit.slice(0, 12)})`
  const end = dryRun ? ' (dry run, nothing is written)' : at
  const would = dryRun ? 'would ' : ''
  switch (status) {
    case 'up-to-date':
      return `${branch} has everything of ${source} already`
    case 'fast-forwarded':
      return `${would}${dryRun ? 'move' : 'moved'} ${branch} to ${source}, ${countRecords(changes.length)}${end}`
    case 'merged':
      return `${would}${dryRun ? 'merge' : 'merged'} ${source} into ${branch}, ${countRecords(changes.length)}${end}`
    case 'conflicts':
      return `${source} (theirs) and ${branch} (ours) do not agree in ${countPlaces(conflicts.length)}: nothing was merged\n`
  }
}

const countPlaces = (count: number): string => (count === 1 ? 'one place' : `${count.toLocaleString('en')} places`)

export const countRecords = (count: number): string => (count === 1 ? '1 record changed' : `${count.toLocaleString('en')} records changed`)

/** Commands that work on this merge as it is. */
const describeNext = (id: string, { conflicts }: MergeAnswer): readonly string[] => {
  const [first] = conflicts
  const record = first?.table !== undefined && first.id !== undefined ? formatAddress({ table: first.table, id: first.id }) : ''
  return [
    '',
    'settle them one by one:  ingitdb resolve',
    ...(/^[\w./-]+$/.test(record) ? [`settle a record:         ingitdb resolve ${record} --take theirs`] : []),
    'settle all:              ingitdb resolve --all --take ours',
    `then finish:             ingitdb merge --continue ${id}`,
    `or give up:              ingitdb merge --abort ${id}`,
  ]
}
