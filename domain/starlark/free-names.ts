import { targetNames } from './scope.ts'
import type { Clause, Node, Parameter } from './syntax.ts'

export interface NamePlace {
  readonly name: string
  /** UTF-16 units into the source. */
  readonly at: number
}

/** The names an expression uses that no lambda and no comprehension around them binds; each once. */
export const freeNames = (node: Node): readonly NamePlace[] => {
  const found = new Map<string, number>()
  visit(node, new Set(), (name, at) => {
    if (!found.has(name)) found.set(name, at)
  })
  return [...found].map(([name, at]) => ({ name, at })).sort((a, b) => a.at - b.at)
}

type Bound = ReadonlySet<string>
type Report = (name: string, at: number) => void

const visit = (node: Node, bound: Bound, report: Report): void => {
  if (node.kind === 'name') {
    if (!bound.has(node.name)) report(node.name, node.at)
  } else if (node.kind === 'lambda') {
    for (const { fallback } of node.parameters) if (fallback !== undefined) visit(fallback, bound, report)
    visit(node.body, new Set([...bound, ...parameterNames(node.parameters)]), report)
  } else if (node.kind === 'comprehension') visitComprehension(node, bound, report)
  else for (const child of childrenOf(node)) visit(child, bound, report)
}

const parameterNames = (parameters: readonly Parameter[]): readonly string[] => parameters.flatMap(({ name }) => name ?? [])

const visitComprehension = ({ key, body, clauses }: Extract<Node, { readonly kind: 'comprehension' }>, bound: Bound, report: Report): void => {
  const inside = new Set([...bound, ...clauses.flatMap(boundBy)])
  for (const [index, clause] of clauses.entries())
    if (clause.kind === 'for') visit(clause.operand, index === 0 ? bound : inside, report)
    else visit(clause.condition, inside, report)
  if (key !== undefined) visit(key, inside, report)
  visit(body, inside, report)
}

const boundBy = (clause: Clause): readonly string[] => (clause.kind === 'for' ? targetNames(clause.target) : [])

const childrenOf = (node: Exclude<Node, { readonly kind: 'name' | 'lambda' | 'comprehension' }>): readonly Node[] => {
  switch (node.kind) {
    case 'literal':
    case 'bytes':
      return []
    case 'list':
    case 'tuple':
      return node.elements
    case 'dict':
      return node.entries.flat()
    case 'unary':
      return [node.operand]
    case 'binary':
    case 'and':
    case 'or':
      return [node.left, node.right]
    case 'conditional':
      return [node.condition, node.whenTrue, node.whenFalse]
    case 'attribute':
      return [node.object]
    case 'index':
      return [node.object, node.index]
    case 'slice':
      return [node.object, ...node.bounds.filter((bound) => bound !== undefined)]
    case 'call':
      return [node.callee, ...node.args.map(({ value }) => value)]
  }
}
