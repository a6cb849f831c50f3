/** What went wrong: the text is no expression, a name stands for nothing, a value does not fit, or a limit was reached. */
export type FaultKind = 'syntax' | 'unknown-name' | 'evaluation' | 'limit'

/**
 * How parsing and evaluating stop early, inside this folder only: `parseExpression` and `evaluateExpression` turn it into a failure value.
 * `offset` counts UTF-16 units of the source; what is thrown below the evaluator does not know its place and leaves it to the thread.
 */
export class StarlarkFault extends Error {
  readonly kind: FaultKind
  readonly offset: number | undefined
  constructor(kind: FaultKind, message: string, offset?: number) {
    super(message)
    this.kind = kind
    this.offset = offset
  }
}

/** Ends the evaluation: a value does not fit the operation. */
export const refuse = (message: string): never => {
  throw new StarlarkFault('evaluation', message)
}
