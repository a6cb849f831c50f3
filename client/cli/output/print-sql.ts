import type { OperationAnswer } from '../../../api/contract/operations.ts'
import type { Format } from '../options.ts'
import type { Session } from '../session.ts'
import { printList } from './print-answer.ts'

/** Prints the rows of a statement; whether there are more is said on the error stream. */
export const printSql = async (session: Session, answer: OperationAnswer<'querySql'>, format: Format | undefined): Promise<void> => {
  await printList(session, answer, format)
  if (answer.cutBy !== undefined)
    session.say(`note: only the first ${answer.rows.length.toLocaleString('en')} rows, there are more: ${remedies[answer.cutBy]}`)
}

const remedies = { rows: 'raise the limit', size: 'ask for fewer columns, or a page with LIMIT and OFFSET' } as const
