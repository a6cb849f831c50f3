import type { CommitId } from '../domain/ids.ts'
import type { Result } from '../domain/result.ts'
import { fail } from '../domain/result.ts'
import type { CallOperation, OperationAnswer, OperationInput, OperationName } from './contract/operations.ts'

/** A clone of a repository somewhere else, as far as calling operations on it needs to know. */
export interface RemotePorts {
  head(): CommitId | undefined
  fetch(): Promise<Result<void>>
  push(before: CommitId | undefined, after: CommitId): Promise<Result<'pushed' | 'raced'>>
  /** One write at a time, in all processes that use the clone. */
  exclusively<T>(work: () => Promise<T>): Promise<T>
}

const attemptsMax = 5

/**
 * Operations on a clone, whose commits count when the other side has them: each is pushed from exactly the commit it was decided on, and decided
 * again when somebody else was there first. What fails on a clone that is some minutes old is tried again on what is there now.
 *
 * @param isFetched  whether the clone has just been fetched
 */
export const callOnRemote = (call: CallOperation, remote: RemotePorts, isFetched: boolean): CallOperation => {
  let isCurrent = isFetched
  const fetch = async (): Promise<Result<void>> => {
    const fetched = await remote.fetch()
    isCurrent = fetched.ok
    return fetched
  }
  const attempt = async <Name extends OperationName>(name: Name, input: OperationInput<Name>): Promise<Result<OperationAnswer<Name>> | 'again'> => {
    const before = remote.head()
    const answer = await call(name, input)
    const after = remote.head()
    if (!answer.ok) {
      if (isCurrent || !(await fetch()).ok) return answer
      return 'again'
    }
    if (after === undefined || after === before) return answer
    const pushed = await remote.push(before, after)
    if (!pushed.ok) return pushed
    if (pushed.value === 'pushed') return answer
    const fetched = await fetch()
    return fetched.ok ? 'again' : fetched
  }
  return (name, input) =>
    remote.exclusively(async () => {
      for (let attempts = 0; attempts < attemptsMax; attempts++) {
        const answer = await attempt(name, input)
        if (answer !== 'again') return answer
      }
      return fail({ kind: 'unavailable', what: 'the remote branch', why: 'others write to it all the time; nothing was written' })
    })
}
