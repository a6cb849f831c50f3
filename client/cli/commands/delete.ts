import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples, addWriteOptions } from '../options.ts'
import { printWrite } from '../output/print-write.ts'
import { addTargetOptions, parseTarget, type TargetOptions, toManyInput, toOneInput } from '../target-options.ts'

export const configureDelete: ConfigureCommand = (command, session) => {
  addTargetOptions(command).action(async (options: TargetOptions) => {
    const target = parseTarget(options)
    const answer =
      target.type === 'one'
        ? await session.call('deleteRecord', toOneInput(session, target, options))
        : await session.call('deleteWhere', await toManyInput(session, target, options))
    await printWrite(session, answer, { isAsked: options.format === 'json' })
  })
  addWriteOptions(command)
  addExamples(command, ['ingitdb delete --id users/u1', "ingitdb delete --from users --where 'age<18' --dry-run"])
}
