import { TextProblem } from '../text-position.ts'
import type { TomlEntry, TomlSection, TomlTable } from './toml-tree.ts'

/** The table that `[a.b]` opens. Throws a `TextProblem` where TOML does not allow it: tables are defined once. */
export const openTable = (root: TomlTable, section: TomlSection): TomlTable => {
  const { parent, name } = openParent(root, section)
  const known = parent.members.get(name)
  if (known === undefined) return addTable(parent, name, { origin: 'header', section })
  if (known.type !== 'table' || known.origin !== 'implicit') throw definedTwice(section)
  known.origin = 'header'
  known.section = section
  return known
}

/** The table that `[[a.b]]` adds to a list. */
export const openArrayTable = (root: TomlTable, section: TomlSection): TomlTable => {
  const { parent, name } = openParent(root, section)
  const known = parent.members.get(name)
  if (known !== undefined && known.type !== 'tables') throw definedTwice(section)
  const table: TomlTable = { type: 'table', members: new Map(), origin: 'header', section }
  if (known === undefined) parent.members.set(name, { type: 'tables', tables: [table] })
  else known.tables.push(table)
  return table
}

const openParent = (root: TomlTable, section: TomlSection): { readonly parent: TomlTable; readonly name: string } => {
  let parent = root
  for (const name of section.path.slice(0, -1)) {
    const known = parent.members.get(name)
    if (known === undefined) parent = addTable(parent, name, { origin: 'implicit', section: undefined })
    else if (known.type === 'value') throw definedTwice(section)
    else parent = known.type === 'table' ? known : (known.tables.at(-1) ?? parent)
  }
  return { parent, name: section.path.at(-1) ?? '' }
}

/** Puts `a.b = value` into a table. Dotted names open tables of their own, which only names below the same header may add to. */
export const setMember = (table: TomlTable, { names, start, value }: TomlEntry, section: TomlSection | undefined): void => {
  let parent = table
  for (const name of names.slice(0, -1)) {
    const known = parent.members.get(name)
    if (known === undefined) parent = addTable(parent, name, { origin: 'dotted', section })
    else if (known.type !== 'table' || !isOpen(known, section)) throw usedTwice(names, start)
    else parent = known
  }
  const name = names.at(-1) ?? ''
  if (parent.members.has(name)) throw usedTwice(names, start)
  parent.members.set(name, value)
}

const isOpen = (table: TomlTable, section: TomlSection | undefined): boolean => table.origin === 'dotted' && table.section === section

const addTable = (parent: TomlTable, name: string, { origin, section }: Pick<TomlTable, 'origin' | 'section'>): TomlTable => {
  const table: TomlTable = { type: 'table', members: new Map(), origin, section }
  parent.members.set(name, table)
  return table
}

const usedTwice = (names: readonly string[], offset: number): TextProblem =>
  new TextProblem(`the name ${JSON.stringify(names.join('.'))} is used twice`, offset)

const definedTwice = ({ path, start }: TomlSection): TextProblem =>
  new TextProblem(`the table ${JSON.stringify(path.join('.'))} is defined twice`, start)
