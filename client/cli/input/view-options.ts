import { type Command, InvalidArgumentError } from 'commander'

/** Patterns of an option whose value may be left out: true then, and everything is meant. */
export type Selection = readonly string[] | true

export const parsePatterns = (text: string): readonly string[] => {
  const parts = text.split(/[,;]/).flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))
  if (parts.length === 0) throw new InvalidArgumentError('It must be patterns between commas.')
  return parts
}

/** The patterns, where there are any. */
export const toPatterns = (selection: Selection | undefined): readonly string[] | undefined => (selection === true ? undefined : selection)

export const addViewOptions = (command: Command): Command =>
  command
    .option('--views [patterns]', 'only views whose name, or table/name, matches: active, users/*', parsePatterns)
    .option('--records-delimiter [0|1]', 'INGR: a line between records, 1, or none, 0, whatever the views say', parseDelimiter)

/** Given without a value it is 1. */
export const toDelimiter = (value: boolean | undefined): { readonly recordsDelimiter?: boolean } =>
  value === undefined ? {} : { recordsDelimiter: value }

const parseDelimiter = (text: string): boolean => {
  if (text === '1' || text === 'true') return true
  if (text === '0' || text === 'false') return false
  throw new InvalidArgumentError('It must be 0 or 1.')
}
