import type { Failure } from '../../domain/failure.ts'
import { describeFailure } from '../contract/describe-failure.ts'

/** A failure as one sentence of an answer that says more than that. */
export const sayFailure = (failure: Failure): string => {
  const { summary, lines } = describeFailure(failure)
  return lines.length === 0 ? summary : lines.join('; ')
}
