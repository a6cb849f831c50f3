import { isMap, type ParsedNode } from 'yaml'
import { equalJson, isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { ownMember } from '../own-member.ts'
import { composeYaml } from './compose-yaml.ts'
import { editMap, type NameOrder } from './edit-block.ts'
import { editDocument } from './edit-document.ts'
import { editFlow } from './edit-flow.ts'
import { parseYaml } from './parse-yaml.ts'
import { applySplices, NotInPlace, type YamlEdit } from './yaml-edit.ts'
import { detectYamlStyle } from './yaml-format.ts'
import { YamlReader } from './yaml-reader.ts'

/**
 * A YAML text that holds a map, after some of it changed: in place where that is possible, else through the library's document model, which
 * keeps comments. What is new comes in the order of `wanted`.
 * @returns `undefined` where neither gives a text that reads back as what is wanted
 */
export const editYamlText = (text: string, wanted: JsonObject, order: NameOrder): string | undefined => {
  const parsed = parseYaml(text)
  if (!parsed.ok || !isJsonObject(parsed.value)) return undefined
  const current = parsed.value
  if (equalJson(current, wanted)) return text
  const names = [...new Set([...Object.keys(current), ...Object.keys(wanted)])]
  const changes = names
    .filter((name) => !equalJson(ownMember(current, name), ownMember(wanted, name)))
    .map((name) => ({ path: [name], value: ownMember(wanted, name) }) as const)
  return [() => editInPlace(text, wanted, order), () => editDocument(text, changes, detectYamlStyle(text))]
    .map((attempt) => attempt())
    .find((edited) => edited !== undefined && holds(edited, wanted))
}

const editInPlace = (text: string, wanted: JsonObject, order: NameOrder): string | undefined => {
  const root = composeYaml(text)?.contents
  if (!isMap(root)) return undefined
  const values = new Map<ParsedNode, Json>()
  const edit: YamlEdit = { text, values, style: { ...detectYamlStyle(text), orderNames: Object.keys }, splices: [] }
  new YamlReader(values).readNode(root, 0)
  try {
    if (root.flow === true) edit.splices.push({ start: root.range[0], end: root.range[1], text: editFlow(edit, root, wanted) })
    else editMap(edit, root, { wanted, order })
    return applySplices(edit)
  } catch (error) {
    if (error instanceof NotInPlace) return undefined
    throw error
  }
}

const holds = (text: string, wanted: JsonObject): boolean => {
  const parsed = parseYaml(text)
  return parsed.ok && equalJson(parsed.value, wanted)
}
