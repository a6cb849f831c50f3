import { ok } from '../../domain/result.ts'
import { askSnapshot } from './ask-snapshot.ts'
import type { Handler } from './operation-context.ts'
import { parseGroupQuestion } from './parse-group-question.ts'

/** The different combinations of values of some fields, in the order of the values, each with how many records have it. */
export const distinctValues: Handler<'distinctValues'> = (context, input) =>
  askSnapshot(context, input, async (snapshot) => {
    const question = parseGroupQuestion(snapshot.catalogue, input)
    if (!question.ok) return question
    const { table, fields, where } = question.value
    const paths = fields.map(({ path }) => path)
    const groups = await snapshot.countValues(table.id, paths, where)
    if (!groups.ok) return groups
    const { limit, offset = 0 } = input
    return ok({
      ...(snapshot.commit !== undefined && { commit: snapshot.commit }),
      groups: groups.value.slice(offset, limit === undefined ? undefined : offset + limit),
      total: groups.value.length,
    })
  })
