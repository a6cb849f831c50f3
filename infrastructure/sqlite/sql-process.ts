/** A process that runs one statement after another, and is killed when one takes too long. Started by `SqlProcesses`. */
import { runSql } from './run-sql.ts'
import { ready, type SqlTask } from './sql-task.ts'

process.on('message', ({ file, request }: SqlTask) => {
  process.send?.(runSql(file, request))
})
process.on('disconnect', () => process.exit())
process.send?.(ready)
