import { askSources, labelRow, type SourceAnswer, type SourceLabel } from '../../api/contract/ask-sources.ts'
import type { OperationAnswer, OperationInput, OperationName } from '../../api/contract/operations.ts'
import type { Format } from './options.ts'
import { printList } from './output/print-answer.ts'
import type { Session } from './session.ts'

/**
 * Asks every database and branch that the options name. A source that fails is reported, and the exit code is that of the first one that did;
 * what the others answer is returned.
 */
export const askAll = async <Name extends OperationName>(
  session: Session,
  name: Name,
  toInput: (scope: { readonly branch?: string }) => OperationInput<Name>,
): Promise<readonly SourceRows<OperationAnswer<Name>>[]> => {
  const answers = await askSources(session.sources(), name, toInput)
  const { reportSourceFailure } = await import('./report-error.ts')
  return answers.flatMap(({ label, result }: SourceAnswer<OperationAnswer<Name>>) => {
    if (result.ok) return [{ label, answer: result.value }]
    const exit = reportSourceFailure(result.failure, Object.values(label).join(' '), session)
    if (session.exitCode === 0) session.exitCode = exit
    return []
  })
}

export interface SourceRows<Answer> {
  readonly label: SourceLabel
  readonly answer: Answer
}

/** Prints one list of what all sources answered; nothing when all have failed. */
export const printLabelled = async (
  session: Session,
  answers: readonly { readonly label: SourceLabel; readonly columns: readonly string[]; readonly rows: readonly string[] }[],
  format: Format | undefined,
): Promise<void> => {
  const [first] = answers
  if (first === undefined) return
  const columns = new Set([...Object.keys(first.label), ...answers.flatMap((answer) => answer.columns)])
  await printList(session, { columns: [...columns], rows: answers.flatMap(({ label, rows }) => rows.map((row) => labelRow(label, row))) }, format)
}
