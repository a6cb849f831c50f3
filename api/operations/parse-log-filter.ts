import type { Mailmap } from '../../domain/event-sourcing/mailmap.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { ChangeTarget, CommitAuthorship, LogFilter } from '../../projections/snapshot.ts'
import type { OperationInput } from '../contract/operations.ts'
import { parseTime } from '../parse-time.ts'
import { parseKey, parseTable } from './parse-record-id.ts'

type Input = OperationInput<'readLog'>

/** Reads which commits are wanted. Fails with `invalid-input` for a key without a table, or a time that is none; `not-found` for what can be no table. */
export const parseLogFilter = (input: Input, mailmap: Mailmap): Result<LogFilter> => {
  const target = parseTarget(input)
  if (!target.ok) return target
  const since = input.since === undefined ? ok(undefined) : parseTime(input.since, 'first')
  if (!since.ok) return since
  const until = input.until === undefined ? ok(undefined) : parseTime(input.until, 'last')
  if (!until.ok) return until
  return ok({
    ...(target.value !== undefined && { target: target.value }),
    ...(since.value !== undefined && { since: since.value }),
    ...(until.value !== undefined && { until: until.value }),
    ...((input.author !== undefined || input.message !== undefined) && { isWanted: createTextFilter(input, mailmap) }),
  })
}

const parseTarget = ({ table, id }: Input): Result<ChangeTarget | undefined> => {
  if (table === undefined)
    return id === undefined
      ? ok(undefined)
      : fail({ kind: 'invalid-input', issues: [{ rule: 'table', field: '/table', message: 'a key says which record only together with its table' }] })
  const parsed = parseTable(table)
  if (!parsed.ok) return parsed
  if (id === undefined) return ok({ table: parsed.value })
  const key = parseKey(parsed.value, id)
  return key.ok ? ok({ table: parsed.value, key: key.value }) : key
}

const createTextFilter = ({ author, message }: Input, mailmap: Mailmap): NonNullable<LogFilter['isWanted']> => {
  const [who, what] = [author?.toLowerCase() ?? '', message?.toLowerCase() ?? '']
  return (commit: CommitAuthorship) => {
    const { name, email } = mailmap(commit.author)
    return `${name} <${email}>`.toLowerCase().includes(who) && commit.message.toLowerCase().includes(what)
  }
}
