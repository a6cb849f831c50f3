import type { Person } from './operation.ts'

/**
 * A name and an address as git itself stores them: no line ends, no angle brackets, no punctuation at either end, the name never empty. Done before
 * anything is decided, so that whoever asks for a request id later asks under the address that the commit has.
 */
export const cleanPerson = (person: Person): Person => ({ name: cleanIdentity(person.name) || 'unknown', email: cleanIdentity(person.email) })

const cleanIdentity = (text: string): string => {
  const line = text
    .replace(controls, ' ')
    .replace(/[<>]/g, '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
  let [start, end] = [0, line.length]
  while (start < end && isCrud(line, start)) start++
  while (start < end && isCrud(line, end - 1)) end--
  return line.slice(start, end)
}

const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g

/** What `git commit` cuts off at both ends, and other white space. */
const isCrud = (text: string, index: number): boolean => /[\s.,:;"\\']/.test(text.charAt(index))
