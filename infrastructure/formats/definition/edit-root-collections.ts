import { isMap, isScalar, type ParsedNode, type YAMLMap } from 'yaml'
import { compareCodePoints } from '../member-order.ts'
import { composeYaml } from '../yaml/compose-yaml.ts'

/**
 * Adds `key: path` to the text of a `root-collections.yaml` that can be parsed, and touches nothing else: at its sorted place when the keys
 * are sorted by bytes, else at the end. The line has the form of the Go writer, unquoted.
 */
export const insertEntry = (text: string, key: string, path: string): string => {
  const entry = `${plain(key)}: ${plain(path)}`
  const map = mapIn(text)
  if (map?.flow === true) return rewriteFlow(text, map, [...map.items.map((pair) => sourceOf(text, pair)), entry])
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const pairs = map?.items ?? []
  const [first] = pairs
  if (first === undefined) return `${endLine(text, eol)}${entry}${eol}`
  const next = isSorted(pairs) ? pairs.findIndex((pair) => compareCodePoints(key, nameOf(pair)) < 0) : -1
  const previous = pairs.at(next === -1 ? -1 : next - 1)
  const at = next === 0 || previous === undefined ? startOfLine(text, startOf(first)) : endOfLine(text, endOf(previous))
  const indent = /^[ \t]*/.exec(text.slice(startOfLine(text, startOf(first))))?.[0] ?? ''
  return `${endLine(text.slice(0, at), eol)}${indent}${entry}${eol}${text.slice(at)}`
}

/** Gives a key that is there another path, and touches nothing else. */
export const setEntry = (text: string, key: string, path: string): string => {
  const value = mapIn(text)?.items.find((each) => nameOf(each) === key)?.value
  return value == null ? text : text.slice(0, value.range[0]) + plain(path) + text.slice(value.range[1])
}

/** Takes the line of a key out, and leaves everything else as it is, comments above it included. An unknown key changes nothing. */
export const removeEntry = (text: string, key: string): string => {
  const map = mapIn(text)
  const pair = map?.items.find((each) => nameOf(each) === key)
  if (map === undefined || pair === undefined) return text
  if (map.flow === true)
    return rewriteFlow(
      text,
      map,
      map.items.filter((each) => each !== pair).map((each) => sourceOf(text, each)),
    )
  return text.slice(0, startOfLine(text, startOf(pair))) + text.slice(endOfLine(text, endOf(pair)))
}

/** The characters of ids are plain in YAML, but one word is not a text even there. */
const plain = (id: string): string => (/^null$/i.test(id) ? `"${id}"` : id)

type Map = YAMLMap.Parsed
type Pair = Map['items'][number]

const mapIn = (text: string): Map | undefined => {
  const contents: ParsedNode | null | undefined = composeYaml(text)?.contents
  return isMap(contents) ? contents : undefined
}

const nameOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.source ?? '') : '')
const startOf = (pair: Pair): number => pair.key.range[0]
const endOf = (pair: Pair): number => pair.value?.range[1] ?? pair.key.range[1]
const sourceOf = (text: string, pair: Pair): string => text.slice(startOf(pair), endOf(pair))

const isSorted = (pairs: readonly Pair[]): boolean =>
  pairs.every((pair, index) => {
    const before = pairs[index - 1]
    return before === undefined || compareCodePoints(nameOf(before), nameOf(pair)) < 0
  })

const startOfLine = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1

const endOfLine = (text: string, offset: number): number => {
  const newline = text.indexOf('\n', offset)
  return newline === -1 ? text.length : newline + 1
}

const endLine = (text: string, eol: string): string => (text === '' || text.endsWith('\n') ? text : text + eol)

const rewriteFlow = (text: string, map: Map, entries: readonly string[]): string =>
  `${text.slice(0, map.range[0])}{${entries.join(', ')}}${text.slice(map.range[1])}`
