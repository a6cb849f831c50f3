import type { ZodError } from 'zod'
import type { Issue } from '../../domain/failure.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import { closestName } from '../contract/closest-name.ts'
import type { OperationInput, OperationName } from '../contract/operations.ts'
import { operations } from '../contract/operations.ts'
import type { OperationContext } from './operation-context.ts'
import { runOperation } from './run-operation.ts'

/**
 * Runs an operation on input from outside.
 *
 * @param name  name in the operation table; another one fails with `not-found`
 * @param input anything; what the operation's schema does not accept fails with `invalid-input`, each issue with a JSON pointer into the input
 */
export const callOperation = async (context: OperationContext, name: string, input: unknown): Promise<Result<unknown>> => {
  if (!isOperationName(name)) {
    const closest = closestName(name, Object.keys(operations))
    return fail({ kind: 'not-found', what: 'operation', id: name, ...(closest !== undefined && { among: [closest] }) })
  }
  const parsed = parseInput(name, input)
  return parsed.ok ? runOperation(context, name, parsed.value) : parsed
}

const isOperationName = (name: string): name is OperationName => Object.hasOwn(operations, name)

const parseInput = <Name extends OperationName>(name: Name, input: unknown): Result<OperationInput<Name>> => {
  const parsed = operations[name].input.safeParse(input)
  return parsed.success ? ok(parsed.data as OperationInput<Name>) : fail({ kind: 'invalid-input', issues: toIssues(parsed.error) })
}

const toIssues = (error: ZodError): readonly Issue[] =>
  error.issues.map(({ code, path, message }) => ({
    rule: code.replaceAll('_', '-'),
    field: toPointer(path),
    message: path.length === 0 ? message : `${path.join('.')}: ${message}`,
  }))

const toPointer = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
