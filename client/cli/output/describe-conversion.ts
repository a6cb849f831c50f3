import { sayText } from '../../../api/contract/describe-failure.ts'
import type { Conversion } from '../local.ts'

/** Lines of one list that are printed; of more there is a count. */
const linesMax = 40

/** A conversion for people: a line a table, then files, what is said otherwise, and what stays as it is with the reason. */
export const describeConversion = ({ tables, written, moved, removed, notes, left }: Conversion['plan']): string => {
  const lines = ({ path, why }: { readonly path: string; readonly why: string }): string => `${sayText(path)}: ${sayText(why)}`
  const defined = new Set(tables.map(({ definition }) => definition))
  return [
    section(
      'Tables:',
      tables.map(
        ({ id, from, definition, files }) =>
          `${id}: ${sayText(from)} -> ${sayText(definition)}, ${files} ${files === 1 ? 'file' : 'files'} of records`,
      ),
    ),
    section(
      'Moved as they are:',
      [...moved].map(([from, to]) => `${sayText(from)} -> ${sayText(to)}`),
    ),
    section('Written:', [...written.keys()].filter((path) => !defined.has(path)).map(sayText)),
    section('Removed, since all of it is converted:', removed.map(sayText)),
    section('Said otherwise:', notes.map(lines)),
    section('Not converted, and left as it is:', left.map(lines)),
  ].join('')
}

const section = (title: string, lines: readonly string[]): string => {
  if (lines.length === 0) return ''
  const shown = lines.slice(0, linesMax).map((line) => `  ${line}\n`)
  return `${title}\n${shown.join('')}${lines.length > linesMax ? `  … and ${lines.length - linesMax} more\n` : ''}`
}
