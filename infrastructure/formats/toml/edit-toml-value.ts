import { equalJson, isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { assemble, mergeParts, type Part } from '../assemble.ts'
import { compareCodePoints } from '../member-order.ts'
import { ownMember } from '../own-member.ts'
import { isDateText } from './toml-scalars.ts'
import type { TomlEntry, TomlValue } from './toml-tree.ts'
import { canBeLiteral, renderTomlBasic, renderTomlInline, renderTomlName } from './write-toml.ts'

/** How texts of several lines are written where such a text was: as one, or with escapes on one line. */
export interface TomlEditStyle {
  readonly keepLines: boolean
}

/** New text of a value: only what differs inside it is written anew; texts keep their quotes, and dates that were no texts stay so. */
export const editTomlValue = (text: string, node: TomlValue, { wanted, style }: { readonly wanted: Json; readonly style: TomlEditStyle }): string => {
  if (equalJson(node.value, wanted)) return text.slice(node.start, node.end)
  if (typeof wanted === 'string') return renderLike(text, node, { wanted, style })
  const { members, items } = node
  if (members !== undefined && members.length > 0 && isJsonObject(wanted) && members.every(({ names }) => names.length === 1))
    return editInlineTable(text, { node, members }, { wanted, style })
  if (items !== undefined && items.length > 0 && Array.isArray(wanted) && wanted.length >= items.length)
    return editArray(text, { node, items }, { wanted, style })
  return renderTomlInline(wanted)
}

const renderLike = (text: string, node: TomlValue, { wanted, style }: { readonly wanted: string; readonly style: TomlEditStyle }): string => {
  if (node.style === 'date' && isDateText(wanted)) return wanted
  if (node.style === 'multi-line' && style.keepLines && wanted.includes('\n')) return renderLines(text.charAt(node.start), wanted)
  return node.style === 'literal' && canBeLiteral(wanted)
    ? `'${wanted}'`
    : node.style === 'bare' || node.style === 'date'
      ? renderTomlInline(wanted)
      : renderTomlBasic(wanted)
}

const renderLines = (quote: string, text: string): string => {
  if (quote === "'" && text.split('\n').every((line) => canBeLiteral(line))) return `'''\n${text}'''`
  return `"""\n${text
    .split('\n')
    .map((line) => renderTomlBasic(line).slice(1, -1))
    .join('\n')}"""`
}

interface ValueChange<Wanted extends Json> {
  readonly wanted: Wanted
  readonly style: TomlEditStyle
}

const editInlineTable = (
  text: string,
  { node, members }: { readonly node: TomlValue; readonly members: readonly TomlEntry[] },
  { wanted, style }: ValueChange<JsonObject>,
): string => {
  const kept = new Map<string, Part>()
  members.forEach(({ names: [name = ''], start, value }, from) => {
    const member = ownMember(wanted, name)
    if (member !== undefined) kept.set(name, { from, text: text.slice(start, value.start) + editTomlValue(text, value, { wanted: member, style }) })
  })
  const added = Object.entries(wanted).filter(([name]) => !kept.has(name))
  const parts = mergeParts(kept, new Map(added.map(([name, value]) => [name, { text: `${renderTomlName(name)} = ${renderTomlInline(value)}` }])), {
    columns: [],
    compare: compareCodePoints,
  })
  const spans = members.map(({ start, value }) => ({ start, end: value.end }))
  return assemble(text, { start: node.start, end: node.end, spans }, { parts, comma: ', ' })
}

/** A list whose first items stay where they are; items that come behind them stand as the others do, comments aside. */
const editArray = (
  text: string,
  { node, items }: { readonly node: TomlValue; readonly items: readonly TomlValue[] },
  { wanted, style }: ValueChange<readonly Json[]>,
): string => {
  let result = ''
  let at = node.start
  for (const [index, item] of items.entries()) {
    result += text.slice(at, item.start) + editTomlValue(text, item, { wanted: wanted[index] ?? null, style })
    at = item.end
  }
  const lead = /^\s*$/.exec(text.slice(node.start + 1, items[0]?.start))?.[0] ?? ''
  const separator = lead.includes('\n') ? `,${lead.replaceAll('\r', '')}` : ', '
  const added = wanted.slice(items.length).map((item) => separator + renderTomlInline(item))
  return result + added.join('') + text.slice(at, node.end)
}
