import type { BranchName } from '../ids.ts'
import type { Result } from '../result.ts'
import { checkProtection } from '../version-control/protection.ts'
import type { WritePorts } from './write-ports.ts'

/** Whether commits may be put on a branch directly. @returns `protected`, or why protections cannot be read: then nothing is written either */
export const checkDirectWrite = async (ports: Pick<WritePorts, 'readProtection'>, branch: BranchName): Promise<Result<undefined>> => {
  const protection = await ports.readProtection(branch)
  return protection.ok ? checkProtection(protection.value, 'write') : protection
}
