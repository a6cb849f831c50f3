import type { Failure } from '../failure.ts'

/** Why the input of an import cannot be read any further; thrown while it is read, since nobody asked for it, and told as a failure with the line. */
export class SourceProblem extends Error {
  readonly rule: string
  /** 1-based; absent where the input as a whole is meant. */
  readonly line: number | undefined
  constructor(rule: string, message: string, line?: number) {
    super(message)
    this.rule = rule
    this.line = line
  }
}

/** @param file  name of the input in messages */
export const describeProblem = ({ rule, message, line }: SourceProblem, file: string): Failure => ({
  kind: 'invalid-input',
  issues: [{ rule, message, file, ...(line === undefined ? {} : { line }) }],
})
