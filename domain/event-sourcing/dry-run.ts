import type { CommitId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { checkDirectWrite } from './check-direct-write.ts'
import { decideOperation } from './decide-operation.ts'
import type { Operation, OperationResult } from './operation.ts'
import type { WritePorts } from './write-ports.ts'

/** What git calls no object: an operation that was decided on a branch without a commit. */
const noCommit = '0'.repeat(40) as CommitId

/** Decides an operation and makes its files, and writes nothing: what it would change, on which commit, or why it would fail. */
export const dryRunOperation = async (ports: WritePorts, operation: Operation): Promise<Result<OperationResult>> => {
  const session = await ports.writeModel.begin(operation.branch)
  try {
    const allowed = await checkDirectWrite(ports, operation.branch)
    if (!allowed.ok) return fail(allowed.failure)
    const decided = decideOperation(operation, session.facts(), ports.rules)
    if (!decided.ok) return fail(decided.failure)
    const batch = ports.store.openBatch(operation.branch, session.head, session.facts().catalogue())
    const staged = await batch.stage(operation, decided.value, [])
    return staged.ok ? ok({ commit: session.head ?? noCommit, changes: staged.value.changes, repeated: false }) : fail(staged.failure)
  } finally {
    session.abandon()
  }
}
