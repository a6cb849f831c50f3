import type { Person } from './operation.ts'

/**
 * A name and an address as git can store them: no line ends, no angle brackets, the name never empty. Done before anything is decided, so that
 * whoever asks for a request id later asks under the address that the commit has.
 */
export const cleanPerson = (person: Person): Person => ({ name: cleanIdentity(person.name) || 'unknown', email: cleanIdentity(person.email) })

const cleanIdentity = (text: string): string =>
  text
    .replace(controls, ' ')
    .replace(/[<>]/g, '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .trim()

const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g
