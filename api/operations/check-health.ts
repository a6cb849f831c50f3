import { ok } from '../../domain/result.ts'
import type { Database, DoctorFinding } from '../database.ts'
import type { Handler } from './operation-context.ts'

/** Checks of the repository, the git program and the read model. A check that fails is an answer, not a failure. */
export const checkHealth: Handler<'checkHealth'> = async ({ database }) => {
  const findings = [...(await database.doctor()), ...(await checkMerges(database))]
  return ok({ healthy: findings.every((finding) => finding.ok), findings })
}

/** A merge that waits is nothing wrong; one whose branch is gone can only be given up. */
const checkMerges = async (database: Database): Promise<readonly DoctorFinding[]> => {
  const waiting = await (await database.loadMergeStates()).list()
  return Promise.all(
    waiting.map(async ({ id, branch, source }): Promise<DoctorFinding> => {
      const head = await database.resolve({ branch })
      const isThere = head.ok && head.value !== undefined
      const detail = `${source} into ${branch} waits for conflicts to be settled`
      return {
        check: `merge ${id}`,
        ok: isThere,
        detail: isThere ? `${detail}: ingitdb resolve --merge ${id}` : `${detail}, and there is no branch ${branch} any more`,
        ...(!isThere && { remedy: `ingitdb merge --abort ${id}` }),
      }
    }),
  )
}
