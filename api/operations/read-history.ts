import type { Failure } from '../../domain/failure.ts'
import type { MemberPath } from '../../domain/record/field-changes.ts'
import { parsePointer } from '../../domain/record/json-pointer.ts'
import { recordAddress } from '../../domain/record/record-address.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { requireTable } from './find-table.ts'
import { presentCommit } from './format-commit-time.ts'
import type { Handler } from './operation-context.ts'
import { parseKey } from './parse-record-id.ts'
import { oneMore, takePage } from './take-page.ts'

/** Commits that changed a record, or one field of it, newest first. A deleted record has a history; one that never was is `not-found`. */
export const readHistory: Handler<'readHistory'> = (context, input) =>
  askSnapshot(context, input, async (snapshot) => {
    const table = requireTable(snapshot.catalogue, input.table)
    if (!table.ok) return table
    const key = parseKey(table.value.id, input.id)
    if (!key.ok) return key
    const field = input.field === undefined ? ok(undefined) : parseField(input.field)
    if (!field.ok) return field
    const page = { ...oneMore(input), ...(field.value !== undefined && { field: field.value }) }
    const entries = snapshot.readHistory(table.value.id, key.value, page)
    if (entries.length === 0 && page.offset === 0) {
      const isKnown = field.value !== undefined && snapshot.readHistory(table.value.id, key.value, { limit: 1, offset: 0 }).length > 0
      if (!isKnown) return fail({ kind: 'not-found', what: 'record', id: recordAddress(input.table, input.id) })
      const declared = table.value.columns.map(({ name }) => name)
      if (field.value !== undefined && declared.length > 0 && !declared.includes(field.value[0])) return fail(unknownField(field.value[0], declared))
    }
    const mailmap = await context.database.readMailmap()
    return ok({
      ...(snapshot.commit !== undefined && { commit: snapshot.commit }),
      ...takePage(
        entries.map((entry) => presentCommit(entry, mailmap)),
        { limit: input.limit, offset: page.offset },
      ),
    })
  })

/** A name that no column has, and that no commit of the record has touched, is a slip of the pen and no answer. */
const unknownField = (name: string, among: readonly string[]): Failure => ({
  kind: 'invalid-input',
  issues: [
    { rule: 'field', field: '/field', message: `no commit changed the field ${name}, and the table has no such column`, mistyped: { name, among } },
  ],
})

const parseField = (text: string): Result<MemberPath> => {
  const [first, ...rest] = text.startsWith('/') ? (parsePointer(text) ?? []) : [text]
  if (first !== undefined && text !== '') return ok([first, ...rest])
  return fail({
    kind: 'invalid-input',
    issues: [{ rule: 'field', field: '/field', message: `"${text}" is no field: write its name, or a JSON pointer such as /address/city` }],
  })
}
