import { formatAddress } from '../../../api/contract/address.ts'
import { sayText } from '../../../api/contract/describe-failure.ts'
import type { Item } from '../input/conflict-list.ts'
import { type ConflictStyle, formatConflict, namePlace, nameSubject, paint } from './format-conflicts.ts'
import { countColumns, cutMiddle } from './text-width.ts'

export interface ConflictScreen {
  readonly title: string
  readonly items: readonly Item[]
  /** The conflict under the cursor. */
  readonly at: number
  /** The record that is meant, of those that a broken rule involves. */
  readonly record: number
  /** What the last key did, or why it did nothing. */
  readonly notice: string
}

interface Size {
  readonly columns: number
  readonly rows: number
}

/** Lines of a screen: the conflicts around the cursor, the one under it with its sides, and the keys. At most `rows`, none wider than `columns`. */
export const drawConflicts = (screen: ConflictScreen, { columns, rows }: Size, color: boolean): readonly string[] => {
  const { title, items, at, notice } = screen
  const style: ConflictStyle = { color, width: columns }
  const open = items.filter(({ settled }) => settled === undefined).length
  const count = open === 0 ? 'all settled' : `${open.toLocaleString('en')} of ${items.length.toLocaleString('en')} open`
  const head = [paint(cutMiddle(sayText(title), columns), 1, style), paint(cutMiddle(count, columns), 2, style), '']
  const keys = wrapKeys(keysOf(items[at], open), columns)
    .slice(0, Math.max(1, rows - 10))
    .map((line) => paint(line, 2, style))
  const foot = ['', paint(cutMiddle(sayText(notice), columns), 33, style), ...keys]
  const room = Math.max(4, rows - 1 - head.length - foot.length)
  const detail = describeItem(screen, style)
  const listed = Math.max(3, Math.min(items.length, room - Math.min(detail.length, room - 4)))
  const details = detail.slice(0, Math.max(1, room - listed))
  return [...head, ...listItems(screen, listed, style), ...details, ...foot]
}

const listItems = ({ items, at }: ConflictScreen, count: number, style: ConflictStyle): readonly string[] => {
  const first = Math.max(0, Math.min(at - Math.floor(count / 2), items.length - count))
  const width = style.width ?? 80
  return items.slice(first, first + count).map(({ conflict, settled }, index) => {
    const place = conflict.type === 'constraint' ? (conflict.rule ?? '') : namePlace(conflict)
    const state = settled ?? ''
    const name = cutMiddle(`${nameSubject(conflict)}${place === '' ? '' : ` ${place}`}`, Math.max(8, width - 5 - countColumns(state)))
    const line = `${first + index === at ? '›' : ' '} ${settled === undefined ? '○' : '●'} ${name}`
    const shown = first + index === at ? paint(line, 7, style) : settled === undefined ? line : paint(line, 2, style)
    return state === '' ? shown : `${shown} ${paint(state, 32, style)}`
  })
}

const describeItem = ({ items, at, record }: ConflictScreen, style: ConflictStyle): readonly string[] => {
  const item = items[at]
  if (item === undefined) return ['', 'Nothing is in conflict.']
  const { conflict } = item
  const lines = formatConflict(conflict, style).map((line) => line.slice(2))
  const { involved = [] } = conflict
  if (conflict.type !== 'constraint' || involved.length === 0) return ['', ...wrapFirst(lines, style.width ?? 80)]
  const [message = '', ...records] = lines
  const marked = records.map((line, index) => `${index === record ? '›' : ' '} ${index + 1} ${line.trimStart()}`)
  const meant = involved[record]
  const hint = meant === undefined ? [] : ['', `The keys settle ${sayText(formatAddress(meant))}; a number chooses another record.`]
  return ['', ...wrapFirst([message], style.width ?? 80), ...marked.map((line) => (style.color ? line : cutMiddle(line, style.width ?? 80))), ...hint]
}

/** The explanation may be longer than a line; values are cut already. */
const wrapFirst = ([first = '', ...rest]: readonly string[], width: number): readonly string[] => {
  const words = first.split(' ')
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    if (line !== '' && countColumns(line) + 1 + countColumns(word) > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line, ...rest]
}

const keysOf = (item: Item | undefined, open: number): readonly string[] => [
  '↑↓ move',
  ...(item === undefined ? [] : ['o ours', 't theirs', 'b base']),
  ...(item === undefined || item.conflict.type === 'file' ? [] : ['e edit', 'd delete']),
  ...(item?.settled === undefined ? ['s skip'] : ['u undo']),
  ...(open === 0 ? ['f finish'] : []),
  'q leave',
]

const wrapKeys = (keys: readonly string[], columns: number): readonly string[] => {
  const lines: string[] = []
  for (const key of keys) {
    const last = lines.at(-1)
    if (last !== undefined && countColumns(last) + 3 + countColumns(key) <= columns) lines[lines.length - 1] = `${last}   ${key}`
    else lines.push(key)
  }
  return lines
}
