import { formatAddress } from '../../../api/contract/address.ts'
import { sayText } from '../../../api/contract/describe-failure.ts'
import type { OperationAnswer } from '../../../api/contract/operations.ts'
import { countColumns, cutMiddle } from './text-width.ts'

export type Conflict = OperationAnswer<'mergeBranch'>['conflicts'][number]
type LastChange = NonNullable<Conflict['oursBy']>

export interface ConflictStyle {
  readonly color: boolean
  /** Columns of the terminal; values are cut to fit. Absent: nothing is cut. */
  readonly width?: number | undefined
}

/** Conflicts shown; who has more settles them by rule, or reads them as JSON. */
const conflictsMax = 50

/** What is in conflict, for people: a record or file as a heading, below it each field with its three sides, who made them and when. */
export const formatConflicts = (conflicts: readonly Conflict[], style: ConflictStyle): string => {
  const shown = conflicts.slice(0, conflictsMax)
  const groups = groupBySubject(shown)
  const more = conflicts.length - shown.length
  const texts = [...groups].map(([subject, members]) =>
    [paint(subject, 1, style), ...members.flatMap((each) => formatConflict(each, style))].map((line) => `${line}\n`).join(''),
  )
  const rest = more > 0 ? [`and ${more.toLocaleString('en')} more: --format json lists all\n`] : []
  return [...texts, ...rest].join('\n')
}

const groupBySubject = (conflicts: readonly Conflict[]): ReadonlyMap<string, readonly Conflict[]> => {
  const groups = new Map<string, Conflict[]>()
  for (const conflict of conflicts) {
    const subject = nameSubject(conflict)
    const members = groups.get(subject)
    if (members === undefined) groups.set(subject, [conflict])
    else members.push(conflict)
  }
  return groups
}

/** The record or the file that a conflict is about. */
export const nameSubject = ({ table, id, file }: Conflict): string => {
  if (file !== undefined) return sayText(file)
  return table === undefined ? 'the database' : sayText(id === undefined ? table : formatAddress({ table, id }))
}

/** The field of a record or the place in a definition; empty for all of it. */
export const namePlace = ({ pointer = '' }: Conflict): string => sayText(/^\/[^/~]+$/.test(pointer) ? pointer.slice(1) : pointer)

/** The lines below a heading. */
export const formatConflict = (conflict: Conflict, style: ConflictStyle): readonly string[] => {
  const place = namePlace(conflict)
  return [`  ${place === '' ? '' : `${paint(place, 36, style)}: `}${sayText(conflict.message)}`, ...formatSides(conflict, style)]
}

const formatSides = (conflict: Conflict, style: ConflictStyle): readonly string[] => {
  const { type, base, ours, theirs, oursBy, theirsBy, involved = [] } = conflict
  if (type === 'file') return []
  if (type === 'constraint') return involved.map((record) => `    ${sayText(formatAddress(record))}${sayChanges(record, style)}`)
  const removed = base === undefined ? 'nothing' : type === 'record' ? 'deleted' : 'removed'
  const rows: readonly (readonly [string, string, LastChange | undefined])[] = [
    ['base  ', base ?? 'nothing', undefined],
    ['ours  ', ours ?? removed, oursBy],
    ['theirs', theirs ?? removed, theirsBy],
  ]
  const width = Math.min(40, Math.max(...rows.map(([, value]) => countColumns(escapeControls(value)))))
  return rows.flatMap(([side, value, by]) => formatSide({ side, value: escapeControls(value), by, width }, style))
}

const indent = ' '.repeat(12)

/** The value and, in the same line where there is room, who made it. */
const formatSide = (
  { side, value, by, width }: { readonly side: string; readonly value: string; readonly by: LastChange | undefined; readonly width: number },
  style: ConflictStyle,
): readonly string[] => {
  const cut = style.width === undefined ? value : cutMiddle(value, Math.max(16, style.width - indent.length))
  const start = `    ${paint(side, sideColors[side.trim()] ?? 0, style)}  ${cut}`
  if (by === undefined) return [start]
  const who = sayChange(by)
  const used = indent.length + Math.max(width, countColumns(cut)) + 2
  const hasRoom = countColumns(cut) <= width && (style.width === undefined || used + countColumns(who) <= style.width)
  if (hasRoom) return [`${start}${' '.repeat(width - countColumns(cut) + 2)}${paint(who, 2, style)}`]
  return [start, `${indent}${paint(style.width === undefined ? who : cutMiddle(who, Math.max(16, style.width - indent.length)), 2, style)}`]
}

const sideColors: Readonly<Record<string, number>> = { ours: 32, theirs: 35 }

const sayChanges = ({ oursBy, theirsBy }: Pick<Conflict, 'oursBy' | 'theirsBy'>, style: ConflictStyle): string => {
  const sides = [
    ...(oursBy === undefined ? [] : [`ours: ${sayChange(oursBy)}`]),
    ...(theirsBy === undefined ? [] : [`theirs: ${sayChange(theirsBy)}`]),
  ]
  return sides.length === 0 ? '' : paint(`  ${sides.join('; ')}`, 2, style)
}

const sayChange = ({ author, time, commit }: LastChange): string =>
  `${sayText(author.name)}, ${time.slice(0, 16).replace('T', ' ')}, ${commit.slice(0, 8)}`

/** Bytes that move the cursor never reach the terminal. */
const escapeControls = (text: string): string =>
  text.replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

export const paint = (text: string, code: number, { color }: Pick<ConflictStyle, 'color'>): string =>
  color && code > 0 && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text
