import { isMap, isScalar } from 'yaml'
import { composeYaml } from './compose-yaml.ts'
import { chooseScalarStyle, quoteDouble, quoteSingle } from './scalar-style.ts'
import { applySplices } from './yaml-edit.ts'

/**
 * Gives members of a map inside other names, and touches nothing else. Names that are not there are left out.
 * @param path  names that lead to the map
 * @param render  old name → new one as it stands in the text
 */
export const renameYamlNames = (text: string, path: readonly string[], render: ReadonlyMap<string, string>): string => {
  const root: unknown = composeYaml(text)?.contents
  const map = path.reduce<unknown>(
    (node, name) => (isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.source === name)?.value : undefined),
    root,
  )
  if (!isMap(map)) return text
  const splices = map.items.flatMap(({ key }) => {
    const name = isScalar(key) ? render.get(key.source ?? '') : undefined
    const range = isScalar(key) ? key.range : undefined
    return name === undefined || range == null ? [] : [{ start: range[0], end: range[1], text: name }]
  })
  return applySplices({ text, splices, values: new Map(), style: { indent: 4, keepEmoji: true } })
}

/** The text of one record whose fields get other names. @param names  old name → new name */
export const renameYamlRecord = (text: string, names: Readonly<Record<string, string>>): string =>
  renameYamlNames(text, [], new Map(Object.entries(names).map(([old, name]) => [old, renderYamlName(name)])))

/** A name as it stands in a YAML text. */
export const renderYamlName = (name: string): string => {
  const style = chooseScalarStyle(name, { flow: true, name: true, keepEmoji: true })
  if (style === 'plain') return name
  return style === 'single' ? quoteSingle(name) : quoteDouble(name, true)
}
