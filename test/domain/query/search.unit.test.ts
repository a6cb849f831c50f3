import { describe, expect, test } from 'vitest'
import { parseSearch, splitWords, wordsOfField } from '../../../domain/query/search.ts'

const read = (text: string) => {
  const search = parseSearch(text)
  const say = ({ words, isPrefix }: { words: readonly string[]; isPrefix: boolean }) => words.join(' ') + (isPrefix ? '*' : '')
  return search.ok ? [search.value.all.map(say), search.value.none.map(say)] : search.failure
}

describe('a search text', () => {
  test.each([
    ['Green Tea', ['green', 'tea'], []],
    ['"green  tea" -milk', ['green tea'], ['milk']],
    ['cook* "hot wat"*', ['cook*', 'hot wat*'], []],
    ['tea -"with milk" -sug*', ['tea'], ['with milk', 'sug*']],
    ['e-mail C++', ['e mail', 'c'], []],
    ['tea AND NOT (milk OR x) NEAR(a,b)', ['tea', 'and', 'not', 'milk', 'or', 'x', 'near a b'], []],
    ['Čapek ＡＢＣ', ['capek', 'abc'], []],
    ['北京', ['北 京'], []],
    ["tea'); drop table t1 --", ['tea', 'drop', 'table', 't1'], []],
    ['name:tea ^tea', ['name tea', 'tea'], []],
  ])('%s asks for words', (text, all, none) => {
    expect(read(text)).toEqual([all, none])
  })

  test.each([
    ['', /no word/],
    ['  ', /no word/],
    ['-milk', /no word/],
    ['!!! ()', /no word/],
    ['"green tea', /quote is not closed/],
  ])('%j is refused, and says why', (text, message) => {
    expect(read(text)).toMatchObject({ kind: 'invalid-input', issues: [{ rule: 'search', message: expect.stringMatching(message) }] })
  })

  test('that is too long is refused', () => {
    expect(read('x'.repeat(1_001))).toMatchObject({ kind: 'limit-exceeded', limit: 1_000 })
    expect(read('x '.repeat(33))).toMatchObject({ kind: 'limit-exceeded', limit: 32, unit: 'words' })
  })
})

test('words are letters and digits without accents and case; of a long one the beginning counts', () => {
  expect(splitWords('Crème brûlée, 2×! naïve\u0000x')).toEqual(['creme', 'brulee', '2', 'naive', 'x'])
  expect(splitWords('y'.repeat(100))).toEqual(['y'.repeat(64)])
})

test('all texts in lists and objects have words, and no words in a row go from one to the next', () => {
  const words = wordsOfField({ a: ['one two', 3, { b: 'three' }], c: true })
  expect(words.filter((word) => /\p{L}/u.test(word))).toEqual(['one', 'two', 'three'])
  expect(words.slice(0, 3)).not.toContain('three')
})
