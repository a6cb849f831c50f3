import { type Alias, isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Json } from '../../../domain/json.ts'
import { isJsonObject } from '../../../domain/json.ts'
import { resolvePlainScalar } from './resolve-scalar.ts'

export const nestingMax = 100
/** How many values aliases and merge keys may add to a file: enough for hand-written reuse, far too few for an alias bomb. */
const aliasedValuesMax = 10_000

type Node = ParsedNode | null | undefined

/** What an anchor stands for, and how many values it has, itself included. */
interface Anchored {
  readonly value: Json
  readonly size: number
}

/** Where a value came from that cannot be data, and why. */
export interface ValueProblem {
  readonly message: string
  readonly offset: number
}

const loneSurrogate = /\p{Surrogate}/u
const tagPrefix = 'tag:yaml.org,2002:'

/**
 * Turns parsed YAML nodes into values, by the rules of yaml.v3. One reader reads the nodes of one document in the order of the text,
 * since aliases name what stands before them. What is wrong is collected in `problems`, so that one bad record does not hide the others.
 */
export class YamlReader {
  readonly problems: ValueProblem[] = []
  private readonly anchors = new Map<string, Anchored>()
  private valuesRead = 0
  private aliasedValues = 0
  private readonly values: Map<ParsedNode, Json> | undefined

  /** @param values  filled with the value of every node, for edits that compare what is there with what is wanted */
  constructor(values?: Map<ParsedNode, Json>) {
    this.values = values
  }

  readNode(node: Node, depth: number): Json {
    const value = isAlias(node) ? this.readAlias(node) : this.readAnchored(node, depth)
    if (node) this.values?.set(node, value)
    return value
  }

  private readAnchored(node: Exclude<Node, Alias.Parsed>, depth: number): Json {
    const before = this.valuesRead++
    const value = this.readContent(node, depth)
    const anchor = node?.anchor
    if (anchor !== undefined) this.anchors.set(anchor, { value, size: this.valuesRead - before })
    return value
  }

  /** Name of a map entry: the text of a scalar as it is written, `1` and `true` included; `undefined` with a problem for anything else. */
  readName(key: Node): string | undefined {
    const scalar = isAlias(key) ? this.readAlias(key) : isScalar(key) ? this.checkPairs(key) : undefined
    if (isScalar(key) && key.anchor !== undefined) this.anchors.set(key.anchor, { value: key.source ?? '', size: 1 })
    const name = typeof scalar === 'string' ? scalar : undefined
    if (name === undefined) this.report('a map or list cannot be the name of a value', key)
    else if (name === '__proto__') this.report('the name "__proto__" is not allowed', key)
    else return name
    return undefined
  }

  report(message: string, node: Node): void {
    this.problems.push({ message, offset: node?.range?.[0] ?? 0 })
  }

  private readContent(node: Node, depth: number): Json {
    if (isScalar(node)) return this.readScalar(node)
    if (depth >= nestingMax) {
      this.report(`nested more than ${nestingMax} levels deep`, node)
      return null
    }
    if (isMap(node)) return this.readMap(node, depth)
    if (isSeq(node)) return this.readList(node, depth)
    return null
  }

  private readMap(map: YAMLMap.Parsed, depth: number): Json {
    if (map.tag !== undefined && map.tag !== `${tagPrefix}map`) this.reportTag(map.tag, map)
    const members: Record<string, Json> = {}
    const merged: Json[] = []
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) {
        merged.push(this.readNode(value, depth + 1))
        if (!isMergeable(merged.at(-1))) this.report('"<<" needs a map or a list of maps', key)
        continue
      }
      const name = this.readName(key)
      const member = this.readNode(value, depth + 1)
      if (name === undefined) continue
      if (Object.hasOwn(members, name)) this.report(`the name ${JSON.stringify(name)} is used twice`, key)
      else members[name] = member
    }
    for (const source of merged.flat()) if (isJsonObject(source)) addMissing(members, source)
    return members
  }

  private readList(list: YAMLSeq.Parsed, depth: number): Json {
    if (list.tag !== undefined && list.tag !== `${tagPrefix}seq`) this.reportTag(list.tag, list)
    return list.items.map((item) => this.readNode(item as Node, depth + 1))
  }

  private readAlias(alias: Alias.Parsed): Json {
    const anchored = this.anchors.get(alias.source)
    if (anchored === undefined) {
      this.report(`no anchor "${alias.source}" stands before this alias`, alias)
      return null
    }
    this.aliasedValues += anchored.size
    this.valuesRead += anchored.size
    if (this.aliasedValues > aliasedValuesMax) {
      this.report(`aliases add more than ${aliasedValuesMax} values`, alias)
      return null
    }
    return anchored.value
  }

  private readScalar(scalar: Scalar.Parsed): Json {
    const source = scalar.source
    if (scalar.tag !== undefined && (scalar.tag !== '!' || scalar.type !== 'PLAIN')) return this.readTagged(scalar, scalar.tag)
    if (scalar.type !== 'PLAIN' && scalar.type !== undefined) return this.checkPairs(scalar)
    const value = resolvePlainScalar(source)
    if (value === undefined) this.report(`${source} is not a number that data can hold`, scalar)
    return value ?? null
  }

  private checkPairs(scalar: Scalar.Parsed): string {
    if (scalar.type === 'QUOTE_DOUBLE' && loneSurrogate.test(scalar.source)) this.report('a text has half of a surrogate pair', scalar)
    return scalar.source
  }

  private readTagged(scalar: Scalar.Parsed, tag: string): Json {
    const source = scalar.source
    const type = tag.startsWith(tagPrefix) ? tag.slice(tagPrefix.length) : tag
    if (type === 'str' || type === '!' || type === 'timestamp') return this.checkPairs(scalar)
    if (type === 'merge' && source === '<<') return source // so yaml.v3 writes this text where it stands for a value in a list file
    const value = resolvePlainScalar(source)
    if (type === 'null' && value === null) return null
    if (type === 'bool' && typeof value === 'boolean') return value
    if ((type === 'int' || type === 'float') && typeof value === 'object' && value !== null) return value
    if ((type === 'int' && Number.isInteger(value)) || (type === 'float' && typeof value === 'number')) return value as number
    this.reportTag(tag, scalar)
    return null
  }

  private reportTag(tag: string, node: Node): void {
    this.report(`the tag ${tag.replace(tagPrefix, '!!')} is not supported here`, node)
  }
}

export const isMergeKey = (key: Node): boolean =>
  isScalar(key) && key.source === '<<' && key.type === 'PLAIN' && (key.tag === undefined || key.tag === `${tagPrefix}merge` || key.tag === '!')

const isMergeable = (value: Json | undefined): boolean => isJsonObject(value) || (Array.isArray(value) && value.every((item) => isJsonObject(item)))

const addMissing = (members: Record<string, Json>, source: { readonly [name: string]: Json }): void => {
  for (const [name, value] of Object.entries(source)) if (!Object.hasOwn(members, name)) members[name] = value
}
