import { formatAddress } from '../../../api/contract/address.ts'
import type { OperationAnswer } from '../../../api/contract/operations.ts'
import { exitCodes } from '../../../api/contract/problem.ts'
import type { Session } from '../session.ts'

export type MergeAnswer = OperationAnswer<'mergeBranch'>
export type Conflict = MergeAnswer['conflicts'][number]

/** Says what a merge did, or would do; what is in conflict goes to the answer. The exit code is 1 while something is open. */
export const printMerge = async (session: Session, answer: MergeAnswer): Promise<void> => {
  if (answer.status === 'conflicts') session.exitCode = exitCodes.no
  if (session.options.json === true) return session.io.out(`${JSON.stringify(answer)}\n`)
  session.say(describeMerge(answer))
  if (answer.dryRun) for (const { table, id, change } of answer.changes) session.say(`  ${verbs[change]} ${formatAddress({ table, id })}`)
  await session.io.out(answer.conflicts.map(formatConflict).join(''))
  if (answer.merge !== undefined)
    session.say(
      `settle them with "ingitdb resolve", then run "ingitdb merge --continue ${answer.merge}"; "ingitdb merge --abort ${answer.merge}" gives up`,
    )
}

const verbs = { added: 'insert', updated: 'update', deleted: 'delete' } as const

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
      return `${source} and ${branch} do not agree in ${conflicts.length === 1 ? 'one place' : `${conflicts.length} places`}: nothing was merged`
  }
}

export const countRecords = (count: number): string => (count === 1 ? '1 record changed' : `${count.toLocaleString('en')} records changed`)

/** A line that says what is in conflict, and the three sides below it. */
export const formatConflict = (conflict: Conflict): string => {
  const { message, base, ours, theirs, involved = [] } = conflict
  const sides = [`  base    ${base ?? 'nothing'}`, `  ours    ${ours ?? 'nothing'}`, `  theirs  ${theirs ?? 'nothing'}`]
  const hasSides = conflict.type !== 'file' && conflict.type !== 'constraint'
  const records = involved.length > 1 ? [`  involved: ${involved.map(formatAddress).join(', ')}`] : []
  return `${[`${nameConflict(conflict)}: ${message}`, ...(hasSides ? sides : []), ...records].join('\n')}\n`
}

const nameConflict = ({ table, id, pointer = '', file }: Conflict): string => {
  if (file !== undefined) return pointer === '' ? file : `${file} ${pointer}`
  const record = table === undefined ? '' : id === undefined ? table : formatAddress({ table, id })
  return pointer === '' ? record : `${record} ${pointer}`
}
