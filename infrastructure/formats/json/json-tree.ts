import type { Json } from '../../../domain/json.ts'
import { JsonReader } from './json-reader.ts'

/** A JSON value with its place in the text (`end` is exclusive), for edits that leave everything around it as it is. */
export interface JsonNode {
  readonly start: number
  readonly end: number
  readonly members?: readonly JsonMember[]
  readonly items?: readonly JsonNode[]
  /** Of texts, numbers, true, false and null. */
  readonly value?: Json
}

export interface JsonMember {
  readonly name: string
  /** Where the quoted name starts. */
  readonly start: number
  readonly node: JsonNode
}

/** @param text  valid JSON; throws a `TextProblem` on anything else */
export const readJsonTree = (text: string): JsonNode => readNode(new JsonReader(text), 0)

const readNode = (reader: JsonReader, depth: number): JsonNode => {
  const opening = reader.peek()
  const start = reader.at
  if (opening === '{') {
    const members: JsonMember[] = []
    reader.readMembers((name, offset) => members.push({ name, start: offset, node: readNode(reader, depth + 1) }))
    return { start, end: reader.at, members }
  }
  if (opening === '[') {
    const items: JsonNode[] = []
    reader.readItems(() => items.push(readNode(reader, depth + 1)))
    return { start, end: reader.at, items }
  }
  const value = reader.readValue(depth)
  return { start, end: reader.at, value }
}

export const jsonOf = (node: JsonNode): Json => {
  if (node.members !== undefined) return Object.fromEntries(node.members.map((member) => [member.name, jsonOf(member.node)]))
  return node.items?.map(jsonOf) ?? node.value ?? null
}
