import { formatAddress } from '../../../api/contract/address.ts'
import type { OperationAnswer } from '../../../api/contract/operations.ts'
import { exitCodes } from '../../../api/contract/problem.ts'
import type { Session } from '../session.ts'
import { changeVerbs, countRecords, printConflicts } from './print-merge.ts'

export type ReplayAnswer = OperationAnswer<'cherryPick'>

/** What a command does to a commit, as said in messages. */
export interface ReplayVerb {
  readonly command: 'cherry-pick' | 'revert' | 'rebase'
  /** `picked` */
  readonly done: string
  /** `pick` */
  readonly would: string
}

/** Says what became of each commit, and what to do about the one in conflict. The exit code is 1 while something is open. */
export const printReplay = async (session: Session, answer: ReplayAnswer, verb: ReplayVerb): Promise<void> => {
  const { stopped, merge, remaining, branch, dryRun } = answer
  if (answer.status === 'conflicts') session.exitCode = exitCodes.no
  if (session.options.json === true) return session.io.out(`${JSON.stringify(answer)}\n`)
  for (const step of answer.done) {
    session.say(describeStep(step, answer, verb))
    if (dryRun) for (const { table, id, change } of step.changes) session.say(`  ${changeVerbs[change]} ${formatAddress({ table, id })}`)
  }
  if (stopped === undefined) return answer.done.length === 0 ? session.say(describeMove(answer)) : undefined
  session.say(`${shorten(stopped.of)} "${stopped.subject}" and ${branch} do not agree: ${dryRun ? 'it would not be' : 'it was not'} ${verb.done}`)
  await printConflicts(session, answer)
  if (verb.command === 'rebase')
    return session.say(`no commit was moved: settle it by a merge, or say what counts with --strategy; "theirs" are the commits of ${branch}`)
  if (merge !== undefined)
    session.say(`settle it with "ingitdb resolve", then run "ingitdb merge --continue ${merge}"; "ingitdb merge --abort ${merge}" gives up`)
  if (remaining.length > 0) session.say(`not looked at; afterwards run "ingitdb ${verb.command} ${remaining.map(shorten).join(' ')}"`)
}

const describeMove = ({ status, branch, commit }: ReplayAnswer): string =>
  status === 'changed'
    ? `${branch} has no commits of its own: ${commit === undefined ? 'it would be moved (dry run, nothing is written)' : `moved it to ${shorten(commit)}`}`
    : `nothing is to be done on ${branch}`

const describeStep = ({ of, subject, commit, unchanged, changes }: ReplayAnswer['done'][number], answer: ReplayAnswer, verb: ReplayVerb): string => {
  const { branch, dryRun } = answer
  const name = `${shorten(of)} "${subject}"`
  if (unchanged) return `${name} changes nothing on ${branch}: no commit is made`
  const end = dryRun ? ' (dry run, nothing is written)' : ` (commit ${shorten(commit ?? '')})`
  return `${dryRun ? `would ${verb.would}` : verb.done} ${name}, ${countRecords(changes.length)}${end}`
}

const shorten = (commit: string): string => commit.slice(0, 12)
