import type { BadRecord } from '../../../domain/import/source-record.ts'
import { recordLengthMax } from './text-lines.ts'

/** Of a text that cannot be read, as much as a person needs to find it. */
const textMax = 64 * 1024

export const badRecord = (line: number, text: string, message: string): BadRecord => ({
  line,
  problem: { rule: 'parse', message },
  text: text.length > textMax ? text.slice(0, textMax) : text,
})

export const tooLong = (line: number, text: string): BadRecord => ({
  ...badRecord(line, text, ''),
  problem: { rule: 'too-large', message: `the record is longer than ${recordLengthMax} characters` },
})
