import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples } from '../options.ts'
import { configureReplay } from '../replay-options.ts'

export const configureCherryPick: ConfigureCommand = (command, session) => {
  configureReplay(command, session, { operation: 'cherryPick', command: 'cherry-pick', done: 'picked', would: 'pick' })
  addExamples(command, [
    'ingitdb cherry-pick proposal',
    'ingitdb cherry-pick main..proposal --dry-run',
    'ingitdb cherry-pick proposal --strategy theirs',
  ])
}
