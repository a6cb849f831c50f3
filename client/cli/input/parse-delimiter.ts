import { InvalidArgumentError } from 'commander'

/** One character between cells, by itself or by its name. @param others  words that are taken as they are */
export const parseDelimiter = (text: string, others: readonly string[]): string => {
  if (others.includes(text)) return text
  const delimiter = text === 'tab' || text === '\\t' ? '\t' : text
  if (delimiter.length === 1 && !/["\r\n]/.test(delimiter)) return delimiter
  throw new InvalidArgumentError(
    `It must be ${['one character', '"tab"', ...others.map((word) => `"${word}"`)].join(', ').replace(/, ([^,]*)$/, ' or $1')}.`,
  )
}
