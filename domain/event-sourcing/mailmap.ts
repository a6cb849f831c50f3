import type { Person } from './operation.ts'

/** Names of people as they should be shown; who is not in a mailmap stays who they are. */
export type Mailmap = (person: Person) => Person

interface Replacement {
  readonly name: string | undefined
  readonly email: string | undefined
}

interface Entry {
  /** For everybody with that address whose name is not listed. */
  general: Replacement
  /** By name in lower case. */
  readonly named: Map<string, Replacement>
}

/**
 * Reads mailmaps as git does (gitmailmap(5)): `New <new@x> Old <old@x>`, the names and the second address being optional. Case does not count in
 * what is looked for, later lines win, lines without an address say nothing.
 *
 * @param texts  contents of mailmap files, in the order in which git reads them
 */
export const parseMailmap = (texts: readonly string[]): Mailmap => {
  const entries = new Map<string, Entry>()
  for (const text of texts) for (const line of text.split('\n')) if (!line.startsWith('#')) addLine(entries, line)
  if (entries.size === 0) return (person) => person
  return (person) => {
    const entry = entries.get(lower(person.email))
    const found = entry?.named.get(lower(person.name)) ?? entry?.general
    return found === undefined ? person : { name: found.name ?? person.name, email: found.email ?? person.email }
  }
}

const addLine = (entries: Map<string, Entry>, line: string): void => {
  const first = readContact(line)
  if (first === undefined || first.email === '') return
  const second = readContact(first.rest)
  const [old, email] = second === undefined ? [first.email, undefined] : [second.email, first.email]
  const entry = entries.get(lower(old)) ?? { general: { name: undefined, email: undefined }, named: new Map<string, Replacement>() }
  entries.set(lower(old), entry)
  if (second?.name !== undefined) entry.named.set(lower(second.name), { name: first.name, email })
  else entry.general = { name: first.name ?? entry.general.name, email: email ?? entry.general.email }
}

/** `Name <address>` at the start of a text. */
const readContact = (text: string): { readonly name: string | undefined; readonly email: string; readonly rest: string } | undefined => {
  const open = text.indexOf('<')
  const close = text.indexOf('>', open)
  if (open < 0 || close < 0) return undefined
  return { name: trimSpace(text.slice(0, open)) || undefined, email: text.slice(open + 1, close), rest: text.slice(close + 1) }
}

const trimSpace = (text: string): string => text.replace(/^[ \t\r]+|[ \t\r]+$/g, '')

/** Git compares ASCII letters without their case, and all others as they are. */
const lower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
