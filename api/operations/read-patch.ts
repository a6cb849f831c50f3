import { matchesPath } from '../../domain/query/match-path.ts'
import { ok } from '../../domain/result.ts'
import { createTableFinder } from '../../domain/table/find-table-of-path.ts'
import { definitionDirectoryOf } from '../../domain/table/record-path.ts'
import { type Catalogue, findTable } from '../../domain/table/table.ts'
import { askSnapshot } from './ask-snapshot.ts'
import type { Handler } from './operation-context.ts'
import { describeSides, findTableOfEither, readSides } from './read-sides.ts'

/** What makes the files of one moment those of another, as a patch. All files of the database are looked at, also those that are no records. */
export const readPatch: Handler<'readPatch'> = async (context, input) => {
  const asked = await askSnapshot(context, { branch: input.branch, at: input.to }, async (to) => {
    const sides = await readSides(context, input, to)
    if (!sides.ok) return sides
    const table = input.table === undefined ? ok(undefined) : findTableOfEither(sides.value, input.table)
    if (!table.ok) return table
    const { base } = sides.value
    const places = table.value === undefined ? [] : [base.catalogue, to.catalogue].map((catalogue) => createTableFilter(catalogue, table.value ?? ''))
    const isWanted = (path: string): boolean =>
      (input.pathFilter === undefined || matchesPath(input.pathFilter, path)) && (table.value === undefined || places.some((holds) => holds(path)))
    return ok({ sides: describeSides(sides.value, input), from: base.commit, to: to.isWorkTree ? ('worktree' as const) : to.commit, isWanted })
  })
  if (!asked.ok) return asked
  const { sides, ...question } = asked.value
  const patch = await context.database.readPatch(question)
  return patch.ok ? ok({ ...sides, ...encode(patch.value) }) : patch
}

/** Whether a file holds records of a table, or its definition. */
const createTableFilter = (catalogue: Catalogue, id: string): ((path: string) => boolean) => {
  const table = findTable(catalogue, id)
  if (table === undefined) return () => false
  const [findOwner, definition] = [createTableFinder(catalogue, () => false), `${definitionDirectoryOf(table)}/`]
  return (path) => path.startsWith(definition) || findOwner(path)?.table.id === id
}

/** Files may hold any bytes, and so may a patch. */
const encode = (bytes: Uint8Array): { readonly patch: string; readonly encoding: 'utf-8' | 'base64' } => {
  const text = Buffer.from(bytes).toString()
  return Buffer.from(text).equals(bytes) ? { patch: text, encoding: 'utf-8' } : { patch: Buffer.from(bytes).toString('base64'), encoding: 'base64' }
}
