import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples } from '../options.ts'
import { printReplay } from '../output/print-replay.ts'
import { addSafetyOptions, type SafetyOptions } from '../replay-options.ts'

export const configureUndo: ConfigureCommand = (command, session) => {
  addSafetyOptions(command).action(async ({ dryRun, force }: SafetyOptions) => {
    const { branch } = session.options
    const answer = await session.call('undo', {
      ...(branch !== undefined && { branch }),
      ...(dryRun === true && { dryRun }),
      ...(force === true && { force }),
    })
    await printReplay(session, answer, { command: 'revert', done: 'undid', would: 'undo' })
  })
  addExamples(command, ['ingitdb undo', 'ingitdb undo --dry-run', 'ingitdb --branch proposal undo'])
}
