/**
 * Members of a JSON object as they are written, without parsing their values: exact digits survive, and a field costs no more than finding its end.
 *
 * @param text compact JSON object (no space between tokens), as the read model stores records
 * @returns member name → JSON text of its value, in the object's order
 */
export const readMembers = (text: string): ReadonlyMap<string, string> => {
  const members = new Map<string, string>()
  for (let start = 1; start < text.length - 1; ) {
    const nameEnd = findStringEnd(text, start)
    const valueEnd = findValueEnd(text, nameEnd + 1)
    members.set(parseString(text.slice(start, nameEnd)), text.slice(nameEnd + 1, valueEnd))
    start = valueEnd + 1
  }
  return members
}

/** Items of a compact JSON array, each as its JSON text. */
export const readItems = (text: string): readonly string[] => {
  const items: string[] = []
  for (let start = 1; start < text.length - 1; ) {
    const end = findValueEnd(text, start)
    items.push(text.slice(start, end))
    start = end + 1
  }
  return items
}

/** JSON text of the value at a path of member names and array positions; `undefined` when there is none. */
export const readPath = (text: string, path: readonly string[]): string | undefined => {
  let value: string | undefined = text
  for (const step of path) {
    if (value?.startsWith('{')) value = readMembers(value).get(step)
    else if (value?.startsWith('[') && /^(0|[1-9]\d*)$/.test(step)) value = readItems(value)[Number(step)]
    else return undefined
  }
  return value
}

/** The text of a JSON string, `undefined` for every other value. */
export const readText = (json: string): string | undefined => (json.startsWith('"') ? parseString(json) : undefined)

const parseString = (json: string): string => {
  const value: unknown = JSON.parse(json)
  if (typeof value !== 'string') throw new Error('not the JSON text of a string')
  return value
}

/** Index after the closing quote of the string that starts at `start`. */
const findStringEnd = (text: string, start: number): number => {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text[end - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return end + 1
  }
  throw new Error('not compact JSON: a string does not end')
}

/** Index after the value that starts at `start`: where a comma or the bracket around it stands. */
const findValueEnd = (text: string, start: number): number => {
  let depth = 0
  for (let index = start; index < text.length; index++) {
    const character = text[index]
    if (character === '"') index = findStringEnd(text, index) - 1
    else if (character === '{' || character === '[') depth++
    else if (depth === 0 && (character === ',' || character === '}' || character === ']')) return index
    else if (character === '}' || character === ']') depth--
  }
  throw new Error('not compact JSON: a value does not end')
}
