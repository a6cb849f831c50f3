/** A process that runs one statement after another, and is killed when one takes too long or too much memory. Started by `SqlProcesses`. */
import { guardMemory } from './memory-guard.ts'
import { runSql } from './run-sql.ts'
import { begun, ready, type SqlTask } from './sql-task.ts'

/** Of the whole process, with what it answers; what a user is told in `docs/reference/sql.md`. */
const residentBytesMax = 2 ** 30
/** A process that has grown larger ends with its answer: waiting for the next statement, it would keep the memory. */
const residentBytesIdle = 400 * 2 ** 20

const underGuard = guardMemory(residentBytesMax)

process.on('message', ({ file, request }: SqlTask) => {
  process.send?.(begun)
  const outcome = underGuard(() => runSql(file, request))
  process.send?.(outcome, () => {
    if (process.memoryUsage.rss() > residentBytesIdle) process.exit()
  })
})
process.on('disconnect', () => process.exit())
process.send?.(ready)
