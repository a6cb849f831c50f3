import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples } from '../options.ts'
import { configureReplay } from '../replay-options.ts'

export const configureRevert: ConfigureCommand = (command, session) => {
  configureReplay(command, session, { operation: 'revertCommits', command: 'revert', done: 'reverted', would: 'revert' })
  addExamples(command, ['ingitdb revert HEAD~1', 'ingitdb revert HEAD~3..HEAD', 'ingitdb revert HEAD --mainline 1'])
}
