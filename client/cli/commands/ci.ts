import type { ConfigureCommand } from '../configure-command.ts'
import { addViewOptions, type Selection } from '../input/view-options.ts'
import { addExamples, addReadOptions, type ReadOptions } from '../options.ts'
import { printGenerated } from '../output/print-generated.ts'
import { materializeViews } from './materialize.ts'

interface CiOptions extends ReadOptions {
  readonly views?: Selection
  readonly recordsDelimiter?: boolean
}

export const configureCi: ConfigureCommand = (command, session) => {
  addReadOptions(addViewOptions(command)).action(async (options: CiOptions) => printGenerated(session, await materializeViews(session, options)))
  addExamples(command, ['ingitdb ci', 'ingitdb ci --records-delimiter=0'])
}
