import { type JsonNode, readJsonTree } from './json-tree.ts'

/**
 * Gives members of an object inside a valid JSON text other names, and touches nothing else. Names that are not there are left out.
 * @param path  names that lead to the object
 */
export const renameJsonNames = (text: string, path: readonly string[], names: Readonly<Record<string, string>>): string => {
  const object = path.reduce<JsonNode | undefined>((node, name) => node?.members?.find((member) => member.name === name)?.node, readJsonTree(text))
  return [...(object?.members ?? [])].reverse().reduce((edited, { name, start }) => {
    const wanted = Object.hasOwn(names, name) ? names[name] : undefined
    const quoted = /^"(?:[^"\\]|\\.)*"/.exec(edited.slice(start))?.[0]
    if (wanted === undefined || quoted === undefined) return edited
    return edited.slice(0, start) + JSON.stringify(wanted) + edited.slice(start + quoted.length)
  }, text)
}
