import type { OperationAnswer } from '../../../api/contract/operations.ts'
import { exitCodes } from '../../../api/contract/problem.ts'
import type { Session } from '../session.ts'

export type GeneratedAnswer = Pick<OperationAnswer<'materializeViews'>, 'commit' | 'files' | 'problems' | 'warnings'>
type Problem = GeneratedAnswer['problems'][number]

/** Says which files changed, and what could not be written: then the exit code is 1. */
export const printGenerated = async (session: Session, answer: GeneratedAnswer): Promise<void> => {
  const { files, problems, warnings } = answer
  for (const { path, outcome } of files) if (outcome !== 'unchanged') session.say(`${outcome} ${path}`)
  for (const warning of warnings) session.say(`warning: ${describeProblem(warning)}`)
  for (const problem of problems) session.io.err(`error: ${describeProblem(problem)}\n`)
  const count = (wanted: string): number => files.filter(({ outcome }) => outcome === wanted).length
  session.say(`materialized: ${count('created')} created, ${count('updated')} updated, ${count('deleted')} deleted, ${count('unchanged')} unchanged`)
  if (problems.length > 0) session.exitCode = exitCodes.no
  if (session.options.json === true) await session.io.out(`${JSON.stringify(answer)}\n`)
}

/** `view users/active (users/.collection/views/active.yaml:3): …` */
export const describeProblem = ({ table, view, file, line, message }: Problem): string => {
  const place = file === undefined ? undefined : `${file}${line === undefined ? '' : `:${line}`}`
  if (view === undefined) return place === undefined ? message : `${place}: ${message}`
  return `view ${table}/${view}${place === undefined ? '' : ` (${place})`}: ${message}`
}

/** Two answers of one command as one. */
export const joinAnswers = (first: GeneratedAnswer, second: GeneratedAnswer): GeneratedAnswer => ({
  ...first,
  files: [...first.files, ...second.files],
  problems: [...first.problems, ...second.problems],
  warnings: [...first.warnings, ...second.warnings],
})
