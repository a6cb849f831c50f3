import { formatAddress } from '../../../api/contract/address.ts'
import { OperationFailed } from '../errors.ts'
import type { Session } from '../session.ts'

interface Question {
  readonly table: string
  /** Key of the one record that is asked for. */
  readonly id?: string
  readonly at: string | undefined
}

/**
 * Gives an answer and says, on the error stream, when files hold edits that it does not show. They are looked for while the question is answered.
 * An answer about another moment has nothing to do with the files, and `--quiet` wants no notes.
 */
export const answerWithNote = async (session: Session, { at, ...scope }: Question, answer: () => Promise<void>): Promise<void> => {
  if (at !== undefined || session.options.quiet === true) return answer()
  const [answered, found] = await Promise.allSettled([answer(), session.call('readUncommitted', { ...scope, ...session.branch() })])
  if (found.status === 'fulfilled') noteFiles(session, scope, found.value.paths.length)
  if (answered.status === 'rejected') throw answered.reason
  if (found.status === 'rejected' && !isUnavailable(found.reason)) throw found.reason
}

const noteFiles = (session: Session, { table, id }: Omit<Question, 'at'>, count: number): void => {
  if (count === 0) return
  const what = id === undefined ? `${count} ${count === 1 ? 'file' : 'files'} of ${table}` : formatAddress({ table, id })
  session.say(`note: ${what} ${count === 1 || id !== undefined ? 'has' : 'have'} uncommitted changes that this answer does not show (ingitdb status)`)
}

/** Reading needs no git program; without one nobody can tell. */
const isUnavailable = (error: unknown): boolean => error instanceof OperationFailed && error.failure.kind === 'unavailable'
