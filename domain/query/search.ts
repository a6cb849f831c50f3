import type { Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import { isJsonObject } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Search, SearchTerm } from './filter.ts'
import { over } from './filter-limits.ts'

const limits = {
  text: { what: 'search text', limit: 1_000, unit: 'characters' },
  words: { what: 'search text', limit: 32, unit: 'words' },
} as const

/**
 * Reads what people type into a search box: words that must all be there, `"words in a row"`, `begin*`, `-word` for one that must not be there.
 * Everything else is no syntax: other signs only end words.
 *
 * @returns `invalid-input` for a text without a word that must be there or with a quote that is not closed, `limit-exceeded` for a long one
 */
export const parseSearch = (text: string): Result<Search> => {
  const tooLong = over(limits.text, text.length)
  if (tooLong !== undefined) return fail(tooLong)
  const all: SearchTerm[] = []
  const none: SearchTerm[] = []
  for (const [, minus, quoted, closed, bare, star] of text.matchAll(/(?<=^|\s)(-?)(?:"([^"]*)("?)|([^\s"*]+))(\*?)|"/gu)) {
    if (quoted === undefined && bare === undefined) continue
    if (quoted !== undefined && closed === '') return fail(refusal(text, 'a quote is not closed'))
    const words = splitWords(quoted ?? bare ?? '')
    if (words.length > 0) (minus === '-' ? none : all).push({ words, isPrefix: star === '*' })
  }
  const count = [...all, ...none].reduce((sum, { words }) => sum + words.length, 0)
  const tooMany = over(limits.words, count)
  if (tooMany !== undefined) return fail(tooMany)
  return all.length === 0 ? fail(refusal(text, 'there is no word in it that records must have')) : ok({ all, none })
}

const refusal = (value: string, why: string): Failure => ({
  kind: 'invalid-input',
  issues: [{ rule: 'search', message: `search: ${why}. Example: tea "green leaves" cook* -milk`, field: '/search', value }],
})

/** Characters of scripts that put no spaces between words: each is a word, so that any part of a text can be found. */
const word = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])[\p{L}\p{N}\p{M}])+/gu
const wordLengthMax = 64

/** Words of a text as they are compared: letters and digits, in small letters, without accents. Only the first 64 characters of a word count. */
export const splitWords = (text: string): readonly string[] =>
  (
    text
      .normalize('NFKD')
      .replace(/[\u0300-\u036f]/g, '')
      .toLowerCase()
      .normalize('NFKC')
      .match(word) ?? []
  ).map((found) => (found.length <= wordLengthMax ? found : [...found].slice(0, wordLengthMax).join('')))

/** Stands between texts of one field, so that no words in a row go from one to the next. It is no letter: nobody can search for it. */
const wordBreak = '\ue000'

/** Words of a field: of its text, or of all texts in a list or object. */
export const wordsOfField = (value: Json | undefined): readonly string[] => {
  if (typeof value === 'string') return splitWords(value)
  const parts = Array.isArray(value) ? (value as readonly Json[]) : isJsonObject(value) ? Object.values(value) : []
  return parts.flatMap((part) => {
    const words = wordsOfField(part)
    return words.length === 0 ? [] : [...words, wordBreak]
  })
}

/** What the rank of a record is made of: one word of what was searched for. */
export interface RankedWord {
  readonly word: string
  readonly isPrefix: boolean
}

/** The words that count for the rank, each once. */
export const rankedWords = ({ all }: Search): readonly RankedWord[] => {
  const words = all.flatMap(({ words: phrase, isPrefix }) =>
    phrase.map((each, index) => ({ word: each, isPrefix: isPrefix && index === phrase.length - 1 })),
  )
  return [...new Map(words.map((each) => [JSON.stringify(each), each])).values()]
}

/**
 * How well a record fits. A word counts the more the rarer it is in the table; finding it again counts less each time; in the field that `search`
 * names first it counts full, in the next one half, then a third. Made of nothing but the records of one commit: the same wherever it is computed.
 *
 * @param counts   for each word how often it occurs in each field
 * @param rarity   for each word, see `rarityOf`
 */
export const scoreOf = (counts: readonly (readonly number[])[], rarity: readonly number[]): number =>
  counts.reduce(
    (sum, fields, index) => sum + (rarity[index] ?? 0) * fields.reduce((all, count, field) => all + count / (count + saturation) / (field + 1), 0),
    0,
  )

const saturation = 1.2

/** @param found  records that have the word, of `total` */
export const rarityOf = (found: number, total: number): number => Math.log(1 + (total - found + 0.5) / (found + 0.5))
