import { ok } from '../../domain/result.ts'
import { parseBranch } from './ask-snapshot.ts'
import type { Handler } from './operation-context.ts'

/** What is wrong with the files of the database. Findings are an answer; a failure means that they could not be looked for. */
export const validateDatabase: Handler<'validateDatabase'> = async ({ database }, { only, fromCommit, toCommit, branch, at = toCommit }) => {
  const parsed = parseBranch(branch)
  if (!parsed.ok) return parsed
  const where = { ...(parsed.value !== undefined && { branch: parsed.value }), ...(at !== undefined && { at }) }
  const report = await database.validate({ where, from: fromCommit, part: only ?? 'all' })
  if (!report.ok) return report
  const { commit, tables, records, findings } = report.value
  const errors = findings.filter(({ severity }) => severity === 'error').length
  return ok({ ...(commit !== undefined && { commit }), tables, records, errors, warnings: findings.length - errors, findings })
}
