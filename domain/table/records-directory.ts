import { recordsDirectory } from './record-path.ts'

/**
 * A directory for records as `layout.yaml` and commands say it: `.` is the table's own, anything else lies below it.
 * @returns the directory as `Table.recordsDirectory` has it; `undefined` for what leads elsewhere, hides, or is git's
 */
export const parseRecordsDirectory = (text: string): string | undefined => {
  if (text === '.') return ''
  const names = text.replace(/^\.\//, '').replace(/\/$/, '').split('/')
  const isGood = names.every((name) => name !== '' && !name.startsWith('.') && !/[\\{}\u0000-\u001f]/.test(name) && !/[. ]$/.test(name))
  return isGood && (names.length === 1 || !names.includes(recordsDirectory)) ? names.join('/') : undefined
}

export const explainRecordsDirectory =
  'records_directory must be "." or a directory below that of the table: names joined by "/" that do not start with a dot'
