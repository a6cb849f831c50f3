import { ok } from '../../domain/result.ts'
import type { Handler } from './operation-context.ts'

/** Checks of the repository, the git program and the read model. A check that fails is an answer, not a failure. */
export const checkHealth: Handler<'checkHealth'> = async ({ database }) => {
  const findings = await database.doctor()
  return ok({ healthy: findings.every((finding) => finding.ok), findings })
}
