import { formatAddress } from '../../../api/contract/address.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { addExamples, addWriteOptions, parseAddress, toWriteScope, type WriteOptions } from '../options.ts'
import { changeVerbs, countRecords } from '../output/print-merge.ts'

interface RestoreOptions extends WriteOptions {
  readonly to?: string
  readonly table?: string
}

export const configureRestore: ConfigureCommand = (command, session) => {
  addWriteOptions(command)
    .argument('[record]', 'record to restore: users/u1')
    .option('--table <name>', 'a whole table instead: its definition and records, with its subcollections')
    .option('--to <moment>', 'the moment whose state it gets: a commit, branch, tag or time')
    .action(async (record: string | undefined, { to, table, ...options }: RestoreOptions) => {
      if (to === undefined) throw new UsageError('say to which moment: --to with a commit, a branch, a tag or a time')
      if ((record === undefined) === (table === undefined)) throw new UsageError('say what to restore: a record, users/u1, or a table, --table users')
      const { branch } = session.options
      const target = record === undefined ? { table: table ?? '' } : parseAddress(record)
      const answer = await session.call('restore', { ...target, to, ...(branch !== undefined && { branch }), ...toWriteScope(options) })
      if (session.options.json === true) return session.io.out(`${JSON.stringify(answer)}\n`)
      const name = record ?? `table ${table}`
      if (answer.status === 'unchanged') return session.say(`${name} is what it was at ${to}: no commit is made`)
      const end = answer.dryRun ? ' (dry run, nothing is written)' : ` (commit ${answer.commit?.slice(0, 12)})`
      session.say(`${answer.dryRun ? 'would restore' : 'restored'} ${name}, ${countRecords(answer.changes.length)}${end}`)
      if (answer.dryRun)
        for (const { table: of, id, change } of answer.changes) session.say(`  ${changeVerbs[change]} ${formatAddress({ table: of, id })}`)
    })
  addExamples(command, ['ingitdb restore users/u1 --to HEAD~1', 'ingitdb restore --table users --to HEAD~1 --dry-run'])
}
