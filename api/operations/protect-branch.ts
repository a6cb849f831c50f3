import type { Issue } from '../../domain/failure.ts'
import { type BranchName, parseBranchName } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { Protection } from '../../domain/version-control/protection.ts'
import type { Signature } from '../../domain/version-control/ref-store.ts'
import type { OperationInput } from '../contract/operations.ts'
import { parseTime } from '../parse-time.ts'
import { findBranch, presentProtection, readProtections } from './find-branch.ts'
import { formatCommitTime } from './format-commit-time.ts'
import type { Handler } from './operation-context.ts'

/** Protects a branch, in place of a protection it may have. When this is answered, every write that was let through has ended. */
export const protectBranch: Handler<'protectBranch'> = async (context, input) => {
  const { database } = context
  const [refs, signature] = [await database.openRefs(), await database.sign()]
  return database.exclusively(async () => {
    const found = await findBranch(refs, input.name)
    if (!found.ok) return found
    const { branch } = found.value
    const protection = makeProtection(branch, input, signature)
    if (!protection.ok) return protection
    const others = await readProtections(context, refs)
    if (!others.ok) return others
    const kept = [...others.value.filter((other) => other.branch !== branch), protection.value]
    const written = await refs.writeProtections(kept, { ...signature, subject: `${protection.value.frozen ? 'freeze' : 'protect'} ${branch}` })
    return written.ok ? ok({ branch, protection: presentProtection(protection.value) }) : written
  })
}

/** Takes a protection away; also that of a branch which is gone. */
export const unprotectBranch: Handler<'unprotectBranch'> = async (context, { name }) => {
  const { database } = context
  const [refs, signature] = [await database.openRefs(), await database.sign()]
  return database.exclusively(async () => {
    const all = await readProtections(context, refs)
    if (!all.ok) return all
    const protection = all.value.find(({ branch }) => branch === parseBranchName(name))
    if (protection === undefined) {
      const found = await findBranch(refs, name)
      return found.ok ? ok({ branch: found.value.branch }) : found
    }
    const { branch } = protection
    const kept = all.value.filter((other) => other !== protection)
    const written = await refs.writeProtections(kept, { ...signature, subject: `unprotect ${branch}` })
    return written.ok ? ok({ branch, protection: presentProtection(protection) }) : written
  })
}

type ProtectInput = OperationInput<'protectBranch'>

const makeProtection = (branch: BranchName, { reason, until, freeze }: ProtectInput, { person, time }: Signature): Result<Protection> => {
  if (reason.trim() === '' || reason.length > reasonLengthMax) return fail({ kind: 'invalid-input', issues: [badReason] })
  const end = until === undefined ? undefined : parseTime(until, 'last')
  if (end?.ok === false) return end
  if (end !== undefined && end.value <= time.seconds) return fail({ kind: 'invalid-input', issues: [hasPassed(String(until))] })
  return ok({
    branch,
    reason: reason.trim(),
    frozen: freeze === true,
    ...(end !== undefined && { until: formatCommitTime({ seconds: end.value, offsetMinutes: 0 }) }),
    by: { name: person.name, email: person.email },
    since: formatCommitTime({ seconds: time.seconds, offsetMinutes: 0 }),
  })
}

const reasonLengthMax = 1_000

const badReason: Issue = { rule: 'reason', field: '/reason', message: `a reason has 1 to ${reasonLengthMax} characters: whoever is refused reads it` }

const hasPassed = (text: string): Issue => ({ rule: 'timestamp', field: '/until', message: `${text} has passed already` })
