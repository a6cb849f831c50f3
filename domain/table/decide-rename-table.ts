import type { Change } from '../event-sourcing/change.ts'
import { type Decision, needCatalogue } from '../event-sourcing/decision.ts'
import type { Failure, Issue } from '../failure.ts'
import type { TableId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { alterTable } from './alter-table.ts'
import { tableNotFound } from './decide-table.ts'
import { placeTable } from './place-table.ts'
import { type Catalogue, findTable, resolveForeignKey, type Table } from './table.ts'
import type { RenameTable } from './table-command.ts'

/**
 * Gives a table another id, and its directory another name unless that is to stay; foreign keys of all tables follow, their schemas too. Records are
 * not touched: their files move as they are. A directory whose name would differ in letter case alone stays, for many file systems cannot tell
 * the two apart.
 *
 * @returns the renamed table first, then the tables that refer to it. `not-found`; `already-exists` for an id or a directory that is taken, in any
 *          letter case; `unsupported` for subcollections and for directories that cannot move; `constraint-violation` where a foreign key would
 *          mean another table from then on
 */
export function* decideRenameTable(command: RenameTable): Decision<readonly Change[]> {
  const catalogue = yield* needCatalogue()
  const before = findTable(catalogue, command.table)
  if (before === undefined) return fail(tableNotFound(catalogue, command.table))
  if (command.to === before.id) return ok([])
  const refusal = refuse(catalogue, before, command)
  if (refusal !== undefined) return fail(refusal)
  const directory = chooseDirectory(catalogue, before, command)
  if (!directory.ok) return directory
  const renamed: Table = { ...before, id: command.to, directory: directory.value, fingerprint: '' }
  const after: Catalogue = { ...catalogue, tables: catalogue.tables.map((table) => (table.id === before.id ? renamed : table)) }
  const changes: Change[] = []
  for (const table of after.tables) {
    const old = table.id === renamed.id ? before : table
    const followed = followReferences({ catalogue, after, from: before.id, to: renamed.id }, old, table)
    if (!followed.ok) return followed
    if (table.id === renamed.id) changes.unshift({ type: 'TableRenamed', before, after: followed.value })
    else if (followed.value !== table) changes.push({ type: 'TableChanged', before: table, after: followed.value, renamedColumns: {} })
  }
  return ok(changes)
}

const refuse = (catalogue: Catalogue, { id, parent }: Table, { to }: RenameTable): Failure | undefined => {
  if (parent !== undefined || to.includes('/'))
    return {
      kind: 'unsupported',
      what: `renaming ${id} to ${to}`,
      why: 'a subcollection is called like its directory below its parent, and stays there',
    }
  if (catalogue.tables.some((table) => table.parent === id))
    return { kind: 'unsupported', what: `renaming ${id}`, why: 'it has subcollections, whose records lie below its own' }
  const taken = catalogue.tables.find((table) => table.id.toLowerCase() === to.toLowerCase() && table.id !== id)
  return taken === undefined ? undefined : { kind: 'already-exists', what: 'table', id: taken.id }
}

const chooseDirectory = (catalogue: Catalogue, before: Table, { to, keepDirectory }: RenameTable): Result<string> => {
  if (keepDirectory === true) return ok(before.directory)
  const others = catalogue.tables.filter(({ id }) => id !== before.id)
  const place = placeTable({ ...catalogue, tables: others }, to)
  const placed = place.ok ? ok(place.value.directory) : place
  if (!placed.ok || placed.value.toLowerCase() === before.directory.toLowerCase()) return placed.ok ? ok(before.directory) : placed
  const cannotMove = (why: string): Result<never> =>
    fail({
      kind: 'unsupported',
      what: `moving ${before.directory} to ${placed.value}`,
      why: `${why}; the table can be renamed where it is: keep its directory`,
    })
  if (before.definitionDirectory !== undefined) return cannotMove('its definition does not lie in a .collection directory of its own')
  if (before.directory === '') return cannotMove('the table is the database itself')
  const inside = others.find(({ directory }) => directory.startsWith(`${before.directory}/`) || before.directory.startsWith(`${directory}/`))
  if (inside !== undefined) return cannotMove(`the directory of table ${inside.id} is nested with it`)
  return `${placed.value}/`.startsWith(`${before.directory}/`) || `${before.directory}/`.startsWith(`${placed.value}/`)
    ? cannotMove('one of the two directories lies in the other')
    : placed
}

interface Renaming {
  readonly catalogue: Catalogue
  readonly after: Catalogue
  readonly from: TableId
  readonly to: TableId
}

/** A table whose foreign keys lead where they led before: as short as they were where that means the same, else with the whole id. */
const followReferences = ({ catalogue, after, from, to }: Renaming, old: Table, table: Table): Result<Table> => {
  const settings: { name: string; foreignKey: string }[] = []
  const issues: Issue[] = []
  for (const { name, foreignKey } of table.columns) {
    const target = foreignKey === undefined ? undefined : resolveForeignKey(catalogue, old, foreignKey)?.id
    if (foreignKey === undefined || target === undefined) continue
    const wanted = target === from ? to : target
    const found = [foreignKey, withoutModule(wanted), wanted].find((text) => resolveForeignKey(after, table, text)?.id === wanted)
    if (found === undefined) {
      const message = `column "${name}" refers to ${target}, and there would be no name for it that does not mean another table`
      issues.push({ rule: 'foreign-key', table: old.id, field: `/columns/${name}/foreign_key`, message, value: foreignKey })
    } else if (found !== foreignKey) settings.push({ name, foreignKey: found })
  }
  if (issues.length > 0) return fail({ kind: 'constraint-violation', issues })
  return settings.length === 0 ? ok(table) : alterTable(table, { type: 'ChangeTable', table: table.id, setColumns: settings })
}

const withoutModule = (id: string): string => id.slice(id.lastIndexOf('.') + 1)
