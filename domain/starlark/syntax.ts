/** An expression as a tree. `at` is where its operator or first token stands, in UTF-16 units of the source. */
export type Node =
  | { readonly kind: 'literal'; readonly at: number; readonly value: bigint | number | string }
  | { readonly kind: 'bytes'; readonly at: number; readonly value: string }
  | { readonly kind: 'name'; readonly at: number; readonly name: string }
  | { readonly kind: 'list' | 'tuple'; readonly at: number; readonly elements: readonly Node[] }
  | { readonly kind: 'dict'; readonly at: number; readonly entries: readonly (readonly [key: Node, value: Node])[] }
  | Comprehension
  | { readonly kind: 'unary'; readonly at: number; readonly operator: '-' | '+' | '~' | 'not'; readonly operand: Node }
  | { readonly kind: 'binary'; readonly at: number; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
  | { readonly kind: 'and' | 'or'; readonly at: number; readonly left: Node; readonly right: Node }
  | { readonly kind: 'conditional'; readonly at: number; readonly condition: Node; readonly whenTrue: Node; readonly whenFalse: Node }
  | { readonly kind: 'attribute'; readonly at: number; readonly object: Node; readonly name: string }
  | { readonly kind: 'index'; readonly at: number; readonly object: Node; readonly index: Node }
  | { readonly kind: 'slice'; readonly at: number; readonly object: Node; readonly bounds: readonly (Node | undefined)[] }
  | { readonly kind: 'call'; readonly at: number; readonly callee: Node; readonly args: readonly Argument[] }
  | { readonly kind: 'lambda'; readonly at: number; readonly parameters: readonly Parameter[]; readonly body: Node }

export interface Comprehension {
  readonly kind: 'comprehension'
  readonly at: number
  /** A dict comprehension has a key too. */
  readonly key: Node | undefined
  readonly body: Node
  readonly clauses: readonly Clause[]
}

export type Clause =
  | { readonly kind: 'for'; readonly at: number; readonly target: Target; readonly operand: Node }
  | { readonly kind: 'if'; readonly condition: Node }

/** What a loop variable binds: a name, or several at once. */
export type Target =
  | { readonly kind: 'name'; readonly at: number; readonly name: string }
  | { readonly kind: 'targets'; readonly at: number; readonly targets: readonly Target[] }

export type Argument =
  | { readonly kind: 'positional' | 'star' | 'double-star'; readonly value: Node }
  | { readonly kind: 'named'; readonly at: number; readonly name: string; readonly value: Node }

/** `name`, `name=value`, `*name` (`*` alone has no name), `**name`. */
export interface Parameter {
  readonly kind: 'plain' | 'star' | 'double-star'
  readonly at: number
  readonly name: string | undefined
  readonly fallback: Node | undefined
}

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '//'
  | '%'
  | '=='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | 'in'
  | 'not in'
  | '|'
  | '^'
  | '&'
  | '<<'
  | '>>'
