import { fail, ok, type Result } from '../result.ts'
import { builtins } from './builtins.ts'
import { evaluate } from './evaluate.ts'
import { freeNames, type NamePlace } from './free-names.ts'
import { parse } from './parse.ts'
import type { Scope } from './scope.ts'
import { type FaultKind, StarlarkFault } from './starlark-fault.ts'
import type { Node } from './syntax.ts'
import { Thread } from './thread.ts'
import type { Value } from './value.ts'

/** One Starlark expression, parsed. Evaluating it needs values for its free names. */
export interface Expression {
  readonly source: string
  readonly node: Node
  /** Names that the expression does not bind itself, built-ins among them, each once, in the order of the source. */
  readonly freeNames: readonly NamePlace[]
}

/** What is wrong and where. Line and column are 1-based, the column counts characters. */
export interface ExpressionFault {
  readonly kind: FaultKind
  readonly message: string
  readonly line: number
  readonly column: number
}

export const parseExpression = (source: string): Result<Expression, ExpressionFault> =>
  catching(source, () => {
    if (source.length > sourceMax) throw new StarlarkFault('limit', `an expression may have at most ${sourceMax} characters`, 0)
    const node = parse(source)
    return { source, node, freeNames: freeNames(node) }
  })

const sourceMax = 64 * 1024

/**
 * The value of an expression, with these values for its free names; they come before the built-ins of the same name. Pure: the same names and
 * values give the same result, on every machine. Never throws on what the expression says or the values are.
 * Cost: at most `stepsMax` steps, some tens of milliseconds, and some tens of megabytes.
 */
export const evaluateExpression = ({ source, node }: Expression, names: ReadonlyMap<string, Value>): Result<Value, ExpressionFault> => {
  const thread = new Thread()
  return catching(source, () => evaluate(node, { values: new Map(names), outer: universe }, thread), thread)
}

const universe: Scope = { values: new Map(builtins), outer: undefined }

const catching = <T>(source: string, run: () => T, thread?: Thread): Result<T, ExpressionFault> => {
  try {
    return ok(run())
  } catch (error) {
    if (!(error instanceof StarlarkFault)) throw error
    return fail({ kind: error.kind, message: error.message, ...locateIn(source, error.offset ?? thread?.offset ?? 0) })
  }
}

/** The place of an offset, which counts UTF-16 units. */
export const locateIn = (source: string, offset: number): { readonly line: number; readonly column: number } => {
  const before = source.slice(0, offset)
  const start = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: [...before.slice(start)].length + 1 }
}

/** Whether a name stands for something in every expression, so that no column should take it. */
export const isBuiltin = (name: string): boolean => builtins.has(name)
