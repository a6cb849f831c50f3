import { readAttribute } from './attributes.ts'
import { bindLambda, type LambdaParameters } from './bind-lambda.ts'
import { callFunction } from './call-function.ts'
import { hashKey } from './compare-values.ts'
import { applyBinary, applyUnary } from './operators.ts'
import { bindTarget, openScope, readName, type Scope, targetNames } from './scope.ts'
import { refuse } from './starlark-fault.ts'
import { readIndex, readSlice } from './subscript.ts'
import type { Argument, Clause, Comprehension, Node } from './syntax.ts'
import type { Thread } from './thread.ts'
import { fromByteText } from './utf8.ts'
import { type CallArguments, isTrue, StarBytes, StarDict, StarFunction, StarList, StarSet, StarTuple, typeName, type Value, walk } from './value.ts'

/** The value of an expression whose names all stand for something in the scope. Throws `StarlarkFault`; `thread.offset` then says where. */
export const evaluate = (node: Node, scope: Scope, thread: Thread): Value => {
  thread.step()
  switch (node.kind) {
    case 'literal':
      return node.value
    case 'bytes':
      return new StarBytes(node.value)
    case 'name':
      thread.offset = node.at
      return readName(scope, node.name)
    case 'and':
    case 'or': {
      const left = evaluate(node.left, scope, thread)
      return isTrue(left) === (node.kind === 'and') ? evaluate(node.right, scope, thread) : left
    }
    case 'conditional':
      return evaluate(isTrue(evaluate(node.condition, scope, thread)) ? node.whenTrue : node.whenFalse, scope, thread)
    case 'unary':
    case 'binary':
    case 'attribute':
    case 'index':
    case 'slice':
    case 'call':
      return evaluateOperation(node, scope, thread)
    default:
      return construct(node, scope, thread)
  }
}

type Operation = Extract<Node, { readonly kind: 'unary' | 'binary' | 'attribute' | 'index' | 'slice' | 'call' }>

const evaluateOperation = (node: Operation, scope: Scope, thread: Thread): Value => {
  switch (node.kind) {
    case 'unary': {
      const operand = evaluate(node.operand, scope, thread)
      thread.offset = node.at
      return applyUnary(node.operator, operand)
    }
    case 'binary': {
      const left = evaluate(node.left, scope, thread)
      const right = evaluate(node.right, scope, thread)
      thread.offset = node.at
      return applyBinary(node.operator, { left, right }, thread)
    }
    case 'attribute': {
      const object = evaluate(node.object, scope, thread)
      thread.offset = node.at
      return readAttribute(object, node.name) ?? refuse(`a value of type ${typeName(object)} has no attribute "${node.name}"`)
    }
    case 'index': {
      const object = evaluate(node.object, scope, thread)
      const index = evaluate(node.index, scope, thread)
      thread.offset = node.at
      return readIndex(object, index, thread)
    }
    case 'slice': {
      const object = evaluate(node.object, scope, thread)
      const [start = null, stop = null, step = null] = node.bounds.map((bound) => (bound === undefined ? null : evaluate(bound, scope, thread)))
      thread.offset = node.at
      return readSlice(object, { start, stop, step }, thread)
    }
    case 'call': {
      const callee = evaluate(node.callee, scope, thread)
      const args = evaluateArguments(node.args, scope, thread)
      thread.offset = node.at
      return callFunction(callee, args, thread)
    }
  }
}

type Construction = Extract<Node, { readonly kind: 'list' | 'tuple' | 'dict' | 'comprehension' | 'lambda' }>

const construct = (node: Construction, scope: Scope, thread: Thread): Value => {
  switch (node.kind) {
    case 'list':
      return new StarList(node.elements.map((element) => evaluate(element, scope, thread)))
    case 'tuple':
      return new StarTuple(node.elements.map((element) => evaluate(element, scope, thread)))
    case 'dict':
      return evaluateDict(node, scope, thread)
    case 'comprehension':
      return evaluateComprehension(node, scope, thread)
    case 'lambda':
      return makeLambda(node, scope, thread)
  }
}

