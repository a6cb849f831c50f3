import type { Failure } from '../failure.ts'
import type { BranchName } from '../ids.ts'
import { fail, type Result } from '../result.ts'
import { commitGroup } from './commit-group.ts'
import type { Operation, OperationResult } from './operation.ts'
import type { WritePorts } from './write-ports.ts'

/** Operations in one group; more wait for the next. Group cost is flat from here on (docs/reference/performance.md). */
const groupMax = 256
/** Operations that may wait; more are refused with `unavailable`. */
const waitingMax = 10_000

export interface CommandQueue {
  /** Resolves when the operation is committed and projected, or has failed. Rejects only on bugs. */
  submit(operation: Operation): Promise<Result<OperationResult>>
}

interface Waiting {
  readonly operation: Operation
  resolve(result: Result<OperationResult>): void
  reject(error: unknown): void
}

/**
 * Takes everything that waits for one branch as a group, so that one write to disk serves them all; each operation still becomes its own commit.
 * Groups run one after the other: the read model has one writer.
 */
export const createCommandQueue = (ports: WritePorts): CommandQueue => {
  let waiting: Waiting[] = []
  let isRunning = false

  const run = async (): Promise<void> => {
    for (let group = takeGroup(); group.length > 0; group = takeGroup()) await settleGroup(ports, group)
    // In the same turn as the look that found nothing: whoever submits from now on starts a new run.
    isRunning = false
  }
  const takeGroup = (): readonly Waiting[] => {
    const branch = waiting[0]?.operation.branch
    const group = waiting.filter(({ operation }) => operation.branch === branch).slice(0, groupMax)
    const taken = new Set(group)
    waiting = waiting.filter((entry) => !taken.has(entry))
    return group
  }

  return {
    submit(operation) {
      if (waiting.length >= waitingMax) return Promise.resolve(fail(tooMany(operation.branch)))
      const result = new Promise<Result<OperationResult>>((resolve, reject) => waiting.push({ operation, resolve, reject }))
      // Started in a later microtask, so that operations submitted together share a group.
      if (!isRunning) void Promise.resolve().then(run)
      isRunning = true
      return result
    },
  }
}

const settleGroup = async (ports: WritePorts, group: readonly Waiting[]): Promise<void> => {
  try {
    const results = await commitGroup(
      ports,
      group.map(({ operation }) => operation),
    )
    for (const [index, { resolve, reject }] of group.entries()) {
      const result = results[index]
      if (result === undefined) reject(new Error('an operation was lost from its group'))
      else resolve(result)
    }
  } catch (error) {
    for (const { reject } of group) reject(error)
  }
}

const tooMany = (branch: BranchName): Failure => ({ kind: 'unavailable', what: `branch ${branch}`, why: `${waitingMax} writes are waiting already` })
