const letter = /^\p{L}/u
const digit = /^\p{Nd}/u

/**
 * Order of map keys in yaml.v3: letters after everything else, except that a number ends before a letter goes on (`a2`, `a10`, `a2b`),
 * and runs of digits by their value.
 */
export const compareNaturally = (a: string, b: string): number => {
  const left = [...a]
  const right = [...b]
  let afterDigit = false
  for (let at = 0; at < left.length && at < right.length; at++) {
    const [x = '', y = ''] = [left[at], right[at]]
    if (x !== y) return compareAt(left, right, { at, afterDigit })
    afterDigit = digit.test(x)
  }
  return left.length - right.length
}

const compareAt = (left: readonly string[], right: readonly string[], { at, afterDigit }: { at: number; afterDigit: boolean }): number => {
  const [x = '', y = ''] = [left[at], right[at]]
  const [isLetter, otherIsLetter] = [letter.test(x), letter.test(y)]
  if (isLetter && otherIsLetter) return codeOf(x) - codeOf(y)
  if (isLetter || otherIsLetter) return isLetter === afterDigit ? -1 : 1
  // A zero inside a number counts as a digit of it, a leading one does not.
  const start = (x === '0' || y === '0') && isInsideNumber(left, at) ? 1 : 0
  const [number, otherNumber] = [readDigits(left, at, start), readDigits(right, at, start)]
  if (number.value !== otherNumber.value) return number.value - otherNumber.value
  return number.end === otherNumber.end ? codeOf(x) - codeOf(y) : number.end - otherNumber.end
}

const isInsideNumber = (characters: readonly string[], at: number): boolean => {
  for (let before = at - 1; before >= 0 && digit.test(characters[before] ?? ''); before--) if (characters[before] !== '0') return true
  return false
}

const readDigits = (characters: readonly string[], from: number, start: number): { value: number; end: number } => {
  let value = start
  let end = from
  for (; end < characters.length && digit.test(characters[end] ?? ''); end++) value = value * 10 + codeOf(characters[end] ?? '') - 0x30
  return { value, end }
}

const codeOf = (character: string): number => character.codePointAt(0) ?? 0
