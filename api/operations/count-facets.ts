import { ok } from '../../domain/result.ts'
import type { ValueGroup } from '../../projections/snapshot.ts'
import type { OperationAnswer } from '../contract/operations.ts'
import { askSnapshot } from './ask-snapshot.ts'
import type { Handler } from './operation-context.ts'
import { parseGroupQuestion } from './parse-group-question.ts'

const topDefault = 10

/** For each field its most frequent values; values that are equally frequent come in their own order. */
export const countFacets: Handler<'countFacets'> = (context, input) =>
  askSnapshot(context, input, async (snapshot) => {
    const question = parseGroupQuestion(snapshot.catalogue, input)
    if (!question.ok) return question
    const { table, fields, where } = question.value
    const count = await snapshot.countRecords(table.id, where)
    if (!count.ok) return count
    const facets: OperationAnswer<'countFacets'>['facets'][number][] = []
    for (const { name, path } of fields) {
      const groups = await snapshot.countValues(table.id, [path], where)
      if (!groups.ok) return groups
      facets.push({ field: name, distinct: groups.value.length, values: topOf(groups.value, input.top ?? topDefault) })
    }
    return ok({ ...(snapshot.commit !== undefined && { commit: snapshot.commit }), count: count.value, facets })
  })

const topOf = (groups: readonly ValueGroup[], top: number) =>
  [...groups]
    .sort((a, b) => b.count - a.count)
    .slice(0, top)
    .map(({ values: [value = 'null'], count }) => ({ value, count }))