const evaluateDict = (node: Extract<Node, { readonly kind: 'dict' }>, scope: Scope, thread: Thread): StarDict => {
  const dict = new StarDict()
  for (const [keyNode, valueNode] of node.entries) {
    const key = evaluate(keyNode, scope, thread)
    const value = evaluate(valueNode, scope, thread)
    thread.offset = keyNode.at
    const hash = hashKey(key)
    if (dict.entries.has(hash)) refuse('the dict has the same key twice')
    dict.entries.set(hash, [key, value])
  }
  return dict
}

const evaluateArguments = (args: readonly Argument[], scope: Scope, thread: Thread): CallArguments => {
  const positional: Value[] = []
  const named = new Map<string, Value>()
  for (const argument of args) {
    const value = evaluate(argument.value, scope, thread)
    thread.offset = argument.value.at
    if (argument.kind === 'positional') positional.push(value)
    else if (argument.kind === 'named') named.set(argument.name, value)
    else if (argument.kind === 'star') for (const element of walk(value, thread)) positional.push(element)
    else addNamed(named, value)
  }
  return { positional, named }
}

const addNamed = (named: Map<string, Value>, value: Value): void => {
  const dict = value instanceof StarDict ? value : refuse(`a value of type ${typeName(value)} cannot follow **: a dict can`)
  for (const [key, member] of dict.entries.values()) {
    const name = typeof key === 'string' ? (fromByteText(key) ?? key) : refuse('names given by ** must be strings')
    if (named.has(name)) refuse(`the argument "${name}" is given twice`)
    named.set(name, member)
  }
}

/** The first operand belongs to the scope around; the variables of all clauses share one scope, so a lambda made in a loop sees the last value. */
const evaluateComprehension = (node: Comprehension, outer: Scope, thread: Thread): Value => {
  const scope = openScope(
    outer,
    node.clauses.flatMap((clause) => (clause.kind === 'for' ? targetNames(clause.target) : [])),
  )
  const list: Value[] = []
  const dict = new StarDict()
  const add = (): void => {
    if (node.key === undefined) {
      list.push(evaluate(node.body, scope, thread))
      thread.makeElements(list.length > 8 ? 8 : 0)
      return
    }
    const key = evaluate(node.key, scope, thread)
    const value = evaluate(node.body, scope, thread)
    thread.offset = node.at
    const hash = hashKey(key)
    dict.entries.set(hash, [dict.entries.get(hash)?.[0] ?? key, value])
  }
  const run = (index: number): void => {
    const clause = node.clauses[index]
    if (clause === undefined) add()
    else if (clause.kind === 'for') loop(clause, { operandScope: index === 0 ? outer : scope, scope, thread, body: () => run(index + 1) })
    else if (isTrue(evaluate(clause.condition, scope, thread))) run(index + 1)
  }
  run(0)
  return node.key === undefined ? new StarList(list) : dict
}

interface Loop {
  readonly operandScope: Scope
  readonly scope: Scope
  readonly thread: Thread
  readonly body: () => void
}

const loop = (clause: Extract<Clause, { readonly kind: 'for' }>, { operandScope, scope, thread, body }: Loop): void => {
  const operand = evaluate(clause.operand, operandScope, thread)
  thread.offset = clause.at
  const walked = operand instanceof StarList || operand instanceof StarDict || operand instanceof StarSet ? operand : undefined
  const elements = walk(operand, thread)
  if (walked !== undefined) walked.walkers += 1
  for (const element of elements) {
    thread.offset = clause.target.at
    bindTarget(clause.target, element, { scope, thread })
    body()
  }
  if (walked !== undefined) walked.walkers -= 1
}

const makeLambda = (node: Extract<Node, { readonly kind: 'lambda' }>, scope: Scope, thread: Thread): StarFunction => {
  const parameters: LambdaParameters = node.parameters.map(({ kind, name, fallback }) => ({
    kind,
    name,
    fallback: fallback === undefined ? undefined : evaluate(fallback, scope, thread),
  }))
  const call = (args: CallArguments, running: Thread): Value => evaluate(node.body, bindLambda(parameters, args, scope), running)
  return new StarFunction('lambda', call, { code: node })
}
