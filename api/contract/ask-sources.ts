import { readMembers } from '../../domain/json-text.ts'
import type { CallOperation, OperationAnswer, OperationInput, OperationName } from './operations.ts'
import type { Result } from './result.ts'

/** Members that say in an answer about several sources where a row is from, `{"$database": "a", "$branch": "main"}`. */
export type SourceLabel = Readonly<Record<string, string>>

/** A database, or a branch of one, that is asked the same as others. */
export interface Source {
  readonly label: SourceLabel
  readonly branch?: string | undefined
  /** Opening a database may fail like anything that is asked of it. */
  open(): Promise<Result<CallOperation>>
}

export interface SourceAnswer<T> {
  readonly label: SourceLabel
  readonly result: Result<T>
}

/**
 * Asks several sources the same, one after the other: a source that fails says so in its own answer and takes nothing from the others.
 * @param toInput the question, for the branch of a source
 */
export const askSources = async <Name extends OperationName>(
  sources: readonly Source[],
  name: Name,
  toInput: (scope: { readonly branch?: string }) => OperationInput<Name>,
): Promise<readonly SourceAnswer<OperationAnswer<Name>>[]> => {
  const answers: SourceAnswer<OperationAnswer<Name>>[] = []
  for (const { label, branch, open } of sources) {
    const call = await open()
    const result = call.ok ? await call.value(name, toInput(branch === undefined ? {} : { branch })) : call
    answers.push({ label, result })
  }
  return answers
}

/** A row, as JSON text, with the label of its source before everything else; a member of the row with the same name is left out. */
export const labelRow = (label: SourceLabel, row: string): string => {
  const members = Object.entries(label).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
  const own = [...readMembers(row)].filter(([name]) => !Object.hasOwn(label, name)).map(([name, value]) => `${JSON.stringify(name)}:${value}`)
  return `{${[...members, ...own].join(',')}}`
}
